import { GetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, getOrder, submit } from './orders.ts';
import { type HostProcess, type KeptMail, runHost } from './running-host.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());
afterEach(async () => {
  await host.idle();
  const { violations } = await checkInvariants(host.outputs, { withHistories: true, settlingMs: 0 });
  expect(violations.map(describeViolation)).toEqual([]);
});

interface Stock {
  readonly available: number;
  readonly held: number;
  readonly committed: number;
}

async function stockOf(sku: string): Promise<Stock> {
  const client = new DynamoDBClient(clientConfiguration(host.outputs));
  const { Item = {} } = await client.send(
    new GetItemCommand({
      TableName: host.outputs.InventoryTableName,
      Key: { pk: { S: `SKU#${sku}` }, sk: { S: 'STOCK' } },
    }),
  );
  const number = (name: string): number => Number(Item[name]?.N);
  return { available: number('available'), held: number('held'), committed: number('committed') };
}

async function itemOf(TableName: string, pk: string, sk: string) {
  const client = new DynamoDBClient(clientConfiguration(host.outputs));
  const { Item = {} } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: sk } } }));
  return Item;
}

/** The states that the order's execution has entered. */
async function statesOf(orderId: string): Promise<(string | undefined)[]> {
  return (await historyOf(orderId)).flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}

async function historyTypes(orderId: string): Promise<(string | undefined)[]> {
  return (await historyOf(orderId)).map(({ type }) => type);
}

async function historyOf(orderId: string) {
  const client = new SFNClient(clientConfiguration(host.outputs));
  const executionArn = `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${orderId}-1`;
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events;
}

let orders = 0;

/** Submits an order, lets it run to its end and returns what its client and its customer see. */
async function fateOf(parts: Parameters<typeof anOrder>[0]) {
  orders += 1;
  const to = `customer-${orders}@example.com`;
  const order = anOrder(parts);
  const { body } = await submit(
    host.outputs,
    { ...order, customer: { ...order.customer, email: to } },
    `fate ${orders}`,
  );
  await host.idle();
  const seen = (await getOrder(host.outputs, body.orderId)).body;
  const mails = (await host.mails()).filter((mail: KeptMail) => mail.to.includes(to));
  return {
    orderId: body.orderId as string,
    order: seen,
    events: (seen.timeline as { type: string }[]).map(({ type }) => type),
    mails: mails.map(({ subject }) => subject),
    mailTexts: mails.map(({ text }) => text),
  };
}

