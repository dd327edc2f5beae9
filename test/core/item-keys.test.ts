import { eventIdOf, paymentKeyOf, shipmentKeyOf, executionNameOf } from '../../core/ids.ts';
import {
  bookingKey,
  eventKey,
  holdKey,
  intentKey,
  interventionKey,
  notificationKey,
  orderKey,
  STATUS_SHARDS,
  statusShardOf,
  stockKey,
} from '../../core/item-keys.ts';
import { eventItem, eventOf, orderItem, orderOf } from '../../core/order-item.ts';
import { orderIdOf } from '../../core/order-id.ts';
import { CLIENT, newOrder, ORDER_ID } from '../orders.ts';

test('items of an order are one collection, and its events sort by version', () => {
  expect(orderKey(ORDER_ID)).toEqual({ pk: `ORDER#${ORDER_ID}`, sk: 'ORDER' });
  expect(eventKey(ORDER_ID, 2)).toEqual({ pk: `ORDER#${ORDER_ID}`, sk: 'EVENT#000002' });
  expect(holdKey(ORDER_ID)).toEqual({ pk: `ORDER#${ORDER_ID}`, sk: 'HOLD' });
  expect(interventionKey(ORDER_ID, 1)).toEqual({ pk: `ORDER#${ORDER_ID}`, sk: 'INTERVENTION#001' });
  expect(eventKey(ORDER_ID, 9).sk < eventKey(ORDER_ID, 10).sk).toBe(true);
});

test('the other tables have keys of their own', () => {
  expect(stockKey('MUG-BLUE')).toEqual({ pk: 'SKU#MUG-BLUE', sk: 'STOCK' });
  expect(intentKey(paymentKeyOf(ORDER_ID, 1))).toEqual({ pk: `INTENT#${ORDER_ID}#pay#1`, sk: 'INTENT' });
  expect(bookingKey(shipmentKeyOf(ORDER_ID, 1))).toEqual({ pk: `BOOKING#${ORDER_ID}#ship#1`, sk: 'BOOKING' });
  expect(notificationKey(eventIdOf(ORDER_ID, 3), 'email')).toEqual({ pk: `EVENT#${ORDER_ID}#3`, sk: 'email' });
});

test('the name of an execution is one that Step Functions takes', () => {
  expect(executionNameOf(ORDER_ID, 1)).toMatch(/^[0-9A-Za-z_-]{1,80}$/);
});

test('an order and an event come back from their items as they were', () => {
  const { order, event } = newOrder();
  expect(orderOf(orderItem(order))).toEqual(order);
  expect(eventOf(eventItem(event))).toEqual(event);
});

test('the item of an order has the keys of the indexes', () => {
  const { order } = newOrder();
  expect(orderItem(order)).toMatchObject({
    statusShard: statusShardOf('PENDING', ORDER_ID),
    customerKey: 'client-1#cust-1',
    createdAtId: `2026-11-20T13:00:00.000Z#${ORDER_ID}`,
  });
});

test('orders spread over all shards of a status, evenly enough', () => {
  const counts = new Map<string, number>();
  for (let key = 0; key < 4_000; key += 1) {
    const shard = statusShardOf('PENDING', orderIdOf(CLIENT, `key-${key}`));
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(counts.size).toBe(STATUS_SHARDS);
  // 500 in each on average; a shard that takes half as much again would be a bad hash (25 standard deviations).
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(250);
});
