import { violations } from '../../core/invariants.ts';
import type { Snapshot } from '../../core/invariants/snapshot.ts';
import { asSku, eventIdOf, paymentKeyOf, shipmentKeyOf } from '../../core/ids.ts';
import type { EventType } from '../../core/lifecycle.ts';
import { applyChange, type ChangedOrder } from '../../core/order-change.ts';
import type { StockItem } from '../../core/stock.ts';
import { CONTEXT, SAMPLE_CHANGES } from '../order-changes.ts';
import { newOrder, ORDER_ID } from '../orders.ts';

type Change = Exclude<EventType, 'OrderCreated'>;
const COMPLETED: Change[] = [
  'InventoryReserved',
  'PaymentConfirmed',
  'FulfillmentStarted',
  'OrderShipped',
  'OrderCompleted',
];
const REFUNDED: Change[] = [...COMPLETED.slice(0, 3), 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled'];

export const INTERVENTION = { orderId: ORDER_ID, number: 1, status: 'OPEN', run: 1, taskToken: 'TOKEN-1' } as const;
export const FAILED_RUN = { orderId: ORDER_ID, run: 1, error: 'StoreUnavailable' };

export const NOTHING: Snapshot = {
  orders: [],
  events: [],
  holds: [],
  stock: [],
  intents: [],
  bookings: [],
  notifications: [],
  mails: [],
  publishedEventIds: [],
  executions: [],
  interventions: [],
  failedRuns: [],
};

export function rules(snapshot: Snapshot): string[] {
  return violations(snapshot).map(({ rule }) => rule);
}

export function completed(): Snapshot {
  const { orders, events } = lived(COMPLETED);
  const key = paymentKeyOf(ORDER_ID, 1);
  return {
    ...NOTHING,
    orders,
    events,
    holds: [{ orderId: ORDER_ID, status: 'COMMITTED', items: bought() }],
    stock: bought().map(({ sku, quantity }) => stockOf(sku, { available: 10 - quantity, committed: quantity })),
    intents: [{ key, status: 'SUCCEEDED', chargedMinor: 3480, refundedMinor: 0 }],
    bookings: [{ key: shipmentKeyOf(ORDER_ID, 1), status: 'BOOKED' }],
    mails: [mail(3), mail(5)],
    publishedEventIds: [...ids(events), ...ids(events)],
    executions: [{ name: `${ORDER_ID}-1`, status: 'SUCCEEDED', text: `{"orderId":"${ORDER_ID}"}` }],
  };
}

export function cancelled(): Snapshot {
  const { orders, events } = lived(REFUNDED);
  return {
    ...completed(),
    orders,
    events,
    holds: [{ orderId: ORDER_ID, status: 'RELEASED', items: bought() }],
    stock: bought().map(({ sku }) => stockOf(sku, {})),
    intents: [{ key: paymentKeyOf(ORDER_ID, 1), status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 3480 }],
    bookings: [{ key: shipmentKeyOf(ORDER_ID, 1), status: 'CANCELLED' }],
    publishedEventIds: ids(events),
  };
}

/** Stock and hold of an order whose goods are held. */
export function held(): Pick<Snapshot, 'holds' | 'stock'> {
  return {
    holds: [{ orderId: ORDER_ID, status: 'HELD', items: bought() }],
    stock: bought().map(({ sku, quantity }) => stockOf(sku, { available: 10 - quantity, held: quantity })),
  };
}

export function lived(changes: Change[]): Pick<Snapshot, 'orders' | 'events'> {
  const history: ChangedOrder[] = [newOrder()];
  for (const type of changes) history.push(applyChange(history.at(-1)!.order, SAMPLE_CHANGES[type], CONTEXT));
  return { orders: [history.at(-1)!.order], events: history.map(({ event }) => event) };
}

export function bought() {
  return newOrder().order.items.map(({ sku, quantity }) => ({ sku, quantity }));
}

export function stockOf(sku: string, places: Partial<StockItem>): StockItem {
  return {
    sku: asSku(sku),
    name: sku,
    priceMinor: 100,
    currency: 'EUR',
    received: 10,
    available: 10,
    held: 0,
    committed: 0,
    adjusted: 0,
    lowStockThreshold: 1,
    ...places,
  };
}

export const full = (item: StockItem): StockItem => ({ ...item, available: 10, held: 0, committed: 0 });
export const mail = (version: number) => ({ eventId: eventIdOf(ORDER_ID, version), channel: 'email' });
export const failed = () => ({ name: `${ORDER_ID}-1`, status: 'FAILED' as const });
export const ids = (events: Snapshot['events']) => events.map(({ eventId }) => eventId);

export function edit<Item>(items: readonly Item[], index: number, fields: Partial<Item>): Item[] {
  return items.map((item, i) => (i === index ? { ...item, ...fields } : item));
}
