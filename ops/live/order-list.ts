import { paginateQuery, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { OrderId } from '../../core/ids.ts';
import { customerKeyOf, ORDERS_BY_CUSTOMER, ORDERS_BY_STATUS, STATUS_SHARDS } from '../../core/item-keys.ts';
import { ORDER_STATUSES, type OrderStatus } from '../../core/lifecycle.ts';
import type { Money } from '../../core/money.ts';
import type { Instant } from '../../core/order.ts';
import { inParallel } from './in-parallel.ts';
import type { LiveStack } from './live-stack.ts';

/** An order as the indexes have it. */
export interface ListedOrder {
  readonly orderId: OrderId;
  readonly clientId: string;
  readonly status: OrderStatus;
  readonly total: Money;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface OrderFilter {
  readonly status?: OrderStatus;
  readonly customer?: { readonly clientId: string; readonly customerId: string };
  readonly limit: number;
}

/** Orders, newest first. The indexes may be a moment behind the table. */
export async function listOrders(stack: LiveStack, { status, customer, limit }: OrderFilter): Promise<ListedOrder[]> {
  if (customer) {
    const of = partition(stack, ORDERS_BY_CUSTOMER, customerKeyOf(customer.clientId, customer.customerId));
    return read(stack, of, limit, (order) => status === undefined || order.status === status);
  }
  const partitions = (status === undefined ? ORDER_STATUSES : [status]).flatMap(shardsOf);
  const lists = await inParallel(partitions, (shard) => read(stack, partition(stack, ORDERS_BY_STATUS, shard), limit));
  return lists
    .flat()
    .sort((left, right) => (left.createdAt < right.createdAt ? 1 : -1))
    .slice(0, limit);
}

/** How many orders are in each status. Reads the whole index: some 4,000 orders per read unit and page of a megabyte. */
export async function countOrders(stack: LiveStack): Promise<Record<OrderStatus, number>> {
  const counts = await inParallel(ORDER_STATUSES.flatMap(shardsOf), (shard) => count(stack, shard));
  const total = (index: number): number =>
    counts.slice(index * STATUS_SHARDS, (index + 1) * STATUS_SHARDS).reduce((sum, one) => sum + one, 0);
  return Object.fromEntries(ORDER_STATUSES.map((status, index) => [status, total(index)])) as Record<
    OrderStatus,
    number
  >;
}

async function read(
  stack: LiveStack,
  query: QueryCommandInput,
  limit: number,
  wanted: (order: ListedOrder) => boolean = () => true,
): Promise<ListedOrder[]> {
  const orders: ListedOrder[] = [];
  for await (const { Items = [] } of paginateQuery({ client: stack.dynamoDb, pageSize: limit }, query)) {
    orders.push(...Items.map(listedOrder).filter(wanted));
    if (orders.length >= limit) break;
  }
  return orders.slice(0, limit);
}

async function count(stack: LiveStack, shard: string): Promise<number> {
  let counted = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await stack.dynamoDb.send(
      new QueryCommand({
        ...partition(stack, ORDERS_BY_STATUS, shard),
        Select: 'COUNT',
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    counted += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return counted;
}

function partition(
  { outputs }: LiveStack,
  index: typeof ORDERS_BY_STATUS | typeof ORDERS_BY_CUSTOMER,
  value: string,
): QueryCommandInput {
  return {
    TableName: outputs.OrdersTableName,
    IndexName: index.name,
    KeyConditionExpression: '#partition = :value',
    ExpressionAttributeNames: { '#partition': index.partition },
    ExpressionAttributeValues: { ':value': value },
    ScanIndexForward: false,
  };
}

function shardsOf(status: OrderStatus): string[] {
  return Array.from({ length: STATUS_SHARDS }, (_, shard) => `${status}#${shard}`);
}

function listedOrder(item: Record<string, unknown>): ListedOrder {
  const { orderId, clientId, status, total, createdAt, updatedAt } = item as unknown as ListedOrder;
  return { orderId, clientId, status, total, createdAt, updatedAt };
}
