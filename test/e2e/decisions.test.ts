import { type HostProcess, runHost } from './running-host.ts';
import {
  afterDeciding,
  advance,
  decide,
  expectInvariants,
  interventionOf,
  orderOf,
  setFaults,
  settledOrder,
  SILENT_PAYMENT,
  NO_CARRIER,
  SILENT_CARRIER,
  RETRY,
  REFUND_AND_CANCEL,
  PARCEL,
  SHIPPED_MANUALLY,
  MARK_REFUNDED,
  WRITE_OFF,
  TOTAL_MINOR,
} from './staff.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());
afterEach(() => expectInvariants(host));

const REFUNDED = {
  status: 'CANCELLED',
  payment: { status: 'REFUNDED', chargedMinor: TOTAL_MINOR, refundedMinor: TOTAL_MINOR },
};
const REFUNDED_OUTSIDE = {
  status: 'CANCELLED',
  payment: { status: 'REFUNDED', chargedMinor: TOTAL_MINOR, refundedMinor: 0, refundedOutsideMinor: TOTAL_MINOR },
};
const WRITTEN_OFF = {
  status: 'CANCELLED',
  payment: { status: 'WRITTEN_OFF', chargedMinor: TOTAL_MINOR, refundedMinor: 0, writtenOffMinor: TOTAL_MINOR },
};
const FULFILLED = { status: 'COMPLETED', payment: { status: 'CHARGED', chargedMinor: TOTAL_MINOR, refundedMinor: 0 } };

describe('an order whose payment nobody knows of', () => {
  test('waits for people, who see why and until when, and no token', async () => {
    const orderId = await settledOrder(host, SILENT_PAYMENT);

    const { status, body, text } = await interventionOf(host, orderId);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ orderId, number: 1, status: 'OPEN', orderStatus: 'MANUAL_INTERVENTION', earlier: [] },
      ...{ reason: 'PAYMENT_OUTCOME_UNKNOWN', failedStep: 'ChargePayment', statusBefore: 'INVENTORY_RESERVED' },
      error: { name: 'PaymentOutcomeUnknown' },
      attempts: 1,
      escalations: 0,
      allowedDecisions: ['RETRY', 'REFUND_AND_CANCEL', 'MARK_REFUNDED', 'WRITE_OFF'],
    });
    expect(Date.parse(body.deadline) - Date.parse(body.openedAt)).toBe(7 * 24 * 3600 * 1000);
    expect(text).not.toMatch(/token|ada@|London/i);
    await afterDeciding(host, orderId, REFUND_AND_CANCEL);
  });

  test.each([
    // The charge is found under the key of the first visit.
    ['RETRY', RETRY, FULFILLED],
    ['REFUND_AND_CANCEL', REFUND_AND_CANCEL, REFUNDED],
    ['MARK_REFUNDED', MARK_REFUNDED, REFUNDED_OUTSIDE],
    ['WRITE_OFF', WRITE_OFF, WRITTEN_OFF],
  ])('%s', async (_, body, end) => {
    const orderId = await settledOrder(host, SILENT_PAYMENT);

    expect(await afterDeciding(host, orderId, body)).toMatchObject(end);
    expect((await interventionOf(host, orderId)).body).toMatchObject({
      status: 'CLOSED',
      decided: { ...body, decidedBy: { kind: 'person', role: 'admin' }, decidedAt: expect.any(String) },
      closedAt: expect.any(String),
    });
  });

  test('cannot be shipped by hand', async () => {
    const orderId = await settledOrder(host, SILENT_PAYMENT);

    const { status, body } = await decide(host, orderId, SHIPPED_MANUALLY);

    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: 'urn:problem-type:order-saga:decision-not-allowed',
      allowedDecisions: ['RETRY', 'REFUND_AND_CANCEL', 'MARK_REFUNDED', 'WRITE_OFF'],
      errors: [{ field: 'decision', message: expect.stringContaining('RETRY') }],
    });
    await afterDeciding(host, orderId, REFUND_AND_CANCEL);
  });
});

