import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '../../core/item-keys.ts';
import type { LiveStack } from './live-stack.ts';

/** Keys that BatchGetItem takes at once. */
const BATCH = 100;

/** The items of the Orders table under these keys, as of now, in no particular order; what does not exist is left out. */
export async function readItems<Item>(stack: LiveStack, keys: readonly ItemKey[]): Promise<Item[]> {
  const table = stack.outputs.OrdersTableName;
  const items: Item[] = [];
  let waiting: ItemKey[] = [...keys];
  while (waiting.length > 0) {
    const Keys = waiting.slice(0, BATCH);
    const { Responses, UnprocessedKeys } = await stack.dynamoDb.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    items.push(...((Responses?.[table] ?? []) as Item[]));
    waiting = [...waiting.slice(BATCH), ...((UnprocessedKeys?.[table]?.Keys ?? []) as ItemKey[])];
  }
  return items;
}
