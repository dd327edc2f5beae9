import type { EventId, OrderId, PaymentKey, ShipmentKey } from './ids.ts';
import type { OrderStatus } from './lifecycle.ts';

/** Primary key of every table. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Digits of the version in the key of an event, so that text order is number order. An order has a handful. */
const VERSION_DIGITS = 6;
export const EVENT_SORT_PREFIX = 'EVENT#';

export const orderPartition = (orderId: OrderId): string => `ORDER#${orderId}`;
export const orderKey = (orderId: OrderId): ItemKey => ({ pk: orderPartition(orderId), sk: 'ORDER' });
export const eventKey = (orderId: OrderId, version: number): ItemKey => ({
  pk: orderPartition(orderId),
  sk: `${EVENT_SORT_PREFIX}${String(version).padStart(VERSION_DIGITS, '0')}`,
});
export const holdKey = (orderId: OrderId): ItemKey => ({ pk: orderPartition(orderId), sk: 'HOLD' });
export const INTERVENTION_SORT_PREFIX = 'INTERVENTION#';
/** Three digits, so that text order is number order. */
export const interventionKey = (orderId: OrderId, number: number): ItemKey => ({
  pk: orderPartition(orderId),
  sk: `${INTERVENTION_SORT_PREFIX}${String(number).padStart(3, '0')}`,
});
export const FAILED_RUN_SORT_PREFIX = 'RUN#';
export const failedRunKey = (orderId: OrderId, run: number): ItemKey => ({
  pk: orderPartition(orderId),
  sk: `${FAILED_RUN_SORT_PREFIX}${String(run).padStart(3, '0')}`,
});
/** Remembers when a drift was told of; `digest` stands for what exactly had drifted. */
export const driftKey = (kind: string, digest: string): ItemKey => ({ pk: `DRIFT#${kind}#${digest}`, sk: 'DRIFT' });
export const stockKey = (sku: string): ItemKey => ({ pk: `SKU#${sku}`, sk: 'STOCK' });
/** A change of stock that a person made; `digest` stands for who and the Idempotency-Key. */
export const STOCK_CHANGE_SORT_PREFIX = 'CHANGE#';
export const stockChangeKey = (sku: string, digest: string): ItemKey => ({
  pk: stockKey(sku).pk,
  sk: `${STOCK_CHANGE_SORT_PREFIX}${digest}`,
});
export const intentKey = (key: PaymentKey): ItemKey => ({ pk: `INTENT#${key}`, sk: 'INTENT' });
export const bookingKey = (key: ShipmentKey): ItemKey => ({ pk: `BOOKING#${key}`, sk: 'BOOKING' });
export const notificationKey = (eventId: EventId, channel: 'email'): ItemKey => ({
  pk: `EVENT#${eventId}`,
  sk: channel,
});

/** Indexes of the Orders table. */
export const ORDERS_BY_STATUS = { name: 'byStatus', partition: 'statusShard', sort: 'createdAtId' } as const;
export const ORDERS_BY_CUSTOMER = { name: 'byCustomer', partition: 'customerKey', sort: 'createdAtId' } as const;
export const ORDERS_BY_CLIENT = { name: 'byClient', partition: 'clientShard', sort: 'createdAtId' } as const;
/**
 * The index that lists the Inventory table by SKU: the table's own keys turned round, so that all STOCK items are one
 * partition. It holds keys only, which never change, so selling a unit writes nothing to it.
 */
export const STOCK_BY_SKU = { name: 'bySku', partition: 'sk', sort: 'pk' } as const;
/** What a list of orders shows besides the keys; the indexes hold no more than that. */
export const ORDER_LIST_ATTRIBUTES = ['orderId', 'clientId', 'status', 'total', 'createdAt', 'updatedAt'] as const;

/**
 * All new orders enter one status, and an index partition takes 1,000 write units per second: with eight shards the
 * index carries 8,000, well above the 300 executions per second that Step Functions starts.
 */
export const STATUS_SHARDS = 8;

/** The shard of an order never changes; the first eight hex digits of its UUIDv5 are as good as random. */
export function statusShardOf(status: OrderStatus, orderId: OrderId): string {
  return `${status}#${Number.parseInt(orderId.slice(0, 8), 16) % STATUS_SHARDS}`;
}

/** All shards of a status. */
export const statusShards = (status: OrderStatus): string[] =>
  Array.from({ length: STATUS_SHARDS }, (_, shard) => `${status}#${shard}`);

/** Interventions are listed through the index of the orders' status; there are few, so one partition per status will do. */
export const interventionShardOf = (status: 'OPEN' | 'DECIDED' | 'CLOSED'): string => `INTERVENTION#${status}`;

/** Executions that died are listed through the same index; all of them together are few. */
export const FAILED_RUNS_SHARD = 'RUN#FAILED';

/** Customers belong to the client that named them: two clients may use the same customer id. */
export const customerKeyOf = (clientId: string, customerId: string): string => `${clientId}#${customerId}`;

/**
 * An order writes this index six times (its creation and five changes), so one client's 300 orders per second, which is
 * what Step Functions starts, write 1,800 units: four shards carry 4,000, and a page of the list costs four queries.
 */
export const CLIENT_SHARDS = 4;

/** Where an order is listed for its client. Nothing in it changes: an order keeps its place in the list. */
export function clientShardOf(clientId: string, orderId: OrderId): string {
  return `${clientId}#${Number.parseInt(orderId.slice(0, 8), 16) % CLIENT_SHARDS}`;
}
