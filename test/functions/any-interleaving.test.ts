import fc from 'fast-check';
import { STEP_NAMES, type StepName } from '../../core/saga-steps.ts';
import { OrderStore } from '../../functions/shared/order-store.ts';
import { requestCancellation } from '../../functions/order/request-cancellation.ts';
import { CLIENT, ORDER_ID, submission } from '../orders.ts';
import { catcherOf } from '../statemachines/definition.ts';
import type { AroundCall } from './dynamodb-tables.ts';
import { type SagaUnderTest, sagaUnderTest, stockItem } from './saga-under-test.ts';
import { HANDLERS, retried, violationsOf, type Visit, walkSaga } from './saga-walk.ts';
import { closeHeardDecisions, type Fate, waitingExecution } from './waiting-execution.ts';

/** What happens to one visit of a state besides its own invocation. */
interface Mishap {
  /** Steps that are invoked a second time at the same moment, or long after their own. */
  readonly late: readonly StepName[];
  /**
   * `lost`: the step took effect, but the machine never heard of it, not even by retrying. `delayed`: it did not even
   * begin, and may do so late.
   */
  readonly answer: 'heard' | 'lost' | 'delayed';
  /** The client cancels at the same moment. */
  readonly cancelled: boolean;
}

const NONE: Mishap = { late: [], answer: 'heard', cancelled: false };

const mishap: fc.Arbitrary<Mishap> = fc.record({
  late: fc.array(fc.constantFrom(...STEP_NAMES), { maxLength: 3 }),
  answer: fc.constantFrom('heard', 'heard', 'lost', 'delayed'),
  cancelled: fc.integer({ min: 1, max: 8 }).map((die) => die === 1),
});

const TOKENS = ['tok_visa', 'tok_visa', 'tok_declined', 'tok_flaky', 'tok_unavailable', 'tok_timeout_charged'];
const MORE_TOKENS = ['tok_timeout_uncharged', 'tok_timeout_late', 'tok_silent'];
const POSTAL_CODES = ['SW1Y 4JH', 'SW1Y 4JH', '00000', '00001', '00002', '00003', '00004'];
const FATES: Fate[] = ['RETRY', 'REFUND_AND_CANCEL', 'SHIPPED_MANUALLY', 'MARK_REFUNDED', 'WRITE_OFF', 'DEADLINE'];

const scenario = fc.record({
  paymentToken: fc.constantFrom(...TOKENS, ...MORE_TOKENS),
  postalCode: fc.constantFrom(...POSTAL_CODES),
  mugs: fc.constantFrom(10, 10, 1),
  /** What becomes of the interventions; behind them each is cancelled, or tried again. */
  fates: fc.array(fc.constantFrom(...FATES), { maxLength: 3 }),
  /** How long each call to DynamoDB takes, in turns of the event loop; used round and round. */
  pace: fc.array(fc.nat(12), { minLength: 11, maxLength: 11 }),
  mishaps: fc.array(mishap, { minLength: 9, maxLength: 9 }),
});

test('whatever comes twice, late, unheard of or cancelled, the invariants hold when the saga has ended', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ paymentToken, postalCode, mugs, fates, pace, mishaps }) => {
      const shippingAddress = { ...submission().shippingAddress, postalCode };
      const saga = await sagaUnderTest({ paymentToken, shippingAddress }, waiting(pace));
      const execution = waitingExecution(() => saga);
      try {
        await saga.tables.put('Inventory', stockItem('MUG-BLUE', 'Mug, blue', 1295, mugs));
        execution.meets(fates);
        const { newToken, wait } = execution;
        const cancellations: Promise<boolean>[] = [];
        await walkSaga({ visit: visitWith(saga, mishaps, cancellations), newToken, wait });
        const isAccepted = (await Promise.all(cancellations)).includes(true);
        await closeHeardDecisions(saga);
        expect(await violationsOf(saga)).toEqual([]);
        if (isAccepted) expect(await saga.order()).toMatchObject({ status: 'CANCELLED', cancelRequested: true });
      } finally {
        execution.close();
        await saga.close();
      }
    }),
    // Some 20 ms each; CI runs a new selection every time, and fast-check prints the seed of one that fails.
    { numRuns: 150 },
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
function visitWith(saga: SagaUnderTest, mishaps: readonly Mishap[], cancellations: Promise<boolean>[]): Visit {
  const begun: StepName[] = [];
  /** With what each step was invoked last. */
  const payloads = new Map<StepName, object>();
  return async ({ name, state, payload }) => {
    const { late, answer: fate, cancelled } = mishaps[begun.length] ?? NONE;
    begun.push(name);
    const isUnheard = fate !== 'heard' && catcherOf(state, 'States.ALL') !== undefined;
    // Only what the machine has called before can come late.
    const duplicates = late.filter((step) => payloads.has(step));
    if (cancelled) cancellations.push(cancel());
    const invoke = async () => {
      const given = await payload();
      payloads.set(name, given);
      return saga.invoke(HANDLERS[name], given);
    };
    const [answer] = await Promise.allSettled([
      isUnheard && fate === 'delayed' ? {} : retried(state, invoke),
      ...duplicates.map((step) => saga.invoke(HANDLERS[step], payloads.get(step))),
      ...(cancelled ? cancellations.slice(-1) : []),
    ]);
    if (isUnheard) throw new Error('the answer was lost');
    if (answer.status === 'rejected') throw answer.reason as Error;
    return answer.value;
  };
}

/** The client cancels; whether that was accepted. */
async function cancel(): Promise<boolean> {
  const store = new OrderStore();
  const request = { principal: { kind: 'client', clientId: CLIENT }, reason: undefined } as const;
  const context = { now: '2026-11-20T13:30:00.000Z', causationId: 'api-request/cancel' };
  return requestCancellation(store, await store.get(ORDER_ID), request, context).then(
    () => true,
    () => false,
  );
}
