import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { holdKey } from '../../core/item-keys.ts';
import type { Order } from '../../core/order.ts';
import type { Hold } from '../../core/stock.ts';
import { type Patience, REAL_PATIENCE, readFromStore, withContentionRetries } from './contention.ts';
import { dynamoDb } from './dynamodb-client.ts';
import { requireEnvironment } from './require-environment.ts';
import { holdItem } from './stock-writes.ts';

/**
 * Writes that an order holds nothing and never will, where no hold exists yet: an invocation of ReserveInventory that
 * comes late finds it and cannot hold stock behind the saga's back. Nothing on the order changes, so there is no event.
 * @returns the hold as it stands: the new one, or the one that was there
 */
export async function closeHold(
  order: Order,
  hold: Pick<Hold, 'status' | 'shortages'>,
  patience: Patience = REAL_PATIENCE,
): Promise<Hold> {
  const TableName = requireEnvironment(ENVIRONMENT.ordersTable);
  const closed = { ...hold, items: [] };
  const put = new PutCommand({
    TableName,
    Item: holdItem(order, closed),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  try {
    await withContentionRetries(() => dynamoDb.send(put), patience);
    return { orderId: order.orderId, ...closed };
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    const get = new GetCommand({ TableName, Key: holdKey(order.orderId), ConsistentRead: true });
    const { Item } = await readFromStore(() => dynamoDb.send(get));
    return Item as Hold & Record<string, unknown>;
  }
}
