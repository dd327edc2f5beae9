import type { Sku } from './ids.ts';
import type { Instant } from './order.ts';
import type { StockItem } from './stock.ts';

/** What a person asks to change of a SKU; `receive` and `adjust` are units, as deltas. */
export interface StockRequest {
  readonly name?: string;
  readonly priceMinor?: number;
  readonly currency?: string;
  readonly lowStockThreshold?: number;
  readonly receive?: number;
  readonly adjust?: number;
}

/** The CHANGE item of a SKU: who changed what and when, written together with the change, and once per Idempotency-Key. */
export interface StockChange {
  readonly sku: Sku;
  readonly request: StockRequest;
  /** Tells the same request from another one under the same key. */
  readonly fingerprint: string;
  /** Subject of the person's token. */
  readonly by: string;
  readonly at: Instant;
  /** The change made the SKU. */
  readonly created: boolean;
  /** What the request was answered, and is answered ever after. */
  readonly answer?: StockItem;
}

/** What a change adds to the units that can be sold. */
export function deltaOf({ receive = 0, adjust = 0 }: StockRequest): number {
  return receive + adjust;
}

/** What a request must say besides to make a SKU that is not there yet. */
export function missingForNew(request: StockRequest): readonly (keyof StockRequest)[] {
  return (['name', 'priceMinor', 'currency'] as const).filter((name) => request[name] === undefined);
}

/** A new SKU, with what `missingForNew` asks for; undefined without. */
export function newStock(sku: Sku, request: StockRequest): StockItem | undefined {
  const { name, priceMinor, currency, lowStockThreshold = 0, receive: received = 0, adjust: adjusted = 0 } = request;
  if (name === undefined || priceMinor === undefined || currency === undefined) return undefined;
  const units = { received, available: received + adjusted, held: 0, committed: 0, adjusted };
  return { sku, name, priceMinor, currency, ...units, lowStockThreshold };
}

/** What of a STOCK item is shown. */
export function stockView(item: StockItem): StockItem {
  const { sku, name, priceMinor, currency, received, available, held, committed, adjusted, lowStockThreshold } = item;
  return { sku, name, priceMinor, currency, received, available, held, committed, adjusted, lowStockThreshold };
}
