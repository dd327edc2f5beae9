import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { envelopeOf } from '../../core/events.ts';
import { type EventItem, eventOf } from '../../core/order-item.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { type OperatedHost, operateHost } from './operated-host.ts';
import type { HostProcess } from './running-host.ts';

let host: HostProcess;
let ops: OperatedHost['ops'];
let opsJson: OperatedHost['opsJson'];
let orderOf: OperatedHost['orderOf'];
beforeAll(async () => {
  ({ host, ops, opsJson, orderOf } = await operateHost());
});
afterAll(() => host.dispose());

const sfn = () => new SFNClient(clientConfiguration(host.outputs));
const sqs = () => new SQSClient(clientConfiguration(host.outputs));
const dynamoDb = () => DynamoDBDocumentClient.from(new DynamoDBClient(clientConfiguration(host.outputs)));

/** An order that waits for a decision, and whose execution somebody has stopped. */
async function stoppedOrder(): Promise<string> {
  const orderId = await orderOf({ token: 'tok_silent' });
  await stop(orderId, 1);
  return orderId;
}

async function stop(orderId: string, run: number): Promise<void> {
  const executionArn = `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${orderId}-${run}`;
  await sfn().send(new StopExecutionCommand({ executionArn, error: 'OperatorStopped' }));
  await host.idle();
}

const send = (QueueUrl: string, body: object) =>
  sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));

async function eventItem(orderId: string, version: number): Promise<EventItem> {
  const Key = { pk: `ORDER#${orderId}`, sk: `EVENT#00000${version}` };
  const { Item = {} } = await dynamoDb().send(new GetCommand({ TableName: host.outputs.OrdersTableName, Key }));
  return Item as EventItem;
}

/** How often the audit log has an event of an order. */
async function timesPublished(orderId: string, type: string): Promise<number> {
  const logs = new CloudWatchLogsClient(clientConfiguration(host.outputs));
  const filterPattern = `{ $.detail-type = "${type}" && $.detail.data.orderId = "${orderId}" }`;
  const query = { logGroupName: host.outputs.AuditLogGroupName, filterPattern };
  const { events = [] } = await logs.send(new FilterLogEventsCommand(query));
  return events.length;
}

async function addToStock(sku: string, units: number): Promise<void> {
  await dynamoDb().send(
    new UpdateCommand({
      TableName: host.outputs.InventoryTableName,
      Key: { pk: `SKU#${sku}`, sk: 'STOCK' },
      UpdateExpression: 'ADD available :units',
      ExpressionAttributeValues: { ':units': units },
    }),
  );
}

