import fc from 'fast-check';
import { Problem } from '../../functions/shared/problem.ts';
import { OrderStore } from '../../functions/shared/order-store.ts';
import { requestCancellation } from '../../functions/order/request-cancellation.ts';
import { CLIENT, ORDER_ID } from '../orders.ts';
import { type Encounter, type End, InterruptedSaga, type Reaction } from './interrupted-walk.ts';
import type { Interruption } from './interrupter.ts';
import { firstOwnCall, usualEndOf, WAYS_ALONE, WAYS_WITH_PEOPLE } from './ways.ts';

type Answer = 'accepted' | 'refused';

/** When the client cancels: before or after one call of all that the saga makes. */
interface Moment {
  readonly call: number;
  readonly moment: 'before' | 'after';
}

const interrupted = new InterruptedSaga();
beforeAll(() => interrupted.open());
afterAll(() => interrupted.close());

const WAYS: [way: string, encounter: Encounter][] = Object.entries({ ...WAYS_ALONE, ...WAYS_WITH_PEOPLE });

describe.each(WAYS)('an order that would end as %s', (way, encounter) => {
  test('is cancelled or not when its client asks before or after any call, and never both', async () => {
    const answers = new Set<string>();
    const { calls, callsAlone } = await interrupted.endOf(encounter, 'retries');
    for (let call = firstOwnCall(way, callsAlone); call <= calls; call += 1) {
      for (const moment of ['before', 'after'] as const) {
        const end = await cancelledAt(encounter, 'retries', { call, moment });
        answers.add(end.answer);
        expect({ call, moment, ...end }).toMatchObject({
          ...{ call, moment, violations: [], lateViolations: [] },
          // What was accepted is what happens; what was refused has changed nothing.
          status: end.answer === 'accepted' ? 'CANCELLED' : usualEndOf(way),
        });
        expect({ call, moment, isKept: isKept(end) }).toEqual({ call, moment, isKept: true });
      }
    }
    // One that was cancelled is as the client wants it, whoever decided that; every other end comes too early for somebody.
    const expected = usualEndOf(way) === 'CANCELLED' ? ['accepted'] : ['accepted', 'refused'];
    expect([...answers].sort()).toEqual(expect.arrayContaining(expected));
  }, 30_000);
});

test('given any moment of cancellation and an invocation that sleeps at any call and wakes at any later one, then it is cancelled or not, and never both', async () => {
  const scenario = fc.record({
    way: fc.constantFrom(...WAYS),
    machine: fc.constantFrom<Reaction[]>('retries', 'gives up'),
    cancelled: fc.record({ call: fc.integer({ min: 1, max: 30 }), moment: fc.constantFrom('before', 'after') }),
    asleep: fc.record({ call: fc.integer({ min: 1, max: 25 }), moment: fc.constantFrom('before', 'after') }),
    sleepsForCalls: fc.integer({ min: 1, max: 15 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ way: [way, encounter], machine, cancelled, asleep, sleepsForCalls }) => {
      // A refund that is asleep while staff give the money back by themselves cannot be stopped: no provider takes back the
      // permission to refund. The reconciler finds it and raises drift. A machine that retries waits for it instead.
      fc.pre(machine === 'retries' || !isSettledByStaff(encounter));
      const wakesAt = asleep.call + sleepsForCalls;
      const end = await cancelledAt(encounter, machine, cancelled, { ...asleep, invocation: 'sleeps', wakesAt });
      expect(end).toMatchObject({ violations: [], lateViolations: [] });
      expect(isKept(end)).toBe(true);
      if (end.answer === 'accepted') expect(end.status).toBe('CANCELLED');
      else if (machine === 'retries') expect(end.status).toBe(usualEndOf(way));
    }),
    // Some 5 ms each; CI runs a new selection every time, and fast-check prints the seed of one that fails.
    { numRuns: 300 },
  );
}, 60_000);

function isSettledByStaff({ fates = [] }: Encounter): boolean {
  return fates.some((fate) => fate === 'MARK_REFUNDED' || fate === 'WRITE_OFF');
}

/** Walks an order to its end while its client cancels; `unasked` where the saga has ended before. */
async function cancelledAt(encounter: Encounter, machine: Reaction, at: Moment, interruption?: Interruption) {
  const asked: Answer[] = [];
  const onCall = async (call: number, moment: Moment['moment']): Promise<void> => {
    // Once: an invocation that waits at this call lets others go by.
    if (asked.length === 0 && call === at.call && moment === at.moment) asked.push(await cancel());
  };
  const end = await interrupted.endOf(encounter, machine, { interruption, onCall });
  const { payment, hold, cancelRequested } = await interrupted.saga.order();
  return { ...end, answer: asked[0] ?? 'unasked', payment, hold, cancelRequested };
}

/** An accepted cancellation is written on the order; and a cancelled order has given back its stock and its money. */
function isKept({
  answer,
  status,
  hold,
  cancelRequested,
  payment,
}: End & Awaited<ReturnType<typeof cancelledAt>>): boolean {
  if (answer === 'accepted' && !cancelRequested) return false;
  if (status !== 'CANCELLED') return true;
  const { chargedMinor, refundedMinor, refundedOutsideMinor = 0, writtenOffMinor = 0 } = payment;
  return (
    hold !== 'HELD' && hold !== 'COMMITTED' && chargedMinor === refundedMinor + refundedOutsideMinor + writtenOffMinor
  );
}

/** As `POST /orders/{orderId}/cancel` does, sent again when it was unlucky. */
async function cancel(): Promise<Answer> {
  const store = new OrderStore();
  const request = { principal: { kind: 'client', clientId: CLIENT }, reason: undefined } as const;
  const context = { now: '2026-11-20T13:30:00.000Z', causationId: 'api-request/cancel' };
  try {
    await requestCancellation(store, await store.get(ORDER_ID), request, context);
    return 'accepted';
  } catch (error) {
    if (error instanceof Problem && error.document.status === 409) return 'refused';
    throw error;
  }
}
