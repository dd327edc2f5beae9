import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { ClientId } from '../../core/ids.ts';
import { orderIdOf } from '../../core/order-id.ts';
import { accessToken } from '../../ops/access-token.ts';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { advance, cancel, decide, freshKey, interventionOf, orderOf, setFaults, settledOrder } from './staff.ts';

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

const total = 2580;
const NOT_CHARGED = { status: 'CANCELLED', payment: { chargedMinor: 0, refundedMinor: 0 }, cancelRequested: true };
const REFUNDED = { ...NOT_CHARGED, payment: { status: 'REFUNDED', chargedMinor: total, refundedMinor: total } };
const NO_CARRIER = { postalCode: '00000' };

const executionArn = (orderId: string, run = 1) =>
  `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${orderId}-${run}`;
const stepFunctions = () => new SFNClient(clientConfiguration(host.outputs));

async function statusOfExecution(orderId: string, run = 1) {
  const command = new DescribeExecutionCommand({ executionArn: executionArn(orderId, run) });
  const { status, redriveCount } = await stepFunctions().send(command);
  return { status, redriveCount };
}

const typesOf = (order: { timeline: { type: string }[] }) => order.timeline.map(({ type }) => type);

/** Submits an order whose saga comes to a call of a function and waits there until it is released. */
async function orderHeldAt(functionName: string): Promise<string> {
  await setFaults(host, { match: { service: 'lambda', operation: 'Invoke', function: functionName }, action: 'hold' });
  const { body } = await submit(host.outputs, anOrder(), freshKey());
  return body.orderId as string;
}

/** Waits until an order has come to a status: nothing else happens while a call is held. */
async function reaches(orderId: string, status: string): Promise<void> {
  while ((await orderOf(host.outputs, orderId)).status !== status) await new Promise(setImmediate);
}

describe('an order under way', () => {
  test.each([
    ['before anything is reserved', 'ReserveInventory', 'PENDING', NOT_CHARGED],
    ['before it is charged', 'ChargePayment', 'INVENTORY_RESERVED', NOT_CHARGED],
    ['before it is shipped', 'ShipOrder', 'PAYMENT_CONFIRMED', REFUNDED],
  ])('%s is cancelled, and everything given back', async (_, functionName, status, end) => {
    const orderId = await orderHeldAt(functionName);
    await reaches(orderId, status);

    const accepted = await cancel(host, orderId, { body: { reason: 'ordered twice' } });
    await setFaults(host);
    await host.idle();

    expect([accepted.status, accepted.body]).toEqual([202, { orderId, status, cancelRequested: true }]);
    const order = await orderOf(host.outputs, orderId);
    expect(order).toMatchObject({ ...end, cancelReason: 'ordered twice', failure: { reason: 'OrderCancelled' } });
    expect(typesOf(order)).toContain('CancellationRequested');
    expect(JSON.stringify(order.timeline)).not.toContain('ordered twice');
  });

  test('asked again gets the same answer, and once it is cancelled too', async () => {
    const orderId = await orderHeldAt('ChargePayment');
    await reaches(orderId, 'INVENTORY_RESERVED');
    const first = await cancel(host, orderId, { body: { reason: 'first' } });

    const second = await cancel(host, orderId, { body: { reason: 'second' } });
    await setFaults(host);
    await host.idle();
    const third = await cancel(host, orderId);

    expect([first, second, third].map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(third.body).toEqual({ orderId, status: 'CANCELLED', cancelRequested: true });
    const order = await orderOf(host.outputs, orderId);
    expect(order.cancelReason).toBe('first');
    expect(typesOf(order).filter((type) => type === 'CancellationRequested')).toHaveLength(1);
  });

  test('whose shipping is claimed can no longer be cancelled', async () => {
    // The first write of ShipOrder is the claim; what comes next is the carrier.
    await setFaults(host, {
      match: { service: 'dynamodb', function: 'ShipOrder', resource: 'Shipments' },
      action: 'hold',
    });
    const { body } = await submit(host.outputs, anOrder(), freshKey());
    const orderId = body.orderId as string;
    while (!typesOf(await orderOf(host.outputs, orderId)).includes('FulfillmentStarted')) {
      await new Promise(setImmediate);
    }

    const late = await cancel(host, orderId);
    await setFaults(host);
    await host.idle();

    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      type: 'urn:problem-type:order-saga:too-late-to-cancel',
      orderStatus: 'PAYMENT_CONFIRMED',
      detail: expect.stringContaining('its shipping has begun'),
    });
    expect(await orderOf(host.outputs, orderId)).toMatchObject({ status: 'COMPLETED', cancelRequested: false });
  });
});

