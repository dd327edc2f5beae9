import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { asOrderId, type OrderId } from '../../core/ids.ts';
import { ORDERS_BY_STATUS } from '../../core/item-keys.ts';
import type { Instant } from '../../core/order.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

/** What the index says of an item: enough to look at the item itself. */
export interface Listed {
  readonly orderId: OrderId;
  readonly sk: string;
}

export interface ListRange {
  /** Items that were made before this. */
  readonly before?: Instant;
  /** Orders that have not changed since. */
  readonly quietSince?: Instant;
}

/**
 * The items of one partition of the index byStatus, oldest first, page by page. Read while they are used: who has enough
 * stops asking. The index lags behind the table by moments, so each item is to be looked at again.
 */
export async function* listPartition(partition: string, range: ListRange = {}): AsyncGenerator<Listed> {
  const { before, quietSince } = range;
  const { name, partition: shard, sort } = ORDERS_BY_STATUS;
  const pages = paginateQuery(
    { client: dynamoDb },
    {
      TableName: requireEnvironment(ENVIRONMENT.ordersTable),
      IndexName: name,
      KeyConditionExpression: `${shard} = :partition${before === undefined ? '' : ` AND ${sort} < :before`}`,
      ...(quietSince !== undefined && { FilterExpression: 'updatedAt < :quietSince' }),
      ExpressionAttributeValues: {
        ':partition': partition,
        ...(before !== undefined && { ':before': before }),
        ...(quietSince !== undefined && { ':quietSince': quietSince }),
      },
    },
  );
  for (;;) {
    const { value: page, done } = await readFromStore(() => pages.next());
    if (done) return;
    for (const { pk, sk } of (page.Items ?? []) as { pk: string; sk: string }[]) {
      yield { orderId: asOrderId(pk.slice(pk.indexOf('#') + 1)), sk };
    }
  }
}
