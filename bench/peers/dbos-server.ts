import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { readJson, type Route, startServer } from './saga/control-server.ts';
import type { OrderRequest, Status } from './saga/order.ts';
import { runSaga } from './saga/run-saga.ts';
import { createSchema } from './saga/schema.ts';
import { readServerSettings, tellReady } from './server-settings.ts';
import { SagaSteps } from './saga/steps.ts';

const { databaseHost, businessConnections, engineConnections } = readServerSettings();

const business = new pg.Pool({ host: databaseHost, user: 'postgres', database: 'postgres', max: businessConnections });
await createSchema(business);
await business.query('CREATE DATABASE dbos');
const steps = new SagaSteps(business);

const saga = DBOS.registerWorkflow(
  (orderId: string, request: OrderRequest): Promise<Status> =>
    runSaga(orderId, request, steps, (name, run) => DBOS.runStep(run, { name, retriesAllowed: true })),
  { name: 'OrderSaga' },
);

DBOS.setConfig({
  name: 'order-saga',
  applicationVersion: '1',
  logLevel: 'error',
  systemDatabasePool: new pg.Pool({
    host: databaseHost,
    user: 'postgres',
    database: 'dbos',
    max: engineConnections,
  }),
});
await DBOS.launch();

/** Accepted once the workflow's row is committed; the key is the workflow's id, so the same key starts nothing new. */
const submit: Route = (request) => (request.url === '/orders' ? accept(request) : undefined);

const accept = async (request: Parameters<Route>[0]): Promise<{ status: number; body: object }> => {
  const orderId = String(request.headers['idempotency-key']);
  await DBOS.startWorkflow(saga, { workflowID: orderId })(orderId, await readJson<OrderRequest>(request));
  return { status: 202, body: { orderId } };
};

const { url } = await startServer(business, submit);
tellReady({ url });
