import { violations } from '../../core/invariants.ts';
import type { Violation } from '../../core/invariants/snapshot.ts';
import { EVENT_SORT_PREFIX, INTERVENTION_SORT_PREFIX } from '../../core/item-keys.ts';
import {
  type EventItem,
  eventOf,
  type InterventionItem,
  interventionOf,
  type OrderItem,
  orderOf,
} from '../../core/order-item.ts';
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
import { ORDER_ID } from '../orders.ts';
import { PAYLOAD, type SagaUnderTest } from './saga-under-test.ts';

export const HANDLERS: Readonly<Record<StepName, unknown>> = {
  ReserveInventory: reserveInventory,
  ChargePayment: chargePayment,
  ShipOrder: shipOrder,
  CompleteOrder: completeOrder,
  RefundPayment: refundPayment,
  ReleaseInventory: releaseInventory,
  CloseOrder: closeOrder,
};

/** How the machine visits one state: it resolves when the step has returned, and rejects with the error that it gives up for. */
export type Visit = (name: StepName, payload: object) => Promise<void>;

/** Walks the saga table as the state machine does. Rejects where the execution would fail. */
export async function walkSaga(visit: Visit): Promise<void> {
  let state: StepName | undefined = 'ReserveInventory';
  let closing: object | undefined;
  while (state !== undefined) {
    const name: StepName = state;
    try {
      await visit(name, name === 'CloseOrder' ? { ...PAYLOAD, closing } : PAYLOAD);
      state = nextOf(name);
    } catch (error) {
      const { name: reason } = error as Error;
      const exit = SAGA_STEPS[name].business[reason] ?? SAGA_STEPS[name].otherwise;
      if (!exit) throw error;
      closing = 'closing' in exit ? { status: exit.closing, reason } : closing;
      state = exit.next;
    }
  }
}

function nextOf(name: StepName): StepName | undefined {
  const forward: readonly StepName[] = FORWARD_STEPS;
  const back: readonly StepName[] = ['RefundPayment', 'ReleaseInventory', 'CloseOrder'];
  const path = forward.includes(name) ? forward : back;
  return path[path.indexOf(name) + 1];
}

/** Invokes a step, again for as long as the machine retries its error. An infrastructure error has passed after ten times. */
export async function retried(name: StepName, invoke: () => Promise<unknown>, infrastructure: readonly string[]) {
  const { transient } = SAGA_STEPS[name];
  let [ofProvider, ofInfrastructure] = [transient?.retries ?? 0, 10];
  for (;;) {
    try {
      await invoke();
      return;
    } catch (error) {
      const { name: errorName } = error as Error;
      if (transient?.errors.includes(errorName) && ofProvider > 0) ofProvider -= 1;
      else if (infrastructure.includes(errorName) && ofInfrastructure > 0) ofInfrastructure -= 1;
      else throw error;
    }
  }
}

/** What of the invariants is broken now that the execution has ended. */
export async function violationsOf({ tables }: SagaUnderTest): Promise<Violation[]> {
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
    interventions: (withKey((sk) => sk.startsWith(INTERVENTION_SORT_PREFIX)) as InterventionItem[]).map(interventionOf),
    failedRuns: [],
  });
}
