import { ENVIRONMENT } from '../../core/environment.ts';
import type { Sku } from '../../core/ids.ts';
import { stockKey } from '../../core/item-keys.ts';
import type { CatalogueEntry } from '../../core/pricing.ts';
import { batchGet } from '../shared/batch-get.ts';
import { REAL_PATIENCE, type Patience } from '../shared/contention.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

/**
 * Name and price of each SKU that the catalogue has; the others are left out. An order has at most 25 SKUs, which is one
 * call. Read eventually consistent, at half the price: a price has no order among the orders.
 */
export async function readCatalogue(
  skus: readonly Sku[],
  patience: Patience = REAL_PATIENCE,
): Promise<CatalogueEntry[]> {
  const table = requireEnvironment(ENVIRONMENT.inventoryTable);
  return (await batchGet(table, skus.map(stockKey), PROJECTION, patience)).map(catalogueEntry);
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
