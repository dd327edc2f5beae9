import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { OrderEvent } from '../../core/events.ts';
import { asOrderId, type OrderId } from '../../core/ids.ts';
import type { InterventionRecord } from '../../core/intervention.ts';
import { orderPartition } from '../../core/item-keys.ts';
import { recordsIn } from '../../core/order-records.ts';
import type { Order } from '../../core/order.ts';
import type { Hold } from '../../core/stock.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { scanPages, type StoredItem } from './scan-table.ts';

/** All that the Orders table holds of one order. */
export interface OrderBooks {
  readonly orderId: OrderId;
  /** Undefined: there are events or a hold of an order that does not exist. */
  readonly order: Order | undefined;
  readonly events: readonly OrderEvent[];
  readonly hold: Hold | undefined;
  readonly interventions: readonly InterventionRecord[];
}

const ORDER_PREFIX = orderPartition(asOrderId(''));

/** The books of all orders of a segment of the table, as many at a time as a page brings. */
export async function* scanOrderBooks(segment: { number: number; of: number }): AsyncGenerator<OrderBooks[]> {
  // A scan returns the items of one partition key together; those at the end of a page may go on in the next.
  let open: StoredItem[] = [];
  for await (const page of scanPages(ENVIRONMENT.ordersTable, { segment })) {
    const collections = collectionsIn([...open, ...page.filter(({ pk }) => pk.startsWith(ORDER_PREFIX))]);
    open = collections.pop() ?? [];
    yield collections.map(booksOf);
  }
  if (open.length > 0) yield [booksOf(open)];
}

/** The books of one order as of now (consistent reads), or undefined when the table holds nothing of it. */
export async function readOrderBooks(orderId: OrderId): Promise<OrderBooks | undefined> {
  const items: StoredItem[] = [];
  const pages = paginateQuery(
    { client: dynamoDb },
    {
      TableName: requireEnvironment(ENVIRONMENT.ordersTable),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': orderPartition(orderId) },
      ConsistentRead: true,
    },
  );
  for (;;) {
    const { value: page, done } = await readFromStore(() => pages.next());
    if (done) break;
    items.push(...((page.Items ?? []) as StoredItem[]));
  }
  return items.length === 0 ? undefined : booksOf(items);
}

function collectionsIn(items: readonly StoredItem[]): StoredItem[][] {
  const collections: StoredItem[][] = [];
  for (const item of items) {
    const latest = collections.at(-1);
    if (latest?.[0]?.pk === item.pk) latest.push(item);
    else collections.push([item]);
  }
  return collections;
}

function booksOf(items: readonly StoredItem[]): OrderBooks {
  const orderId = asOrderId((items[0]?.pk ?? '').slice(ORDER_PREFIX.length));
  const { orders, events, holds, interventions } = recordsIn(items);
  return { orderId, order: orders[0], hold: holds[0], events, interventions };
}
