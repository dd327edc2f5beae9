import { seededRandom } from '../../bench/kills/seeded-random.ts';
import { checkInvariants, describeViolation } from '../../ops/check-invariants.ts';
import { anOrder, type Answer, getOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

/** Orders in flight at a time: as many as a busy shop has, and more than the host has workers. */
const IN_FLIGHT = 32;
const ORDERS = 200;
/** Another one chooses other moments; the one of a failure is in its message. */
const SEED = Number(process.env['CANCEL_SEED'] ?? 20261120);

/** What an order would meet if nobody cancelled it, and how it would end. */
const FATES = [
  { parts: {}, ends: 'COMPLETED' },
  { parts: {}, ends: 'COMPLETED' },
  { parts: { token: 'tok_flaky' }, ends: 'COMPLETED' },
  { parts: { token: 'tok_declined' }, ends: 'PAYMENT_FAILED' },
  { parts: { token: 'tok_timeout_charged' }, ends: 'COMPLETED' },
  { parts: { token: 'tok_timeout_late' }, ends: 'PAYMENT_FAILED' },
  { parts: { token: 'tok_silent' }, ends: 'MANUAL_INTERVENTION' },
  { parts: { postalCode: '00000' }, ends: 'MANUAL_INTERVENTION' },
  { parts: { postalCode: '00002' }, ends: 'COMPLETED' },
  { parts: { postalCode: '00003' }, ends: 'CANCELLED' },
  { parts: { items: [{ sku: 'LIMITED-PRINT', quantity: 999 }] }, ends: 'REJECTED' },
] as const;

interface CancelledOrder {
  readonly fate: (typeof FATES)[number];
  readonly orderId: string;
  readonly answers: readonly Answer[];
}

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());

test(`given ${ORDERS} orders under load, each cancelled at a random moment, then each is cancelled or not, and never both`, async () => {
  const random = seededRandom(SEED);
  const orders: CancelledOrder[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let index = next++; index < ORDERS; index = next++) orders.push(await cancelledOrder(index, random));
    }),
  );
  await host.idle();

  for (const { fate, orderId, answers } of orders) {
    const order = (await getOrder(host.outputs, orderId)).body;
    const story = { seed: SEED, fate, answers: answers.map(({ status }) => status) };
    const accepted = answers.some(({ status }) => status === 202);
    expect(story.answers.every((status) => status === 202 || status === 409)).toBe(true);
    expect({ ...story, status: order.status }).toEqual({ ...story, status: accepted ? 'CANCELLED' : fate.ends });
    expect({ ...story, requested: order.cancelRequested }).toEqual({ ...story, requested: accepted });
    const kept = order.payment.chargedMinor - order.payment.refundedMinor;
    if (order.status === 'COMPLETED') expect({ ...story, kept }).toEqual({ ...story, kept: order.total.amountMinor });
    if (accepted) expect({ ...story, kept }).toEqual({ ...story, kept: 0 });
  }
  const accepted = orders.filter(({ answers }) => answers.some(({ status }) => status === 202)).length;
  // Both must have happened, or the moments were no moments.
  expect(accepted).toBeGreaterThan(ORDERS / 20);
  expect(accepted).toBeLessThan(ORDERS - ORDERS / 20);
  const { violations } = await checkInvariants(host.outputs, { withHistories: true, settlingMs: 0 });
  expect(violations.map(describeViolation)).toEqual([]);
}, 120_000);

/** Submits an order and asks for its cancellation some requests later, now and then twice at once. */
async function cancelledOrder(index: number, random: () => number): Promise<CancelledOrder> {
  const fate = FATES[Math.floor(random() * FATES.length)] as (typeof FATES)[number];
  const [requestsBefore, times] = [Math.floor(random() * 12), random() < 0.2 ? 2 : 1];
  const { body } = await submit(host.outputs, anOrder(fate.parts), `cancelled ${index}`);
  const orderId = body.orderId as string;
  // Requests are the clock here: each takes about as long as a step of the saga.
  for (let asked = 0; asked < requestsBefore; asked += 1) await getOrder(host.outputs, orderId);
  const cancel = () =>
    request(host.outputs, { path: `/orders/${orderId}/cancel`, body: { reason: 'changed my mind' } });
  return { fate, orderId, answers: await Promise.all(Array.from({ length: times }, cancel)) };
}
