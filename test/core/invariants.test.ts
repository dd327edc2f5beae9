import { violations } from '../../core/invariants.ts';
import type { Snapshot } from '../../core/invariants/snapshot.ts';
import { asSku, eventIdOf, paymentKeyOf, shipmentKeyOf } from '../../core/ids.ts';
import type { EventType } from '../../core/lifecycle.ts';
import { applyChange, type ChangedOrder } from '../../core/order-change.ts';
import type { Hold, StockItem } from '../../core/stock.ts';
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

test('a house in which an order was completed is in order', () => {
  expect(violations(completed())).toEqual([]);
});

test('a house in which an order was refunded is in order, also when its first booking was called off', () => {
  expect(violations(cancelled())).toEqual([]);
});

test('an empty house is in order', () => {
  expect(violations({ ...completed(), ...NOTHING })).toEqual([]);
});

test('a rejected order, and a hold that was refused, are in order', () => {
  const { orders, events } = lived(['OrderRejected']);
  const holds: Hold[] = [{ orderId: ORDER_ID, status: 'REFUSED', items: [], shortages: [asSku('MUG-BLUE')] }];
  const stock = [stockOf('MUG-BLUE', {})];
  expect(violations({ ...NOTHING, orders, events, holds, stock, publishedEventIds: ids(events) })).toEqual([]);
});

describe('an order that is not at rest', () => {
  const paid = () => {
    const { orders, events } = lived(['InventoryReserved', 'PaymentConfirmed']);
    const { stock, holds } = held();
    return { ...completed(), orders, events, stock, holds, bookings: [] };
  };
  const withExecution = (status: Snapshot['executions'][number]['status']) => ({
    ...paid(),
    executions: [{ name: `${ORDER_ID}-1`, status }],
  });

  test('is known of when its execution failed', () => {
    expect(rules(withExecution('FAILED'))).toEqual([]);
    expect(rules(withExecution('TIMED_OUT'))).toEqual([]);
    expect(rules(withExecution('ABORTED'))).toEqual([]);
  });

  test('is lost when its execution succeeded, or never was', () => {
    expect(rules(withExecution('SUCCEEDED'))).toEqual(['order-at-rest']);
    expect(rules({ ...paid(), executions: [] })).toEqual(['order-at-rest']);
  });

  test('is under way while its execution runs, so the house is not quiet', () => {
    expect(rules(withExecution('RUNNING'))).toEqual(['nothing-running']);
  });

  test('is in good hands in an intervention, with its execution running', () => {
    const { orders, events } = lived(['InventoryReserved', 'PaymentConfirmed', 'ManualInterventionRequired']);
    expect(rules({ ...withExecution('RUNNING'), orders, events, publishedEventIds: ids(events) })).toEqual([]);
  });
});

