import { BatchGetCommand, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { StoreUnavailableError } from '../../core/errors.ts';
import type { Sku } from '../../core/ids.ts';
import { stockKey } from '../../core/item-keys.ts';
import type { CatalogueEntry } from '../../core/pricing.ts';
import { REAL_PATIENCE, readFromStore, type Patience } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

type RequestItems = NonNullable<BatchGetCommandOutput['UnprocessedKeys']>;

/** DynamoDB hands keys back when it throttles part of a batch. Waits of up to 50, 100, 200 and 400 ms: under 1 s in all. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 50;

/**
 * Name and price of each SKU that the catalogue has; the others are left out. An order has at most 25 SKUs, which is one
 * call (the limit is 100). Read eventually consistent, at half the price: a price has no order among the orders.
 */
export async function readCatalogue(
  skus: readonly Sku[],
  patience: Patience = REAL_PATIENCE,
): Promise<CatalogueEntry[]> {
  const table = requireEnvironment(ENVIRONMENT.inventoryTable);
  const entries: CatalogueEntry[] = [];
  let request: RequestItems = { [table]: { Keys: skus.map(stockKey), ...PROJECTION } };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const batch = new BatchGetCommand({ RequestItems: request });
    const { Responses, UnprocessedKeys = {} } = await readFromStore(() => dynamoDb.send(batch));
    entries.push(...(Responses?.[table] ?? []).map(catalogueEntry));
    if (Object.keys(UnprocessedKeys).length === 0) return entries;
    request = UnprocessedKeys;
    if (attempt < ATTEMPTS) await patience.sleep(patience.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
  throw new StoreUnavailableError(`DynamoDB handed keys of the catalogue back ${ATTEMPTS} times; try again.`);
}

const PROJECTION = {
  ProjectionExpression: 'sku, #name, priceMinor, currency',
  // NAME is a reserved word of DynamoDB.
  ExpressionAttributeNames: { '#name': 'name' },
};

/** A price that is no amount is a fault of whoever wrote the catalogue; it must not become a price of nothing. */
function catalogueEntry(item: Record<string, unknown>): CatalogueEntry {
  const entry = item as unknown as CatalogueEntry;
  if (!Number.isSafeInteger(entry.priceMinor) || entry.priceMinor < 0 || !/^[A-Z]{3}$/.test(entry.currency)) {
    throw new Error(`The catalogue has no valid price for SKU ${entry.sku}: priceMinor and currency must be set.`);
  }
  return entry;
}