describe('repairing', () => {
  it('redrives what was stopped, after a dry run that shows the causes and touches nothing', async () => {
    const orders = [await stoppedOrder(), await stoppedOrder()];

    const dryRun = await opsJson('redrive', '--failed', '--since', '1h', '--dry-run');
    const untouched = await opsJson('status');
    const attention = await ops('status', '--check');
    const redrive = await opsJson('redrive', '--failed', '--since', '1h', '--rate', '100/s');
    await host.idle();

    const group = { error: 'OperatorStopped', state: 'OpenIntervention', count: 2 };
    expect(dryRun.document.groups).toEqual([{ ...group, orderIds: expect.arrayContaining(orders) }]);
    expect(untouched.document.executions.failed).toBe(2);
    expect(attention.exitCode).toBe(1);
    expect(redrive.exitCode).toBe(0);
    expect(redrive.document.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'redriven',
      'redriven',
    ]);
    expect((await opsJson('status')).document.executions.failed).toBe(0);
    expect((await ops('redrive', '--failed')).stdout).toBe('Nothing to redrive.\n');
    for (const orderId of orders) {
      expect((await ops('decide', orderId, 'REFUND_AND_CANCEL', '--note', 'silent')).exitCode).toBe(0);
      await host.idle();
      expect((await ops('watch', orderId)).exitCode).toBe(12);
    }
  });

  it('tells that an order is stuck, and redrives it by name', async () => {
    const orderId = await orderOf({ postalCode: '00000' });
    expect((await ops('cancel', orderId)).exitCode).toBe(0);
    await host.idle();
    const stuck = await stoppedOrder();

    expect((await ops('redrive', orderId)).stderr).toContain('has no execution that died');
    expect((await opsJson('order', stuck)).document.executions).toEqual([
      expect.objectContaining({ status: 'ABORTED', error: 'OperatorStopped', state: 'OpenIntervention' }),
    ]);
    expect(await ops('redrive', stuck, '--state', 'CloseOrder')).toMatchObject({ stdout: 'Nothing to redrive.\n' });
    expect(await ops('redrive', stuck)).toMatchObject({ exitCode: 0, stdout: '1 redriven.\n' });
  });

  it('starts a new run where Step Functions redrives no more, after 14 days', async () => {
    const orderId = await stoppedOrder();
    await ops('clock', 'advance', '15d');

    const redrive = await opsJson('redrive', orderId);
    await host.idle();

    expect(redrive.document.results).toEqual([{ orderId, run: 1, outcome: 'restarted' }]);
    const { document } = await opsJson('order', orderId);
    expect(document.order.timeline).toContainEqual(expect.objectContaining({ type: 'SagaRestarted' }));
    expect(document.executions.map(({ run, status }: { run: number; status: string }) => [run, status])).toEqual([
      [1, 'ABORTED'],
      [2, 'RUNNING'],
    ]);
    expect((await ops('redrive', '--failed')).stdout).toBe('Nothing to redrive.\n');
  });

  it('republishes the events of a time span, and nobody gets a second mail', async () => {
    const orderId = await orderOf();
    const mails = (await host.mails()).length;
    const [{ createdAt }] = (await opsJson('orders', '--limit', '1')).document.orders;
    const span = ['republish', '--from', createdAt, '--rate', '1000/s'];

    const dryRun = await opsJson(...span, '--dry-run');
    const all = await opsJson(...span);
    const shipped = await opsJson(...span, '--type', 'OrderShipped');
    await host.idle();

    expect(dryRun.document).toMatchObject({ dryRun: true, events: 6, byType: { OrderCreated: 1, OrderShipped: 1 } });
    expect(all.document).toMatchObject({ dryRun: false, events: 6, invalid: [] });
    expect(shipped.document.byType).toEqual({ OrderShipped: 1 });
    expect(await timesPublished(orderId, 'OrderShipped')).toBe(3);
    expect(await host.mails()).toHaveLength(mails);
  });

  it('publishes from the failure queue what is valid now, and keeps the rest', async () => {
    const orderId = await orderOf();
    const NewImage = marshall(await eventItem(orderId, 1));
    const record = (image: object) => ({ eventName: 'INSERT', dynamodb: { NewImage: image } });
    const errors = [{ field: 'detail.data.total', message: 'is missing' }];
    const invented = { ...NewImage, pk: { S: 'ORDER#nobody' }, type: { S: 'OrderInvented' } };
    await send(host.outputs.FailureQueueUrl, { reason: 'UnpublishableEvent', errors, record: record(NewImage) });
    await send(host.outputs.FailureQueueUrl, { reason: 'UnpublishableEvent', errors, record: record(invented) });

    const listed = await opsJson('dlq', 'list');
    const redriven = await opsJson('dlq', 'redrive', '--queue', 'failure', '--rate', '100/s');
    await host.idle();

    expect(listed.document.messages).toHaveLength(2);
    expect(listed.document.messages).toContainEqual(
      expect.objectContaining({ queue: 'failure', what: `OrderCreated ${orderId}#1` }),
    );
    expect(redriven.exitCode).toBe(1);
    expect(redriven.document.failure).toMatchObject({ redriven: 1, events: 1, kept: [{ why: expect.any(String) }] });
    expect(await timesPublished(orderId, 'OrderCreated')).toBe(2);
    expect((await opsJson('dlq', 'list')).document.messages).toEqual([
      expect.objectContaining({ what: expect.stringContaining('OrderInvented') }),
    ]);
  });

  it('brings mails that were given up back to their queue', async () => {
    const orderId = await orderOf();
    const mails = (await host.mails()).length;
    const { source, detailType, detail } = envelopeOf(eventOf(await eventItem(orderId, 3)));
    await send(host.outputs.NotificationDeadLetterQueueUrl, { source, 'detail-type': detailType, detail });

    const redriven = await opsJson('dlq', 'redrive', '--queue', 'notification');
    await host.idle();

    expect(redriven).toMatchObject({ exitCode: 0, document: { notification: { redriven: 1 } } });
    const { queues } = (await opsJson('status')).document;
    expect(queues['notification DLQ'].waiting + queues.notification.waiting).toBe(0);
    expect(await host.mails()).toHaveLength(mails);
  });

  it('runs the reconciler and shows what it did', async () => {
    const round = await opsJson('reconcile');
    const books = await opsJson('reconcile', '--books');

    expect(round).toMatchObject({ exitCode: 0, document: { acted: 0, drifts: 0 } });
    expect(books).toMatchObject({ exitCode: 0, document: { violations: {} } });
  });
});

describe('verifying', () => {
  it('holds, and names the rule and the key of what somebody has broken', async () => {
    expect((await opsJson('verify', '--settle', '10s')).document.violations).toEqual([]);
    await addToStock('DESK-LAMP', 1);

    const broken = await ops('verify', '--settle', '0s');
    await addToStock('DESK-LAMP', -1);

    expect(broken.exitCode).toBe(1);
    expect(broken.stdout).toMatch(/^stock-conserved: DESK-LAMP: /m);
    expect((await ops('verify')).exitCode).toBe(0);
  });
});
