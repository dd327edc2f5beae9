import { rm } from 'node:fs/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { FATES } from '../../ops/demo/fates.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, getOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { copyWithoutGrant } from './spoilt-assembly.ts';
import {
  advance,
  afterDeciding,
  cancel,
  decide,
  expectInvariants,
  interventionOf,
  interventions,
  MARK_REFUNDED,
  NO_CARRIER,
  orderOf,
  REFUND_AND_CANCEL,
  RETRY,
  setFaults,
  settledOrder,
  SILENT_CARRIER,
  SILENT_PAYMENT,
  WRITE_OFF,
} from './staff.ts';
import { ASSEMBLY_DIRECTORY } from './synthesized-assembly.ts';

interface GrantUse {
  readonly kind: string;
  readonly role: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly usedActions: readonly string[];
}

/** Rights that no order needs on a laptop, and why they are granted all the same. */
const EXPLAINED: readonly { readonly right: RegExp; readonly why: string }[] = [
  { right: /xray:/, why: 'traces go to X-Ray on AWS; the local host keeps none' },
  { right: /SagaRole.* logs:/, why: 'Step Functions sets up the delivery of its own logs with them' },
  { right: /CloudWatchRole.* logs:/, why: "API Gateway's managed policy holds more than it uses" },
  {
    right: /(AuthorizeRequest|Get|List|SubmitOrder|Publish|Notify|Steps).* logs:/,
    why: 'a function that nothing went wrong in may log nothing',
  },
  {
    right: /(PublishEvents|DeliverDecision|WatchStockLevel).* dynamodb:ListStreams/,
    why: 'the event source mapping on AWS asks for it',
  },
  { right: /NotifyCustomer.* sqs:GetQueueAttributes/, why: 'the event source mapping on AWS asks for it' },
  { right: /(PublishEvents|WatchStockLevel).* sqs:SendMessage/, why: 'only for a record that can never be published' },
  { right: /RecordFailedExecution.* sqs:SendMessage/, why: 'only for a failure that could not be recorded' },
  { right: /DecideIntervention.* states:StartExecution/, why: 'only behind an execution that cannot be redriven' },
  // With the same roles in force: test/e2e/recovery.test.ts.
  { right: /ReconcileOrders.* (states|events|dynamodb):/, why: 'only when something was lost on the way' },
  { right: /CompareBooks.* (events|dynamodb):/, why: 'only when the books do not agree' },
  { right: /SubmitOrder.* dynamodb:GetItem/, why: 'only for a request that comes again' },
  { right: /NotifyCustomer.* dynamodb:GetItem .*Notifications/, why: 'only for an event that is delivered again' },
];

