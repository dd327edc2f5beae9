import fc from 'fast-check';
import { FORWARD_STEPS, SAGA_STEPS, type StepName } from '../../core/saga-steps.ts';
import { submission } from '../orders.ts';
import type { AroundCall } from './dynamodb-tables.ts';
import { type SagaUnderTest, sagaUnderTest, stockItem } from './saga-under-test.ts';
import { HANDLERS, retried, violationsOf, type Visit, walkSaga } from './saga-walk.ts';

/** What happens to one visit of a state besides its own invocation. */
interface Mishap {
  /** Steps that are invoked a second time at the same moment, or long after their own. */
  readonly late: readonly StepName[];
  /**
   * `lost`: the step took effect, but the machine never heard of it, not even by retrying. `delayed`: it did not even
   * begin, and may do so late.
   */
  readonly answer: 'heard' | 'lost' | 'delayed';
}

const NONE: Mishap = { late: [], answer: 'heard' };

const mishap: fc.Arbitrary<Mishap> = fc.record({
  late: fc.array(fc.constantFrom(...FORWARD_STEPS, 'RefundPayment' as const), { maxLength: 3 }),
  answer: fc.constantFrom('heard', 'heard', 'lost', 'delayed'),
});

const scenario = fc.record({
  paymentToken: fc.constantFrom('tok_visa', 'tok_visa', 'tok_declined', 'tok_flaky', 'tok_unavailable'),
  postalCode: fc.constantFrom('SW1Y 4JH', 'SW1Y 4JH', '00001', '00000'),
  mugs: fc.constantFrom(10, 1),
  /** How long each call to DynamoDB takes, in turns of the event loop; used round and round. */
  pace: fc.array(fc.nat(12), { minLength: 11, maxLength: 11 }),
  mishaps: fc.array(mishap, { minLength: 7, maxLength: 7 }),
});

test('whatever comes twice, late or unheard of, the invariants hold when the saga has ended', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ paymentToken, postalCode, mugs, pace, mishaps }) => {
      const shippingAddress = { ...submission().shippingAddress, postalCode };
      const saga = await sagaUnderTest({ paymentToken, shippingAddress }, waiting(pace));
      try {
        await saga.tables.put('Inventory', stockItem('MUG-BLUE', 'Mug, blue', 1295, mugs));
        await walkSaga(visitWith(saga, mishaps));
        expect(await violationsOf(saga)).toEqual([]);
      } finally {
        await saga.close();
      }
    }),
    // Some 15 ms each; CI runs a new selection every time, and fast-check prints the seed of one that fails.
    { numRuns: 100 },
  );
}, 60_000);

function waiting(pace: readonly number[]): AroundCall {
  let calls = 0;
  return async (call) => {
    calls += 1;
    for (let turns = pace[calls % pace.length] ?? 0; turns > 0; turns -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return call();
  };
}

/** Visits a state as the machine does, with a mishap. */
function visitWith(saga: SagaUnderTest, mishaps: readonly Mishap[]): Visit {
  const begun: StepName[] = [];
  return async (name, payload) => {
    const { late, answer: fate } = mishaps[begun.length] ?? NONE;
    begun.push(name);
    const isUnheard = fate !== 'heard' && SAGA_STEPS[name].otherwise !== null;
    // Only what the machine has called before can come late.
    const duplicates = late.filter((step) => begun.includes(step));
    const [answer] = await Promise.allSettled([
      isUnheard && fate === 'delayed'
        ? undefined
        : retried(name, () => saga.invoke(HANDLERS[name], payload), ['StoreUnavailable']),
      ...duplicates.map((step) => saga.invoke(HANDLERS[step])),
    ]);
    if (isUnheard) throw new Error('the answer was lost');
    if (answer.status === 'rejected') throw answer.reason as Error;
  };
}