describe('an order that has ended', () => {
  test.each([
    ['COMPLETED', {}],
    ['PAYMENT_FAILED', { token: 'tok_declined' }],
    ['REJECTED', { items: [{ sku: 'LIMITED-PRINT', quantity: 999 }] }],
    // By the saga itself, not at the client's request.
    ['CANCELLED', { postalCode: '00003' }],
  ])('as %s cannot be cancelled', async (status, parts) => {
    const orderId = await settledOrder(host, parts);

    const answer = await cancel(host, orderId);

    expect([answer.status, answer.body.orderStatus]).toEqual([409, status]);
  });
});

describe('an order that waits for people', () => {
  test.each([
    ['because its payment is unknown', { token: 'tok_silent' }],
    ['because no carrier takes it', NO_CARRIER],
    ['because its parcel is unknown', { postalCode: '00004' }],
  ])('%s is cancelled, and people are relieved of it', async (_, parts) => {
    const orderId = await settledOrder(host, parts);

    const { status } = await cancel(host, orderId, { body: { reason: 'took too long' } });
    await host.idle();

    expect(status).toBe(202);
    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
    const { body, text } = await interventionOf(host, orderId);
    const decidedBy = { kind: 'client', subject: host.outputs.ClientId };
    expect(body).toMatchObject({ status: 'CLOSED', decided: { decision: 'REFUND_AND_CANCEL', decidedBy } });
    expect(text).not.toContain('took too long');
    const late = await decide(host, orderId, { decision: 'RETRY', note: 'too late' });
    expect([late.status, late.body.decided.decidedBy]).toEqual([409, decidedBy]);
  });

  test('and which staff have shipped by hand cannot be cancelled any more', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await setFaults(host, {
      match: { service: 'lambda', operation: 'Invoke', function: 'ShipOrder' },
      action: 'hold',
    });
    const shipped = { decision: 'SHIPPED_MANUALLY', note: 'at the counter', carrier: 'Speedy', trackingNumber: 'SP1' };
    await decide(host, orderId, shipped);

    const late = await cancel(host, orderId);
    await setFaults(host);
    await host.idle();

    expect([late.status, late.body.orderStatus]).toEqual([409, 'PAYMENT_CONFIRMED']);
    expect(await orderOf(host.outputs, orderId)).toMatchObject({ status: 'COMPLETED' });
  });

  test('for its refund stays with them, who may be giving it back by other means', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await setFaults(host, {
      match: { service: 'dynamodb', function: 'RefundPayment', resource: 'Payments' },
      ...{ action: 'fail', error: 'AccessDeniedException' },
    });
    await cancel(host, orderId);
    await host.idle();
    await setFaults(host);

    expect((await cancel(host, orderId)).status).toBe(202);
    await host.idle();

    expect((await interventionOf(host, orderId)).body).toMatchObject({ number: 2, status: 'OPEN' });
    const body = { decision: 'MARK_REFUNDED', note: 'by bank', reference: '4711' };
    await decide(host, orderId, body, { token: host.outputs.AdminToken });
    await host.idle();
    expect(await orderOf(host.outputs, orderId)).toMatchObject({ payment: { refundedOutsideMinor: total } });
  });

  test('and is cancelled and decided at once ends one way, and both are told', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const shipped = { decision: 'SHIPPED_MANUALLY', note: 'at the counter', carrier: 'Speedy', trackingNumber: 'SP1' };

    const [cancelled, decided] = await Promise.all([cancel(host, orderId), decide(host, orderId, shipped)]);
    await host.idle();

    const { status } = await orderOf(host.outputs, orderId);
    expect([cancelled.status, decided.status, status]).toEqual(
      status === 'CANCELLED' ? [202, 409, 'CANCELLED'] : [409, 200, 'COMPLETED'],
    );
  });
});

