import { accessToken } from '../../ops/access-token.ts';
import { anOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import {
  expectInvariants,
  freshKey,
  interventionOf,
  orderOf,
  setFaults,
  settledOrder,
  NO_CARRIER,
  TOTAL_MINOR,
  cancel,
} from './staff.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());
afterEach(() => expectInvariants(host));

const NOT_CHARGED = { status: 'CANCELLED', payment: { chargedMinor: 0, refundedMinor: 0 }, cancelRequested: true };
const REFUNDED = {
  ...NOT_CHARGED,
  payment: { status: 'REFUNDED', chargedMinor: TOTAL_MINOR, refundedMinor: TOTAL_MINOR },
};

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