describe('each wrong is found under its own name', () => {
  test.each<[string, (snapshot: Snapshot) => Partial<Snapshot>, string[]]>([
    [
      'a unit that came from nowhere',
      ({ stock }) => ({ stock: edit(stock, 0, { available: 99 }) }),
      ['stock-conserved'],
    ],
    [
      'stock below zero',
      ({ stock }) => ({ stock: edit(stock, 0, { available: -1, adjusted: -9, received: 10 }) }),
      ['stock-not-negative'],
    ],
    [
      'stock that nobody holds',
      ({ stock }) => ({ stock: edit(stock, 0, { available: 5, held: 3 }) }),
      ['held-is-in-holds'],
    ],
    ['a shipped order whose goods are still held', () => held(), ['hold-fits-order']],
    ['a completed order without its hold', ({ stock }) => ({ holds: [], stock: stock.map(full) }), ['hold-fits-order']],
    ['a charge that was lost', () => ({ intents: [] }), ['money-conserved', 'payment-fits-ledger']],
    [
      'a second charge under another key',
      ({ intents }) => ({ intents: [...intents, { ...intents[0]!, key: paymentKeyOf(ORDER_ID, 2) }] }),
      ['money-conserved', 'payment-fits-ledger'],
    ],
    [
      'a refund that the order knows nothing of',
      ({ intents }) => ({ intents: edit(intents, 0, { status: 'REFUNDED', refundedMinor: 3480 }) }),
      ['money-conserved', 'payment-fits-ledger'],
    ],
    ['a completed order without a parcel', () => ({ bookings: [] }), ['parcel-fits-order']],
    [
      'an order that is gone while its money and its events are still there',
      () => ({ orders: [], holds: [], stock: [] }),
      ['money-conserved', 'versions-without-gap'],
    ],
    [
      'an event that is missing',
      ({ events }) => ({ events: events.filter((_, i) => i !== 2) }),
      ['versions-without-gap'],
    ],
    [
      'a history that jumps',
      ({ events }) => ({ events: edit(events, 2, { data: { ...events[1]!.data } }) }),
      ['events-tell-the-status', 'events-tell-the-status'],
    ],
    [
      'a status without its event',
      ({ orders }) => ({ orders: edit(orders, 0, { status: 'SHIPPED' }), executions: [failed()] }),
      ['events-tell-the-status'],
    ],
    ['an event that never got out', ({ events }) => ({ publishedEventIds: ids(events).slice(1) }), ['event-published']],
    ['a mail that was sent twice', () => ({ mails: [mail(3), mail(3), mail(5)] }), ['one-mail-per-event']],
    [
      'a mail address in an execution',
      () => ({ executions: [{ name: `${ORDER_ID}-1`, status: 'SUCCEEDED', text: '{"to":"ada@example.com"}' }] }),
      ['personal-data-in-place'],
    ],
    [
      'a name in an execution, quoted within quoted JSON',
      () => ({
        executions: [
          { name: `${ORDER_ID}-1`, status: 'SUCCEEDED', text: String.raw`{"input":"{\"n\":\"Ada Lovelace\"}"}` },
        ],
      }),
      ['personal-data-in-place'],
    ],
  ])('%s', (_, wrong, expected) => {
    const healthy = completed();
    expect(rules({ ...healthy, ...wrong(healthy) })).toEqual(expected);
  });

  test('a cancelled order whose parcel is under way', () => {
    const { bookings } = completed();
    expect(rules({ ...cancelled(), bookings })).toEqual(['parcel-fits-order']);
  });

  test('a cancelled order whose money was kept', () => {
    const { intents } = completed();
    expect(rules({ ...cancelled(), intents })).toEqual(['money-conserved', 'payment-fits-ledger']);
  });
});

test('a second mail is forgiven when nobody knows whether the first was sent', () => {
  const snapshot: Snapshot = {
    ...completed(),
    mails: [mail(3), mail(3)],
    notifications: [{ ...mail(3), status: 'unknown' }],
  };
  expect(violations(snapshot)).toEqual([]);
});

test('a violation names what is concerned and what is wrong', () => {
  const healthy = completed();
  expect(violations({ ...healthy, stock: edit(healthy.stock, 0, { available: 9 }) })).toEqual([
    {
      rule: 'stock-conserved',
      keys: ['MUG-BLUE'],
      detail: 'available 9 + held 0 + committed 2 is not received 10 + adjusted 0',
    },
  ]);
});

const NOTHING: Snapshot = {
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
};

function rules(snapshot: Snapshot): string[] {
  return violations(snapshot).map(({ rule }) => rule);
}

function completed(): Snapshot {
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

function cancelled(): Snapshot {
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
function held(): Pick<Snapshot, 'holds' | 'stock'> {
  return {
    holds: [{ orderId: ORDER_ID, status: 'HELD', items: bought() }],
    stock: bought().map(({ sku, quantity }) => stockOf(sku, { available: 10 - quantity, held: quantity })),
  };
}

function lived(changes: Change[]): Pick<Snapshot, 'orders' | 'events'> {
  const history: ChangedOrder[] = [newOrder()];
  for (const type of changes) history.push(applyChange(history.at(-1)!.order, SAMPLE_CHANGES[type], CONTEXT));
  return { orders: [history.at(-1)!.order], events: history.map(({ event }) => event) };
}

function bought() {
  return newOrder().order.items.map(({ sku, quantity }) => ({ sku, quantity }));
}

function stockOf(sku: string, places: Partial<StockItem>): StockItem {
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

const full = (item: StockItem): StockItem => ({ ...item, available: 10, held: 0, committed: 0 });
const mail = (version: number) => ({ eventId: eventIdOf(ORDER_ID, version), channel: 'email' });
const failed = () => ({ name: `${ORDER_ID}-1`, status: 'FAILED' as const });
const ids = (events: Snapshot['events']) => events.map(({ eventId }) => eventId);

function edit<Item>(items: readonly Item[], index: number, fields: Partial<Item>): Item[] {
  return items.map((item, i) => (i === index ? { ...item, ...fields } : item));
}