describe('the roles of the template', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await runHost();
  });
  afterAll(() => host.dispose());

  it('suffice for every path, and grant nothing that no path needs', async () => {
    await everyFate();
    await everyDecision();
    await everyRead();
    await staffChangeStock();
    await theDeadAreRevived();
    await expectInvariants(host);

    const { grants } = (await host.ask('grants')) as { grants: GrantUse[] };
    const unused = grants.flatMap(({ kind, role, actions, resources, usedActions }) =>
      (kind === 'identity' ? actions : [])
        .filter((action) => !usedActions.includes(action))
        .map((action) => `${role} ${action} ${resources.join(' ')}`),
    );
    expect(grants.length).toBeGreaterThan(30);
    expect(unused.filter((right) => !EXPLAINED.some((explained) => explained.right.test(right)))).toEqual([]);
  }, 120_000);

  async function everyFate(): Promise<void> {
    const answers = await Promise.all(FATES.map(({ order, name }) => submit(host.outputs, order, name)));
    await host.idle();
    for (const [index, { body }] of answers.entries()) {
      const then = FATES[index]?.then;
      if (then === 'CANCEL') await cancel(host, body.orderId as string);
      else if (then) await decide(host, body.orderId as string, { ...then });
    }
    await host.idle();
    for (const [index, { body }] of answers.entries()) {
      const { status } = (await getOrder(host.outputs, body.orderId)).body;
      expect([FATES[index]?.name, status]).toEqual([FATES[index]?.name, FATES[index]?.ends]);
    }
    // The same request again finds its order.
    const [first] = FATES;
    expect((await submit(host.outputs, first?.order, first?.name ?? '')).status).toBe(202);
  }

  async function everyDecision(): Promise<void> {
    expect(await afterDeciding(host, await settledOrder(host, SILENT_PAYMENT), RETRY)).toMatchObject({
      status: 'COMPLETED',
    });
    for (const decision of [MARK_REFUNDED, WRITE_OFF]) {
      const order = await afterDeciding(host, await settledOrder(host, SILENT_CARRIER), decision);
      expect(order.status).toBe('CANCELLED');
    }
    const cancelled = await settledOrder(host, NO_CARRIER);
    expect((await request(host.outputs, { method: 'DELETE', path: `/orders/${cancelled}` })).status).toBe(202);
    // Repeated, and decided by somebody else before: the record is read.
    expect((await decide(host, cancelled, RETRY)).status).toBe(409);
    // Two deadlines pass: one decides, the other calls staff again.
    const [refunded, escalated] = [await settledOrder(host, NO_CARRIER), await settledOrder(host, SILENT_PAYMENT)];
    await advance(host, '8d');
    expect((await orderOf(host.outputs, refunded)).status).toBe('CANCELLED');
    expect((await interventionOf(host, escalated)).body).toMatchObject({ status: 'OPEN', escalations: 1 });
  }

  async function everyRead(): Promise<void> {
    const staff = host.outputs.StaffToken ?? null;
    const orderId = await settledOrder(host, {});
    const update = { status: 'DELIVERED' };
    const answers = [
      await request(host.outputs, {
        method: 'PATCH',
        path: `/orders/${orderId}/fulfilment`,
        token: staff,
        body: update,
      }),
      await request(host.outputs, { method: 'GET', path: `/orders/${orderId}/tracking` }),
      await request(host.outputs, { method: 'GET', path: '/orders' }),
      await request(host.outputs, { method: 'GET', path: '/orders?customerId=customer-1' }),
      await request(host.outputs, { method: 'GET', path: '/orders?status=COMPLETED', token: staff }),
      await interventions(host, '?status=CLOSED'),
      await request(host.outputs, { method: 'GET', path: '/inventory', token: staff }),
      await request(host.outputs, { method: 'GET', path: '/inventory/MUG-BLUE', token: staff }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  }

  async function staffChangeStock(): Promise<void> {
    const change = (sku: string, body: object, key: string) =>
      request(host.outputs, {
        method: 'PUT',
        path: `/inventory/${sku}`,
        token: host.outputs.StaffToken ?? null,
        headers: { 'idempotency-key': key },
        body,
      });
    expect((await change('MUG-BLUE', { receive: 5 }, 'goods in')).status).toBe(200);
    expect((await change('MUG-BLUE', { receive: 5 }, 'goods in')).status).toBe(200);
    const product = { name: 'Red mug', priceMinor: 900, currency: 'EUR', lowStockThreshold: 5, receive: 6 };
    expect((await change('MUG-RED', product, 'new product')).status).toBe(201);
    // Sold down to its threshold, of which the operators are told.
    await settledOrder(host, { items: [{ sku: 'MUG-RED', quantity: 2 }] });
  }

  /** An execution that was stopped, one that failed, and what the reconciler and the comparison do on their rounds. */
  async function theDeadAreRevived(): Promise<void> {
    const stopped = await settledOrder(host, NO_CARRIER);
    const client = new SFNClient(clientConfiguration(host.outputs));
    const executionArn = `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${stopped}-1`;
    await client.send(new StopExecutionCommand({ executionArn }));
    await host.idle();
    expect((await decide(host, stopped, REFUND_AND_CANCEL)).status).toBe(200);
    await host.idle();
    expect((await orderOf(host.outputs, stopped)).status).toBe('CANCELLED');
    const cancelled = await settledOrder(host, NO_CARRIER);
    await client.send(
      new StopExecutionCommand({ executionArn: executionArn.replace(`${stopped}-1`, `${cancelled}-1`) }),
    );
    await host.idle();
    expect((await cancel(host, cancelled)).status).toBe(202);
    // One that was stored and never started, since Step Functions could not be reached.
    await setFaults(host, { match: { service: 'states', operation: 'StartExecution' }, action: 'fail' });
    const { status, body } = await submit(host.outputs, anOrder(), 'never started');
    await setFaults(host);
    expect(status).toBe(503);
    const { body: page } = await request(host.outputs, { method: 'GET', path: '/orders?status=PENDING' });
    expect([body.status, page.orders]).toEqual([503, [expect.objectContaining({ status: 'PENDING' })]]);
    expect((await cancel(host, page.orders[0].orderId as string)).status).toBe(202);
    await host.idle();
    expect((await orderOf(host.outputs, page.orders[0].orderId as string)).status).toBe('CANCELLED');
    await advance(host, '1d');
    const invoke = new LambdaClient(clientConfiguration(host.outputs));
    for (const FunctionName of [host.outputs.ReconcileFunctionName, host.outputs.CompareBooksFunctionName]) {
      const { FunctionError } = await invoke.send(new InvokeCommand({ FunctionName }));
      expect(FunctionError).toBeUndefined();
    }
  }
});

describe('a template with one grant taken away', () => {
  const spoilt = `${ASSEMBLY_DIRECTORY}-without-a-grant`;
  let host: HostProcess;
  beforeAll(async () => {
    await copyWithoutGrant(spoilt, 'ChargePaymentRole', 'dynamodb:PutItem');
    host = await runHost({ assemblyDirectory: spoilt });
  });
  afterAll(async () => {
    await host.dispose();
    await rm(spoilt, { recursive: true });
  });

  it('makes the step fail with the words of IAM', async () => {
    const { body } = await submit(host.outputs, anOrder(), 'without a grant');
    await host.idle();
    const client = new SFNClient(clientConfiguration(host.outputs));
    const executionArn = `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${body.orderId}-1`;
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const failed = events.find(({ type }) => type === 'TaskFailed')?.taskFailedEventDetails;
    expect(failed?.error).toBe('AccessDeniedException');
    expect(failed?.cause).toMatch(/ChargePaymentRole.* is not authorized to perform: dynamodb:PutItem on resource: /);
    expect((await getOrder(host.outputs, body.orderId)).body.payment.chargedMinor).toBe(0);
  });
});
