import type { EventId, OrderId } from './ids.ts';
import type { OrderEvent } from './events.ts';
import type { InterventionRecord } from './intervention.ts';
import {
  clientShardOf,
  customerKeyOf,
  eventKey,
  interventionKey,
  interventionShardOf,
  type ItemKey,
  orderKey,
  statusShardOf,
} from './item-keys.ts';
import type { Order } from './order.ts';

/** The ORDER item: the order, its key and the keys of its indexes. */
export interface OrderItem extends Order, ItemKey {
  readonly statusShard: string;
  readonly customerKey: string;
  readonly clientShard: string;
  readonly createdAtId: string;
}

export interface EventItem extends OrderEvent, ItemKey {
  readonly eventId: EventId;
  readonly orderId: OrderId;
}

export function orderItem(order: Order): OrderItem {
  return {
    ...orderKey(order.orderId),
    ...order,
    statusShard: statusShardOf(order.status, order.orderId),
    customerKey: customerKeyOf(order.clientId, order.customer.id),
    clientShard: clientShardOf(order.clientId, order.orderId),
    // The id makes the sort key unique, so that a page of a list can end between two orders of one millisecond.
    createdAtId: `${order.createdAt}#${order.orderId}`,
  };
}

export function eventItem(event: OrderEvent): EventItem {
  return { ...eventKey(event.orderId, event.version), ...event };
}

/** The order in an ORDER item, without the keys. */
export function orderOf(item: OrderItem): Order {
  const { pk: _pk, sk: _sk, statusShard: _status, customerKey: _customer, clientShard: _client, ...rest } = item;
  const { createdAtId: _created, ...order } = rest;
  return order;
}

/** The event in an EVENT item, without the keys. */
export function eventOf(item: EventItem): OrderEvent {
  const { pk: _pk, sk: _sk, ...event } = item;
  return event;
}

/** The INTERVENTION item: the record, its key and the keys of the index that lists it. */
export interface InterventionItem extends InterventionRecord, ItemKey {
  readonly statusShard: string;
  readonly createdAtId: string;
}

export function interventionItem(record: InterventionRecord): InterventionItem {
  const { orderId, number, status, openedAt } = record;
  const createdAtId = `${openedAt}#${orderId}#${number}`;
  return { ...interventionKey(orderId, number), ...record, statusShard: interventionShardOf(status), createdAtId };
}

/** The record in an INTERVENTION item, without the keys. */
export function interventionOf(item: InterventionItem): InterventionRecord {
  const { pk: _pk, sk: _sk, statusShard: _shard, createdAtId: _opened, ...record } = item;
  return record;
}