describe('an order whose execution is dead', () => {
  async function stop(orderId: string): Promise<void> {
    await stepFunctions().send(new StopExecutionCommand({ executionArn: executionArn(orderId), error: 'Stopped' }));
  }

  test('is redriven, and cancelled', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await stop(orderId);

    expect((await cancel(host, orderId)).status).toBe(202);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
    expect(await statusOfExecution(orderId)).toEqual({ status: 'SUCCEEDED', redriveCount: 1 });
    expect((await interventionOf(host, orderId)).body.status).toBe('CLOSED');
  });

  test('is redriven, and hears what staff decide', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await stop(orderId);

    const body = { decision: 'SHIPPED_MANUALLY', note: 'at the counter', carrier: 'Speedy', trackingNumber: 'SP1' };
    expect((await decide(host, orderId, body)).status).toBe(200);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject({
      status: 'COMPLETED',
      shipment: { carrier: 'Speedy' },
    });
    expect(await statusOfExecution(orderId)).toEqual({ status: 'SUCCEEDED', redriveCount: 1 });
  });

  test('for more than the 14 days of a redrive gets another run, which ends it', async () => {
    const orderId = await settledOrder(host, { token: 'tok_silent' });
    await stop(orderId);
    // The reconciler would have brought it back long since.
    await setFaults(host, {
      match: { service: 'lambda', operation: 'Invoke', function: 'ReconcileOrders' },
      ...{ action: 'fail', error: 'ServiceException' },
    });
    await advance(host, '15d');
    await setFaults(host);

    const answer = await cancel(host, orderId);
    await host.idle();

    expect(answer.status).toBe(202);
    const order = await orderOf(host.outputs, orderId);
    expect(order).toMatchObject(REFUNDED);
    expect(typesOf(order)).toContain('SagaRestarted');
    expect((await statusOfExecution(orderId, 2)).status).toBe('SUCCEEDED');
    expect((await interventionOf(host, orderId)).body).toMatchObject({ status: 'CLOSED' });
  });

  test('since it never began is begun, and cancelled', async () => {
    await setFaults(host, {
      match: { service: 'states', operation: 'StartExecution', function: 'SubmitOrder' },
      ...{ action: 'fail', error: 'unavailable' },
    });
    const key = freshKey();
    expect((await submit(host.outputs, anOrder(), key)).status).toBe(503);
    await setFaults(host);
    // Its answer was lost with it, but the id follows from client and key.
    const orderId = orderIdOf(host.outputs.ClientId as ClientId, key);

    expect((await cancel(host, orderId)).status).toBe(202);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject(NOT_CHARGED);
  });
});

describe('who may', () => {
  test('an order of another client is not found; staff may cancel every order', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const other = await accessToken(host.outputs, 'trial');

    expect((await cancel(host, orderId, { token: other })).status).toBe(404);
    expect((await cancel(host, orderId, { token: host.outputs.StaffToken })).status).toBe(202);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
    const decidedBy = { kind: 'person', subject: expect.any(String), role: 'staff' };
    expect((await interventionOf(host, orderId)).body.decided).toMatchObject({ decidedBy });
  });

  test('a token that may only read may not cancel', async () => {
    const token = await accessToken(host.outputs, 'sample', ['orders/read']);
    const orderId = await settledOrder(host, {});

    expect((await cancel(host, orderId, { token })).status).toBe(403);
  });
});

describe('the request', () => {
  test('DELETE says the same', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);

    const { status, body } = await request(host.outputs, { method: 'DELETE', path: `/orders/${orderId}` });
    await host.idle();

    expect([status, body.cancelRequested]).toEqual([202, true]);
    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
  });

  test('with a wrong body is refused by name', async () => {
    const orderId = await settledOrder(host, {});

    const { status, body } = await cancel(host, orderId, { body: { reason: '', why: 'x' } });

    expect(status).toBe(400);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['reason', 'why']);
  });

  test('of an order that is not there is not found', async () => {
    expect((await cancel(host, 'nonsense')).status).toBe(404);
    expect((await cancel(host, '8f14e45f-ceea-5467-9575-3f1c2f0e9b11')).status).toBe(404);
  });
});
