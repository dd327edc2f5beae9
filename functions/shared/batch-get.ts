import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailableError } from '../../core/errors.ts';
import type { ItemKey } from '../../core/item-keys.ts';
import { REAL_PATIENCE, readFromStore, type Patience } from './contention.ts';
import { dynamoDb } from './dynamodb-client.ts';

type RequestItems = NonNullable<BatchGetCommandOutput['UnprocessedKeys']>;
/** How the keys are to be read: projection and consistency. */
export type BatchReadOptions = Omit<NonNullable<BatchGetCommandInput['RequestItems']>[string], 'Keys'>;

/** DynamoDB hands keys back when it throttles part of a batch. Waits of up to 50, 100, 200 and 400 ms: under 1 s in all. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 50;

/**
 * The items of at most a hundred keys, which is the limit of one call; what does not exist is left out, and the order is
 * DynamoDB's own.
 */
export async function batchGet(
  table: string,
  keys: readonly ItemKey[],
  options: BatchReadOptions,
  patience: Patience = REAL_PATIENCE,
): Promise<Record<string, unknown>[]> {
  if (keys.length === 0) return [];
  const items: Record<string, unknown>[] = [];
  let request: RequestItems = { [table]: { Keys: [...keys], ...options } };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const batch = new BatchGetCommand({ RequestItems: request });
    const { Responses, UnprocessedKeys = {} } = await readFromStore(() => dynamoDb.send(batch));
    items.push(...(Responses?.[table] ?? []));
    if (Object.keys(UnprocessedKeys).length === 0) return items;
    request = UnprocessedKeys;
    if (attempt < ATTEMPTS) await patience.sleep(patience.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
  throw new StoreUnavailableError(`DynamoDB handed keys of ${table} back ${ATTEMPTS} times; try again.`);
}
