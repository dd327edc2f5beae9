import fc from 'fast-check';
import { violations } from '../../core/invariants.ts';
import { EVENT_SORT_PREFIX } from '../../core/item-keys.ts';
import { type EventItem, eventOf, type OrderItem, orderOf } from '../../core/order-item.ts';
import type { Booking, PaymentIntent } from '../../core/ports.ts';
import { FORWARD_STEPS, SAGA_STEPS, type StepName } from '../../core/saga-steps.ts';
import type { Hold, StockItem } from '../../core/stock.ts';
import { handler as chargePayment } from '../../functions/payment/charge-payment.ts';
import { handler as closeOrder } from '../../functions/order/close-order.ts';
import { handler as completeOrder } from '../../functions/order/complete-order.ts';
import { handler as refundPayment } from '../../functions/payment/refund-payment.ts';
import { handler as releaseInventory } from '../../functions/inventory/release-inventory.ts';
import { handler as reserveInventory } from '../../functions/inventory/reserve-inventory.ts';
import { handler as shipOrder } from '../../functions/shipment/ship-order.ts';
import { submission, ORDER_ID } from '../orders.ts';
import { PAYLOAD, type SagaUnderTest, sagaUnderTest, stockItem } from './saga-under-test.ts';

const HANDLERS: Readonly<Record<StepName, unknown>> = {
  ReserveInventory: reserveInventory,
  ChargePayment: chargePayment,
  ShipOrder: shipOrder,
  CompleteOrder: completeOrder,
  RefundPayment: refundPayment,
  ReleaseInventory: releaseInventory,
  CloseOrder: closeOrder,
};

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
        await walk(saga, mishaps);
        expect(await violationsOf(saga)).toEqual([]);
      } finally {
        await saga.close();
      }
    }),
    // Some 15 ms each; CI runs a new selection every time, and fast-check prints the seed of one that fails.
    { numRuns: 100 },
  );
}, 60_000);

function waiting(pace: readonly number[]): () => Promise<void> {
  let calls = 0;
  return async () => {
    calls += 1;
    for (let turns = pace[calls % pace.length] ?? 0; turns > 0; turns -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

/** Walks the saga table as the state machine does, with a mishap at each state. */
async function walk(saga: SagaUnderTest, mishaps: readonly Mishap[]): Promise<void> {
  let state: StepName | undefined = 'ReserveInventory';
  let closing: object | undefined;
  const begun: StepName[] = [];
  for (const { late, answer: fate } of mishaps) {
    if (state === undefined) return;
    const name: StepName = state;
    begun.push(name);
    const payload = name === 'CloseOrder' ? { ...PAYLOAD, closing } : PAYLOAD;
    const step = SAGA_STEPS[name];
    const isUnheard = fate !== 'heard' && step.otherwise !== null;
    // Only what the machine has called before can come late.
    const duplicates = late.filter((step) => begun.includes(step));
    const [answer] = await Promise.allSettled([
      isUnheard && fate === 'delayed' ? undefined : retried(saga, name, payload),
      ...duplicates.map((step) => saga.invoke(HANDLERS[step])),
    ]);
    if (answer.status === 'fulfilled' && !isUnheard) {
      state = nextOf(name);
      continue;
    }
    const error = answer.status === 'rejected' ? (answer.reason as Error) : new Error('the answer was lost');
    const exit = isUnheard ? step.otherwise : (step.business[error.name] ?? step.otherwise);
    if (!exit) throw error;
    closing = 'closing' in exit ? { status: exit.closing, reason: error.name } : closing;
    state = exit.next;
  }
}

function nextOf(name: StepName): StepName | undefined {
  const forward: readonly StepName[] = FORWARD_STEPS;
  const back: readonly StepName[] = ['RefundPayment', 'ReleaseInventory', 'CloseOrder'];
  const path = forward.includes(name) ? forward : back;
  return path[path.indexOf(name) + 1];
}

/** Retries what the machine retries; here an infrastructure error has passed after ten times. */
async function retried(saga: SagaUnderTest, name: StepName, payload: object): Promise<void> {
  const { transient } = SAGA_STEPS[name];
  let [provider, infrastructure] = [transient?.retries ?? 0, 10];
  for (;;) {
    try {
      await saga.invoke(HANDLERS[name], payload);
      return;
    } catch (error) {
      const { name: errorName } = error as Error;
      if (transient?.errors.includes(errorName) && provider > 0) provider -= 1;
      else if (errorName === 'StoreUnavailable' && infrastructure > 0) infrastructure -= 1;
      else throw error;
    }
  }
}

async function violationsOf({ tables }: SagaUnderTest) {
  const items = await tables.all<{ sk: string }>('Orders');
  const withKey = (test: (sk: string) => boolean) => items.filter(({ sk }) => test(sk)) as unknown[];
  const events = (withKey((sk) => sk.startsWith(EVENT_SORT_PREFIX)) as EventItem[]).map(eventOf);
  return violations({
    orders: (withKey((sk) => sk === 'ORDER') as OrderItem[]).map(orderOf),
    events,
    holds: withKey((sk) => sk === 'HOLD') as Hold[],
    stock: await tables.all<StockItem>('Inventory'),
    intents: await tables.all<PaymentIntent>('Payments'),
    bookings: await tables.all<Booking>('Shipments'),
    notifications: [],
    mails: [],
    publishedEventIds: events.map(({ eventId }) => eventId),
    executions: [{ name: `${ORDER_ID}-1`, status: 'SUCCEEDED' }],
  });
}
