import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Fault } from '../../local/faults/fault-plan.ts';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, getOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

/** A carrier that is unavailable for good: the order waits for people. */
const UNDELIVERABLE = anOrder({ postalCode: '00000' });

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());

const configuration = () => clientConfiguration(host.outputs);
const tables = () => DynamoDBDocumentClient.from(new DynamoDBClient(configuration()));

/** Moves the clock on, doing what falls due on the way: among it the rounds of the reconciler, every 60 minutes in dev. */
async function advance(by: string): Promise<void> {
  const response = await fetch(`${host.outputs.AwsEndpointUrl}/_local/clock/advance?by=${by}`, { method: 'POST' });
  expect(response.status).toBe(200);
  await host.idle();
}

async function withFault(fault: Fault, run: () => Promise<void>): Promise<void> {
  const url = `${host.outputs.AwsEndpointUrl}/_local/faults`;
  expect((await fetch(url, { method: 'PUT', body: JSON.stringify({ faults: [fault] }) })).status).toBe(200);
  await run();
  await fetch(url, { method: 'DELETE' });
}

async function statusOf(orderId: string): Promise<string> {
  return (await getOrder(host.outputs, orderId)).body.status;
}

async function invoke(FunctionName: string): Promise<Record<string, unknown>> {
  const { Payload, FunctionError } = await new LambdaClient(configuration()).send(new InvokeCommand({ FunctionName }));
  const result = JSON.parse(Buffer.from(Payload ?? []).toString()) as Record<string, unknown>;
  expect({ FunctionError, result }).toMatchObject({ FunctionError: undefined });
  return result;
}

async function failedList(): Promise<Record<string, unknown>[]> {
  const query = new QueryCommand({
    TableName: host.outputs.OrdersTableName,
    IndexName: 'byStatus',
    KeyConditionExpression: 'statusShard = :failed',
    ExpressionAttributeValues: { ':failed': 'RUN#FAILED' },
  });
  return (await tables().send(query)).Items ?? [];
}

function decide(orderId: string, decision: string, key: string) {
  return request(host.outputs, {
    path: `/interventions/${orderId}/decision`,
    token: host.outputs.StaffToken,
    headers: { 'idempotency-key': key },
    body: { decision, note: 'as agreed with the customer' },
  });
}

async function expectInvariants(): Promise<void> {
  const { violations } = await checkInvariants(host.outputs, { withHistories: true, settlingMs: 0 });
  expect(violations.map(describeViolation)).toEqual([]);
}

test('an order whose saga never started is started by the next round', async () => {
  const match = { service: 'states', operation: 'StartExecution', function: 'SubmitOrder' };
  let orderId = '';
  await withFault({ match, action: 'fail', error: 'throttled' }, async () => {
    expect((await submit(host.outputs, anOrder(), 'never started')).status).toBe(503);
    await host.idle();
  });
  // The client hears of its order only when it asks again; whoever looks into the table finds it.
  const pending = await tables().send(
    new QueryCommand({
      TableName: host.outputs.OrdersTableName,
      IndexName: 'byCustomer',
      KeyConditionExpression: 'customerKey = :customer',
      ExpressionAttributeValues: { ':customer': `${host.outputs.ClientId}#customer-1` },
    }),
  );
  orderId = String(pending.Items?.[0]?.['orderId']);
  expect(await statusOf(orderId)).toBe('PENDING');

  await advance('61m');
  expect(await statusOf(orderId)).toBe('COMPLETED');
  await expectInvariants();
});

test('a decision whose callback was lost is delivered', async () => {
  const { body } = await submit(host.outputs, UNDELIVERABLE, 'lost callback');
  await host.idle();
  expect(await statusOf(body.orderId)).toBe('MANUAL_INTERVENTION');

  const match = { service: 'states', operation: 'SendTaskSuccess', function: 'DeliverDecision' };
  await withFault({ match, action: 'fail', error: 'throttled' }, async () => {
    expect((await decide(body.orderId, 'REFUND_AND_CANCEL', 'lost')).status).toBeLessThan(300);
    // The stream tries for an hour, and gives up. In that time comes a round of the reconciler.
    await advance('61m');
    const { faults } = (await host.ask('faults')) as { faults: { applied: number }[] };
    expect(faults[0]?.applied).toBeGreaterThan(1);
    expect(await statusOf(body.orderId)).toBe('CANCELLED');
  });
  await expectInvariants();
});

test('an execution that was stopped is on the failed list until its order has come to rest', async () => {
  const { body } = await submit(host.outputs, UNDELIVERABLE, 'stopped');
  await host.idle();
  const executionArn = `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${body.orderId}-1`;
  await new SFNClient(configuration()).send(
    new StopExecutionCommand({ executionArn, error: 'Maintenance', cause: 'a drill' }),
  );
  await host.idle();
  expect(await failedList()).toMatchObject([{ pk: `ORDER#${body.orderId}`, sk: 'RUN#001' }]);
  await expectInvariants();

  expect((await decide(body.orderId, 'REFUND_AND_CANCEL', 'after the stop')).status).toBeLessThan(300);
  await advance('61m');
  await advance('61m');
  expect(await statusOf(body.orderId)).toBe('CANCELLED');
  expect(await failedList()).toEqual([]);
  await expectInvariants();
});

test('drift made by hand is told once, with its keys, and somebody is called', async () => {
  const { body } = await submit(host.outputs, anOrder(), 'drift');
  await host.idle();
  expect(await statusOf(body.orderId)).toBe('COMPLETED');
  await advance('16m');
  const { CompareBooksFunctionName, PaymentsTableName } = host.outputs;
  expect(await invoke(CompareBooksFunctionName)).toMatchObject({ violations: {}, drifts: 0 });

  const key = `${body.orderId}#pay#1`;
  await tables().send(
    new UpdateCommand({
      TableName: PaymentsTableName,
      Key: { pk: `INTENT#${key}`, sk: 'INTENT' },
      UpdateExpression: 'SET refundedMinor = :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
  const found = { violations: { 'money-conserved': 1, 'payment-fits-ledger': 1 } };
  expect(await invoke(CompareBooksFunctionName)).toMatchObject({ ...found, drifts: 2 });
  expect(await invoke(CompareBooksFunctionName)).toMatchObject({ ...found, drifts: 0 });
  await host.idle();

  expect(await auditLog('DriftDetected')).toMatchObject([
    { kind: 'money-conserved', keys: [body.orderId] },
    { kind: 'payment-fits-ledger', keys: [body.orderId] },
  ]);
  await advance('5m');
  const { MetricAlarms = [] } = await new CloudWatchClient(configuration()).send(
    new DescribeAlarmsCommand({ AlarmNames: ['OrderSaga-dev-DriftDetected'] }),
  );
  expect(MetricAlarms).toMatchObject([{ StateValue: 'ALARM' }]);
  // Nothing was repaired: the ledger is as the hand left it.
  expect(await invoke(CompareBooksFunctionName)).toMatchObject(found);
});

/** The data of all events of a type that the audit log has. */
async function auditLog(type: string): Promise<unknown[]> {
  const client = new CloudWatchLogsClient(configuration());
  const query = { logGroupName: host.outputs.AuditLogGroupName, filterPattern: `{ $.detail-type = "${type}" }` };
  const found: { data: { kind: string } }[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
    for (const { message = '{}' } of events) found.push((JSON.parse(message) as { detail: (typeof found)[0] }).detail);
  }
  return found.map(({ data }) => data).sort((left, right) => (left.kind < right.kind ? -1 : 1));
}
