import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { advance, decide, freshKey, interventionOf, interventions, orderOf, setFaults, settledOrder } from './staff.ts';
import { type HostProcess, runHost } from './running-host.ts';

let host: HostProcess;
let admin: { token: string | undefined };
beforeAll(async () => {
  host = await runHost();
  admin = { token: host.outputs.AdminToken };
});
afterAll(() => host.dispose());
afterEach(async () => {
  await host.idle();
  const { violations } = await checkInvariants(host.outputs, { withHistories: true, settlingMs: 0 });
  expect(violations.map(describeViolation)).toEqual([]);
});

const note = 'The provider was called.';
const RETRY = { decision: 'RETRY', note };
const REFUND_AND_CANCEL = { decision: 'REFUND_AND_CANCEL', note };
const PARCEL = { carrier: 'Speedy Parcel', trackingNumber: 'SP123456789GB' };
const SHIPPED_MANUALLY = { decision: 'SHIPPED_MANUALLY', note, ...PARCEL };
const MARK_REFUNDED = { decision: 'MARK_REFUNDED', note, reference: 'bank transfer 4711' };
const WRITE_OFF = { decision: 'WRITE_OFF', note, reason: 'cheaper than to go on' };

/** Orders that end before people, by what they meet. */
const SILENT_PAYMENT = { token: 'tok_silent' };
const NO_CARRIER = { postalCode: '00000' };
const SILENT_CARRIER = { postalCode: '00004' };

/** Decides as admin and returns the order once the saga has done what it was told. */
async function afterDeciding(orderId: string, body: Record<string, unknown>) {
  const answer = await decide(host, orderId, body, admin);
  expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ status: 'DECIDED' })]);
  await host.idle();
  return orderOf(host.outputs, orderId);
}

const total = 2580;
const REFUNDED = { status: 'CANCELLED', payment: { status: 'REFUNDED', chargedMinor: total, refundedMinor: total } };
const REFUNDED_OUTSIDE = {
  status: 'CANCELLED',
  payment: { status: 'REFUNDED', chargedMinor: total, refundedMinor: 0, refundedOutsideMinor: total },
};
const WRITTEN_OFF = {
  status: 'CANCELLED',
  payment: { status: 'WRITTEN_OFF', chargedMinor: total, refundedMinor: 0, writtenOffMinor: total },
};
const FULFILLED = { status: 'COMPLETED', payment: { status: 'CHARGED', chargedMinor: total, refundedMinor: 0 } };

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
    await afterDeciding(orderId, REFUND_AND_CANCEL);
  });

  test.each([
    // The charge is found under the key of the first visit.
    ['RETRY', RETRY, FULFILLED],
    ['REFUND_AND_CANCEL', REFUND_AND_CANCEL, REFUNDED],
    ['MARK_REFUNDED', MARK_REFUNDED, REFUNDED_OUTSIDE],
    ['WRITE_OFF', WRITE_OFF, WRITTEN_OFF],
  ])('%s', async (_, body, end) => {
    const orderId = await settledOrder(host, SILENT_PAYMENT);

    expect(await afterDeciding(orderId, body)).toMatchObject(end);
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
    await afterDeciding(orderId, REFUND_AND_CANCEL);
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

    expect(await afterDeciding(orderId, body)).toMatchObject(end);
  });
});

test('RETRY finds the parcel that was booked although nobody had said so', async () => {
  const orderId = await settledOrder(host, SILENT_CARRIER);

  const order = await afterDeciding(orderId, RETRY);

  expect(order).toMatchObject({ ...FULFILLED, shipment: { carrier: 'Sandbox Parcel' } });
});

test('RETRY of a carrier that is still down calls people again; the earlier decision is kept', async () => {
  const orderId = await settledOrder(host, NO_CARRIER);

  expect(await afterDeciding(orderId, RETRY)).toMatchObject({ status: 'MANUAL_INTERVENTION' });

  const { body } = await interventionOf(host, orderId);
  expect(body).toMatchObject({ number: 2, status: 'OPEN', failedStep: 'ShipOrder' });
  expect(body.earlier).toMatchObject([{ number: 1, status: 'CLOSED', decided: { decision: 'RETRY', note } }]);
  expect(await afterDeciding(orderId, REFUND_AND_CANCEL)).toMatchObject(REFUNDED);
});

describe('an order whose refund fails', () => {
  const REFUND_FAILS = {
    match: { service: 'dynamodb', function: 'RefundPayment', resource: 'Payments' },
    ...{ action: 'fail', error: 'AccessDeniedException' },
  };

  async function orderWithoutRefund(): Promise<string> {
    const orderId = await settledOrder(host, NO_CARRIER);
    await setFaults(host, REFUND_FAILS);
    await afterDeciding(orderId, REFUND_AND_CANCEL);
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

    expect(await afterDeciding(orderId, body)).toMatchObject(end);
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
    ['a payment', SILENT_PAYMENT, 'ChargePayment'],
    ['a parcel', SILENT_CARRIER, 'ShipOrder'],
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
      expect(await afterDeciding(orderId, REFUND_AND_CANCEL)).toMatchObject(REFUNDED);
    },
  );
});