describe.each([
  ['that no carrier takes', NO_CARRIER, 'SHIPPING_IMPOSSIBLE'],
  ['whose parcel nobody knows of', SILENT_CARRIER, 'SHIPMENT_OUTCOME_UNKNOWN'],
])('an order %s', (_, parts, reason) => {
  test.each([
    ['REFUND_AND_CANCEL', REFUND_AND_CANCEL, { ...REFUNDED, shipment: null }],
    ['SHIPPED_MANUALLY', SHIPPED_MANUALLY, { ...FULFILLED, shipment: { ...PARCEL, manual: true } }],
    ['MARK_REFUNDED', MARK_REFUNDED, { ...REFUNDED_OUTSIDE, shipment: null }],
    ['WRITE_OFF', WRITE_OFF, { ...WRITTEN_OFF, shipment: null }],
  ])('%s', async (_decision, body, end) => {
    const orderId = await settledOrder(host, parts);
    expect((await interventionOf(host, orderId)).body).toMatchObject({ reason, failedStep: 'ShipOrder' });

    expect(await afterDeciding(host, orderId, body)).toMatchObject(end);
  });
});

test('RETRY finds the parcel that was booked although nobody had said so', async () => {
  const orderId = await settledOrder(host, SILENT_CARRIER);

  const order = await afterDeciding(host, orderId, RETRY);

  expect(order).toMatchObject({ ...FULFILLED, shipment: { carrier: 'Sandbox Parcel' } });
});

test('RETRY of a carrier that is still down calls people again; the earlier decision is kept', async () => {
  const orderId = await settledOrder(host, NO_CARRIER);

  expect(await afterDeciding(host, orderId, RETRY)).toMatchObject({ status: 'MANUAL_INTERVENTION' });

  const { body } = await interventionOf(host, orderId);
  expect(body).toMatchObject({ number: 2, status: 'OPEN', failedStep: 'ShipOrder' });
  expect(body.earlier).toMatchObject([{ number: 1, status: 'CLOSED', decided: RETRY }]);
  expect(await afterDeciding(host, orderId, REFUND_AND_CANCEL)).toMatchObject(REFUNDED);
});

describe('an order whose refund fails', () => {
  const REFUND_FAILS = {
    match: { service: 'dynamodb', function: 'RefundPayment', resource: 'Payments' },
    ...{ action: 'fail', error: 'AccessDeniedException' },
  };

  async function orderWithoutRefund(): Promise<string> {
    const orderId = await settledOrder(host, NO_CARRIER);
    await setFaults(host, REFUND_FAILS);
    await afterDeciding(host, orderId, REFUND_AND_CANCEL);
    await setFaults(host);
    return orderId;
  }

  test.each([
    ['RETRY', RETRY, REFUNDED],
    ['MARK_REFUNDED', MARK_REFUNDED, REFUNDED_OUTSIDE],
    ['WRITE_OFF', WRITE_OFF, WRITTEN_OFF],
  ])('%s', async (_, body, end) => {
    const orderId = await orderWithoutRefund();
    expect((await interventionOf(host, orderId)).body).toMatchObject({
      ...{ number: 2, reason: 'COMPENSATION_FAILED', failedStep: 'RefundPayment' },
      allowedDecisions: ['RETRY', 'MARK_REFUNDED', 'WRITE_OFF'],
    });

    expect(await afterDeciding(host, orderId, body)).toMatchObject(end);
  });
});

describe('the deadline', () => {
  test('refunds and cancels where shipping was impossible', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);

    await advance(host, '7d');
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
    expect((await interventionOf(host, orderId)).body).toMatchObject({
      status: 'CLOSED',
      decided: { decision: 'REFUND_AND_CANCEL', decidedBy: { kind: 'deadline' } },
    });
    const late = await decide(host, orderId, RETRY);
    expect([late.status, late.body.decided.decidedBy]).toEqual([409, { kind: 'deadline' }]);
  });

  test.each([
    ['a payment', SILENT_PAYMENT],
    ['a parcel', SILENT_CARRIER],
  ])(
    'guesses nothing about %s that nobody knows of: there is more time, and staff are called again',
    async (_, parts) => {
      const orderId = await settledOrder(host, parts);
      const { body: before } = await interventionOf(host, orderId);

      await advance(host, '7d');
      await host.idle();

      const { body: after } = await interventionOf(host, orderId);
      expect(after).toMatchObject({ number: 1, status: 'OPEN', escalations: 1, orderStatus: 'MANUAL_INTERVENTION' });
      expect(Date.parse(after.deadline)).toBeGreaterThanOrEqual(Date.parse(before.deadline) + 7 * 24 * 3600 * 1000);
      expect(await afterDeciding(host, orderId, REFUND_AND_CANCEL)).toMatchObject(REFUNDED);
    },
  );
});
