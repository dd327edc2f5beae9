import { type HostProcess, runHost } from './running-host.ts';
import {
  afterDeciding,
  decide,
  expectInvariants,
  freshKey,
  interventionOf,
  interventions,
  settledOrder,
  SILENT_PAYMENT,
  NO_CARRIER,
  SILENT_CARRIER,
  RETRY,
  REFUND_AND_CANCEL,
  SHIPPED_MANUALLY,
  MARK_REFUNDED,
  WRITE_OFF,
} from './staff.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());
afterEach(() => expectInvariants(host));

describe('two people', () => {
  test('who decide at once: the first one wins, the other is told who and what', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);

    const answers = await Promise.all([
      decide(host, orderId, REFUND_AND_CANCEL),
      decide(host, orderId, SHIPPED_MANUALLY, { token: host.outputs.AdminToken }),
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

    expect((await decide(host, orderId, REFUND_AND_CANCEL, { token: host.outputs.AdminToken, key })).status).toBe(409);
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
    await afterDeciding(host, orderId, REFUND_AND_CANCEL);
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
    await afterDeciding(host, orderId, body);
  });

  test('a client application sees no interventions and decides none', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    const token = host.outputs.ApiToken;

    expect((await interventionOf(host, orderId, token)).status).toBe(403);
    expect((await decide(host, orderId, RETRY, { token })).status).toBe(403);
    await afterDeciding(host, orderId, REFUND_AND_CANCEL);
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

    for (const orderId of waiting) await afterDeciding(host, orderId, REFUND_AND_CANCEL);
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
