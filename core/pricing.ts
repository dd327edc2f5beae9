import type { EventLine } from './events.ts';
import type { Sku } from './ids.ts';
import type { OrderLine } from './order.ts';
import type { StockItem } from './stock.ts';

/** What the catalogue says of one SKU. */
export type CatalogueEntry = Pick<StockItem, 'sku' | 'name' | 'priceMinor' | 'currency'>;

/** Lines with the catalogue's prices, or the reason why they cannot be bought together. */
export type Pricing =
  | { readonly kind: 'priced'; readonly lines: readonly OrderLine[]; readonly currency: string }
  | { readonly kind: 'unknown-skus'; readonly skus: readonly Sku[] }
  | { readonly kind: 'mixed-currencies'; readonly currencies: readonly string[] }
  | { readonly kind: 'total-too-large' };

/** Prices the lines of an order. An order has one currency, since it is charged in one charge. */
export function priceLines(lines: readonly EventLine[], catalogue: readonly CatalogueEntry[]): Pricing {
  const entries = new Map(catalogue.map((entry) => [entry.sku, entry]));
  const unknown = lines.filter(({ sku }) => !entries.has(sku)).map(({ sku }) => sku);
  if (unknown.length > 0) return { kind: 'unknown-skus', skus: unknown };

  const priced = lines.flatMap(({ sku, quantity }) => {
    const entry = entries.get(sku);
    return entry ? [{ line: { sku, name: entry.name, quantity, unitPriceMinor: entry.priceMinor }, entry }] : [];
  });
  const currencies = [...new Set(priced.map(({ entry }) => entry.currency))].sort();
  const [currency] = currencies;
  if (currency === undefined || currencies.length > 1) return { kind: 'mixed-currencies', currencies };

  const result = { kind: 'priced', lines: priced.map(({ line }) => line), currency } as const;
  return hasExactTotal(result.lines) ? result : { kind: 'total-too-large' };
}

/** Beyond 2^53 minor units a JSON number is no longer exact, and `money` refuses it. */
function hasExactTotal(lines: readonly OrderLine[]): boolean {
  return Number.isSafeInteger(lines.reduce((total, line) => total + line.unitPriceMinor * line.quantity, 0));
}
