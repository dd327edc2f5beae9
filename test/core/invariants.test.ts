import { violations } from '../../core/invariants.ts';
import type { Snapshot } from '../../core/invariants/snapshot.ts';
import { asSku, paymentKeyOf } from '../../core/ids.ts';
import type { Hold } from '../../core/stock.ts';
import { ORDER_ID } from '../orders.ts';
import {
  cancelled,
  completed,
  edit,
  failed,
  FAILED_RUN,
  full,
  held,
  ids,
  lived,
  mail,
  NOTHING,
  rules,
  stockOf,
} from './snapshots.ts';

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
      ({ orders }) => ({
        orders: edit(orders, 0, { status: 'SHIPPED' }),
        executions: [failed()],
        failedRuns: [FAILED_RUN],
      }),
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