describe('two people', () => {
  test('who decide at once: the first one wins, the other is told who and what', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);

    const answers = await Promise.all([
      decide(host, orderId, REFUND_AND_CANCEL),
      decide(host, orderId, SHIPPED_MANUALLY, admin),
    ]);

    const [won, lost] = answers.sort((left, right) => left.status - right.status);
    expect([won?.status, lost?.status]).toEqual([200, 409]);
    expect(lost?.body).toMatchObject({
      type: 'urn:problem-type:order-saga:intervention-decided',
      decided: {
        decision: won?.body.decided.decision,
        decidedBy: won?.body.decided.decidedBy,
        decidedAt: won?.body.decided.decidedAt,
      },
    });
  });

  test("who send one key do not get one another's answers", async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const key = freshKey();

    expect((await decide(host, orderId, REFUND_AND_CANCEL, { key })).status).toBe(200);

    expect((await decide(host, orderId, REFUND_AND_CANCEL, { ...admin, key })).status).toBe(409);
  });
});

describe('a decision that is sent again', () => {
  test('gets the same answer, however far the order has come, and even when people were called again', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const key = freshKey();
    const first = await decide(host, orderId, RETRY, { key });
    await host.idle();

    const again = await decide(host, orderId, RETRY, { key });

    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await interventionOf(host, orderId)).body).toMatchObject({ number: 2, status: 'OPEN' });
    await afterDeciding(orderId, REFUND_AND_CANCEL);
  });

  test('at the same moment gets it too', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const key = freshKey();

    const answers = await Promise.all([1, 2, 3].map(() => decide(host, orderId, REFUND_AND_CANCEL, { key })));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.decided))).size).toBe(1);
  });

  test('with another body is refused', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const key = freshKey();
    await decide(host, orderId, REFUND_AND_CANCEL, { key });

    const { status, body } = await decide(host, orderId, { ...REFUND_AND_CANCEL, note: 'other' }, { key });

    expect([status, body.type]).toEqual([422, 'urn:problem-type:order-saga:idempotency-key-reused']);
  });
});

describe('roles', () => {
  test.each([
    ['MARK_REFUNDED', MARK_REFUNDED],
    ['WRITE_OFF', WRITE_OFF],
  ])('%s disposes of money and takes an admin', async (_, body) => {
    const orderId = await settledOrder(host, NO_CARRIER);

    const refused = await decide(host, orderId, body);

    expect([refused.status, refused.body.requiredRole]).toEqual([403, 'admin']);
    expect((await interventionOf(host, orderId)).body.status).toBe('OPEN');
    await afterDeciding(orderId, body);
  });

  test('a client application sees no interventions and decides none', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const token = host.outputs.ApiToken;

    expect((await interventionOf(host, orderId, token)).status).toBe(403);
    expect((await decide(host, orderId, RETRY, { token })).status).toBe(403);
    await afterDeciding(orderId, REFUND_AND_CANCEL);
  });
});

describe('the list', () => {
  test('shows who has waited longest first, page by page, and moves an order along as it is decided', async () => {
    const waiting = [
      await settledOrder(host, NO_CARRIER),
      await settledOrder(host, SILENT_PAYMENT),
      await settledOrder(host, SILENT_CARRIER),
    ];

    const seen: string[] = [];
    let query = '?limit=2';
    for (let page = 0; page < 5; page += 1) {
      const { status, body, text } = await interventions(host, query);
      expect([status, text]).toEqual([200, expect.not.stringMatching(/token/i)]);
      seen.push(...body.interventions.map(({ orderId }: { orderId: string }) => orderId));
      if (body.nextCursor === null) break;
      query = `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(waiting);

    for (const orderId of waiting) await afterDeciding(orderId, REFUND_AND_CANCEL);
    expect((await interventions(host, '')).body).toEqual({ interventions: [], nextCursor: null });
    const closed = (await interventions(host, '?status=CLOSED&limit=100')).body.interventions;
    expect(closed.map(({ orderId }: { orderId: string }) => orderId)).toEqual(expect.arrayContaining(waiting));
  });

  test('names every wrong parameter', async () => {
    const { status, body } = await interventions(host, '?status=LOST&limit=0&cursor=nonsense');

    expect(status).toBe(400);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['status', 'limit', 'cursor']);
  });

  test('of an order that nobody was called to is not found', async () => {
    const orderId = await settledOrder(host, {});

    expect((await interventionOf(host, orderId)).status).toBe(404);
    expect((await decide(host, orderId, RETRY)).status).toBe(404);
    expect((await interventionOf(host, 'nonsense')).status).toBe(404);
  });
});
