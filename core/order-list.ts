import type { ClientId, OrderId } from './ids.ts';
import {
  CLIENT_SHARDS,
  customerKeyOf,
  ORDERS_BY_CLIENT,
  ORDERS_BY_CUSTOMER,
  ORDERS_BY_STATUS,
  STATUS_SHARDS,
} from './item-keys.ts';
import type { OrderStatus } from './lifecycle.ts';
import type { Money } from './money.ts';
import type { Instant } from './order.ts';

/** An order in a list: what the indexes hold of it. */
export interface OrderSummary {
  readonly orderId: OrderId;
  readonly clientId: ClientId;
  readonly status: OrderStatus;
  readonly total: Money;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface OrderFilters {
  readonly clientId?: string;
  /** Of that client. */
  readonly customerId?: string;
  readonly status?: OrderStatus;
  /** Created then or later … */
  readonly from?: Instant;
  /** … and before then. */
  readonly to?: Instant;
}

/** How the indexes answer a list: all partitions of one of them, read in rounds, each after the one before. */
export interface AccessPath {
  readonly index: typeof ORDERS_BY_STATUS | typeof ORDERS_BY_CUSTOMER | typeof ORDERS_BY_CLIENT;
  readonly rounds: readonly (readonly string[])[];
  /** The status is no part of the key: entries with others are read too, and left out. */
  readonly filterByStatus: boolean;
}

/**
 * An order goes forward through these, so one that moves while they are read in this order is met at least once; out of an
 * intervention it goes back to where it was, hence that comes first as well.
 */
const READING_ORDER: readonly OrderStatus[] = [
  'MANUAL_INTERVENTION',
  'PENDING',
  'INVENTORY_RESERVED',
  'PAYMENT_CONFIRMED',
  'SHIPPED',
  'MANUAL_INTERVENTION',
  'COMPLETED',
  'REJECTED',
  'PAYMENT_FAILED',
  'CANCELLED',
];

/** The narrowest index for the filters. */
export function accessPath({ clientId, customerId, status }: OrderFilters): AccessPath {
  const filterByStatus = status !== undefined;
  if (clientId !== undefined && customerId !== undefined) {
    return { index: ORDERS_BY_CUSTOMER, rounds: [[customerKeyOf(clientId, customerId)]], filterByStatus };
  }
  if (clientId !== undefined) {
    return { index: ORDERS_BY_CLIENT, rounds: [shardsOf(clientId, CLIENT_SHARDS)], filterByStatus };
  }
  const statuses = status === undefined ? READING_ORDER : [status];
  const rounds = statuses.map((one) => shardsOf(one, STATUS_SHARDS));
  return { index: ORDERS_BY_STATUS, rounds, filterByStatus: false };
}

function shardsOf(key: string, count: number): string[] {
  return Array.from({ length: count }, (_, shard) => `${key}#${shard}`);
}

/** What was read of one partition, newest first. */
export interface PartitionRead {
  readonly entries: readonly { readonly position: string; readonly order: OrderSummary }[];
  /** Position down to which it was read; undefined when to its end. */
  readonly readTo?: string | undefined;
}

export interface OrderPage {
  readonly orders: readonly OrderSummary[];
  /** Position of the next page; undefined on the last one. */
  readonly next?: string;
}

/**
 * Puts one page together from the partitions of a list, newest first. Positions (creation and id) are the same in every
 * partition and never change, so one position is where all of them go on: what moves from one to another meanwhile is
 * neither shown twice nor left out. Where a partition was not read to its end, nothing older than that is shown yet.
 */
export function mergePage(reads: readonly PartitionRead[], limit: number): OrderPage {
  const readTo = reads.flatMap((read) => read.readTo ?? []).reduce((left, right) => (left > right ? left : right), '');
  const found = new Map<string, OrderSummary>();
  for (const { position, order } of reads.flatMap(({ entries }) => entries)) {
    const other = found.get(position);
    // Met twice, on its way from one status to the next: as it was last.
    if (position >= readTo && (other === undefined || other.updatedAt < order.updatedAt)) found.set(position, order);
  }
  const sorted = [...found].sort(([left], [right]) => (left < right ? 1 : -1));
  const page = sorted.slice(0, limit);
  const orders = page.map(([, order]) => order);
  const last = page.at(-1)?.[0];
  if (sorted.length > limit && last !== undefined) return { orders, next: last };
  return readTo === '' ? { orders } : { orders, next: readTo };
}