describe('an order', () => {
  it('goes all the way: reserved, paid, shipped, completed', async () => {
    const before = await stockOf('MUG-BLUE');
    const { orderId, order, events, mails, mailTexts } = await fateOf({});
    expect(order).toMatchObject({
      status: 'COMPLETED',
      payment: { status: 'CHARGED', chargedMinor: 2580, refundedMinor: 0 },
      shipment: {
        carrier: expect.any(String),
        trackingNumber: expect.any(String),
        estimatedDelivery: expect.any(String),
      },
    });
    expect(events).toEqual([
      ...[
        'OrderCreated',
        'InventoryReserved',
        'PaymentConfirmed',
        'FulfillmentStarted',
        'OrderShipped',
        'OrderCompleted',
      ],
    ]);
    expect(order.timeline[1]).toMatchObject({ statusBefore: 'PENDING', statusAfter: 'INVENTORY_RESERVED' });
    expect(mails).toHaveLength(2);
    expect(mailTexts.join('\n')).toMatch(order.shipment.trackingNumber);
    const after = await stockOf('MUG-BLUE');
    expect(after).toEqual({ available: before.available - 2, held: before.held, committed: before.committed + 2 });
    expect((await historyTypes(orderId)).filter((type) => type === 'TaskStateEntered')).toHaveLength(4);
  });

  it.each([
    ['tok_flaky', 'SW1Y 4JH', 3, 1],
    ['tok_visa', '00001', 1, 2],
  ])('comes through a provider that recovers (%s, %s)', async (token, postalCode, charges, bookings) => {
    const { orderId, order, mails } = await fateOf({ token, postalCode });
    expect(order).toMatchObject({ status: 'COMPLETED', payment: { chargedMinor: 2580, refundedMinor: 0 } });
    expect(mails).toHaveLength(2);
    const scheduled = (await historyTypes(orderId)).filter((type) => type === 'TaskScheduled');
    expect(scheduled).toHaveLength(1 + charges + bookings + 1);
  });

  it('is rejected when there is not enough of one of its products, and holds none of the others', async () => {
    const before = await stockOf('MUG-BLUE');
    const { order, events, mails } = await fateOf({
      items: [
        { sku: 'MUG-BLUE', quantity: 1 },
        { sku: 'LIMITED-PRINT', quantity: 21 },
      ],
    });
    expect(order.status).toBe('REJECTED');
    expect(events).toEqual(['OrderCreated', 'OrderRejected']);
    expect(JSON.stringify(order.timeline)).toMatch('LIMITED-PRINT');
    expect(order.payment).toMatchObject({ chargedMinor: 0, refundedMinor: 0 });
    expect(mails).toHaveLength(1);
    expect(await stockOf('MUG-BLUE')).toEqual(before);
  });

  it.each([
    ['tok_declined', /declined/],
    ['tok_insufficient_funds', /insufficient_funds/],
    ['tok_of_nobody', /invalid/],
    ['tok_unavailable', /PaymentGatewayUnavailable/],
  ])('fails with the payment token %s, charges nothing and gives the stock back', async (token, reason) => {
    const before = await stockOf('MUG-BLUE');
    const { order, events, mails } = await fateOf({ token });
    expect(order).toMatchObject({ status: 'PAYMENT_FAILED', payment: { chargedMinor: 0, refundedMinor: 0 } });
    expect(events).toEqual(['OrderCreated', 'InventoryReserved', 'InventoryReleased', 'PaymentFailed']);
    expect(JSON.stringify(order.timeline.at(-1))).toMatch(reason);
    expect(mails).toHaveLength(1);
    expect(await stockOf('MUG-BLUE')).toEqual(before);
  });

  it.each([
    ['tok_timeout_charged', 'SW1Y 4JH'],
    ['tok_visa', '00002'],
  ])('goes on when the step took effect and its answer was lost (%s, %s)', async (token, postalCode) => {
    const { orderId, order, events, mails } = await fateOf({ token, postalCode });
    expect(order).toMatchObject({ status: 'COMPLETED', payment: { chargedMinor: 2580, refundedMinor: 0 } });
    expect(events.at(-1)).toBe('OrderCompleted');
    expect(mails).toHaveLength(2);
    expect(await statesOf(orderId)).toContain(token === 'tok_visa' ? 'ResolveShipment' : 'ResolvePayment');
  });

  it.each(['tok_timeout_uncharged', 'tok_timeout_late'])(
    'fails when the answer to its charge was lost and nothing was charged (%s), and a charge that comes late bounces',
    async (token) => {
      const before = await stockOf('MUG-BLUE');
      const { orderId, order, events } = await fateOf({ token });
      expect(order).toMatchObject({ status: 'PAYMENT_FAILED', payment: { chargedMinor: 0, refundedMinor: 0 } });
      expect(events).toEqual(['OrderCreated', 'InventoryReserved', 'InventoryReleased', 'PaymentFailed']);
      expect(await stockOf('MUG-BLUE')).toEqual(before);
      const intent = await itemOf(host.outputs.PaymentsTableName, `INTENT#${orderId}#pay#1`, 'INTENT');
      expect(intent).toMatchObject({ status: { S: 'CANCELLED' }, chargedMinor: { N: '0' } });
      expect(intent['bounced']).toEqual(token === 'tok_timeout_late' ? { N: '1' } : undefined);
    },
  );

  it('is cancelled, refunded and released when the answer to its booking was lost and nothing was booked', async () => {
    const before = await stockOf('MUG-BLUE');
    const { order, events, mails } = await fateOf({ postalCode: '00003' });
    expect(order).toMatchObject({
      status: 'CANCELLED',
      payment: { status: 'REFUNDED', chargedMinor: 2580, refundedMinor: 2580 },
    });
    expect(events).toEqual([
      ...['OrderCreated', 'InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted'],
      ...['PaymentRefunded', 'InventoryReleased', 'OrderCancelled'],
    ]);
    expect(mails).toHaveLength(2);
    expect(await stockOf('MUG-BLUE')).toEqual(before);
  });

  it.each([
    ['tok_silent', 'SW1Y 4JH', 'ChargePayment', 'PAYMENT_OUTCOME_UNKNOWN'],
    ['tok_visa', '00000', 'ShipOrder', 'SHIPPING_IMPOSSIBLE'],
    ['tok_visa', '00004', 'ShipOrder', 'SHIPMENT_OUTCOME_UNKNOWN'],
  ])(
    'waits for people when nobody else can know what to do (%s, %s)',
    async (token, postalCode, failedStep, reason) => {
      const { orderId, order, events } = await fateOf({ token, postalCode });
      expect(order.status).toBe('MANUAL_INTERVENTION');
      expect(events.at(-1)).toBe('ManualInterventionRequired');
      expect(await itemOf(host.outputs.OrdersTableName, `ORDER#${orderId}`, 'INTERVENTION#001')).toMatchObject({
        status: { S: 'OPEN' },
        failedStep: { S: failedStep },
        reason: { S: reason },
      });
      expect(await statesOf(orderId)).toEqual(expect.arrayContaining(['OpenIntervention']));
    },
  );
});

describe('a scarce product', () => {
  it('is sold to as many of 50 simultaneous customers as there are pieces, and to nobody else', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        submit(host.outputs, anOrder({ items: [{ sku: 'LIMITED-PRINT', quantity: 1 }] }), `scarce ${index}`),
      ),
    );
    await host.idle();
    const statuses = await Promise.all(
      answers.map(async ({ body }) => (await getOrder(host.outputs, body.orderId)).body.status as string),
    );
    expect(statuses.filter((status) => status === 'COMPLETED')).toHaveLength(20);
    expect(statuses.filter((status) => status === 'REJECTED')).toHaveLength(30);
    expect(await stockOf('LIMITED-PRINT')).toEqual({ available: 0, held: 0, committed: 20 });
  });
});
