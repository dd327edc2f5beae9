import './promise-with-resolvers.ts';
import * as restate from '@restatedev/restate-sdk';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http2';
import pg from 'pg';
import { startServer } from './saga/control-server.ts';
import type { OrderRequest } from './saga/order.ts';
import { runSaga } from './saga/run-saga.ts';
import { createSchema } from './saga/schema.ts';
import { readServerSettings, tellReady } from './server-settings.ts';
import { SagaSteps } from './saga/steps.ts';

const { databaseHost, businessConnections } = readServerSettings();

const business = new pg.Pool({ host: databaseHost, user: 'postgres', database: 'postgres', max: businessConnections });
await createSchema(business);
const steps = new SagaSteps(business);

/** The key of a workflow runs once: Restate answers the same key with what it has already. */
const saga = restate.workflow({
  name: 'OrderSaga',
  handlers: {
    run: (context: restate.WorkflowContext, request: OrderRequest) =>
      runSaga(context.key, request, steps, (name, run) => context.run(name, run)),
  },
});

const endpoint = createServer(
  restate.createEndpointHandler({
    services: [saga],
    logger: ({ level }, ...words) => level === 'error' && console.error(...words),
  }),
);
await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
const { url } = await startServer(business);
tellReady({ url, endpointUrl: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}` });
