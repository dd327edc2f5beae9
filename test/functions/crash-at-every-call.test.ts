import { INFRASTRUCTURE_ERRORS } from '../../core/errors.ts';
import { isTerminal, type OrderStatus } from '../../core/lifecycle.ts';
import { SAGA_STEPS } from '../../core/saga-steps.ts';
import { submission } from '../orders.ts';
import { type Interruption, Interrupter } from './interrupter.ts';
import { type SagaUnderTest, sagaUnderTest, stockItem } from './saga-under-test.ts';
import { HANDLERS, retried, violationsOf, type Visit, walkSaga } from './saga-walk.ts';

/** What an order meets, by the way it then takes. */
const WAYS = {
  COMPLETED: {},
  'COMPLETED, paid at the third attempt': { token: 'tok_flaky' },
  'COMPLETED, shipped at the second attempt': { postalCode: '00001' },
  'REJECTED, out of stock': { mugs: 1 },
  'PAYMENT_FAILED, declined': { token: 'tok_declined' },
  'PAYMENT_FAILED, no gateway': { token: 'tok_unavailable' },
  'CANCELLED, no carrier': { postalCode: '00000' },
} as const satisfies Record<string, Encounter>;

interface Encounter {
  readonly token?: string;
  readonly postalCode?: string;
  readonly mugs?: number;
}

/** What the machine does about an interrupted invocation: another one, or go back at once, as when no retry has helped. */
type Reaction = 'retries' | 'goes back';

let saga: SagaUnderTest;
let interrupter = new Interrupter();
beforeAll(async () => {
  saga = await sagaUnderTest({}, (call) => interrupter.around(call));
});
afterAll(() => saga.close());

describe.each(Object.entries<Encounter>(WAYS))('an order that ends as %s', (way, encounter) => {
  const usualEnd = way.split(',')[0] as OrderStatus;

  test.each([
    ['crashes', 'retries'],
    ['crashes', 'goes back'],
    ['sleeps', 'retries'],
    ['sleeps', 'goes back'],
  ] as const)(
    'given an invocation that %s before or after any of its calls, and a machine that %s, then all is conserved',
    async (invocation, machine) => {
      const { calls } = await endOf(encounter, machine);
      for (let call = 1; call <= calls; call += 1) {
        for (const moment of ['before', 'after'] as const) {
          const interruption: Interruption = { call, moment, invocation };
          const end = await endOf(encounter, machine, interruption);
          expect({ interruption, ...end }).toMatchObject({ interruption, violations: [], lateViolations: [] });
          // Where the machine tries again, the order must not even notice.
          expect({ interruption, ended: machine === 'retries' ? end.status : isTerminal(end.status) }).toEqual({
            interruption,
            ended: machine === 'retries' ? usualEnd : true,
          });
        }
      }
    },
    30_000,
  );
});

test.each(['retries', 'goes back'] as const)(
  'given an invocation that sleeps at any of its calls and wakes at any later one, and a machine that %s, then all is conserved',
  async (machine) => {
    const { calls } = await endOf({}, machine);
    for (let call = 1; call <= calls; call += 1) {
      for (const moment of ['before', 'after'] as const) {
        const asleep: Interruption = { call, moment, invocation: 'sleeps' };
        const { calls: callsToTheEnd } = await endOf({}, machine, asleep);
        for (let wakesAt = call + 1; wakesAt <= callsToTheEnd; wakesAt += 1) {
          const interruption = { ...asleep, wakesAt };
          const { violations, status } = await endOf({}, machine, interruption);
          const isFine = machine === 'retries' ? status === 'COMPLETED' : isTerminal(status);
          expect({ interruption, violations, status, isFine }).toEqual({
            interruption,
            violations: [],
            status,
            isFine: true,
          });
        }
      }
    }
  },
  30_000,
);

/** Walks one order to its end, interrupted; then lets an invocation that still sleeps do what it had in mind. */
async function endOf(encounter: Encounter, machine: Reaction, interruption?: Interruption) {
  interrupter = new Interrupter();
  const { token = 'tok_visa', postalCode = 'SW1Y 4JH', mugs = 10 } = encounter;
  await saga.restart({ paymentToken: token, shippingAddress: { ...submission().shippingAddress, postalCode } });
  await saga.tables.put('Inventory', stockItem('MUG-BLUE', 'Mug, blue', 1295, mugs));

  interrupter = new Interrupter(interruption);
  await walkSaga(visitBy(machine));
  const { calls } = interrupter;
  const violations = await violationsOf(saga);
  const { status } = await saga.order();
  await interrupter.wake();
  return { calls, status, violations, lateViolations: await violationsOf(saga) };
}

function visitBy(machine: Reaction): Visit {
  return async (name, payload) => {
    const goesBack = machine === 'goes back' && SAGA_STEPS[name].otherwise !== null;
    const invoke = () => interrupter.watch(saga.invoke(HANDLERS[name], payload));
    await retried(name, invoke, goesBack ? [] : INFRASTRUCTURE_ERRORS);
  };
}
