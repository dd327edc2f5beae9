import type { EventLine } from './events.ts';
import { fingerprintOf } from './fingerprint.ts';
import { asSku } from './ids.ts';
import type { Customer, ShippingAddress } from './order.ts';

/** Body of `POST /orders` as schemas/submit-order-request.json lets it pass. */
export interface Submission {
  readonly customer: Customer;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly shippingAddress: ShippingAddress;
  readonly payment: { readonly token: string };
}

/** Of one SKU in one order, over all its lines; the same bound as the schema sets for one line. */
export const MAX_QUANTITY_PER_SKU = 1000;

/** One line per SKU, in the order in which the SKUs first appear: stock is held, priced and shipped by SKU. */
export function mergedLines(items: Submission['items']): EventLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of items) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku: asSku(sku), quantity }));
}

/**
 * Tells a repeated submission from another one under the same key. It speaks of what is ordered: neither the spelling of
 * the JSON nor the order or the splitting of the lines makes another order.
 */
export function submissionFingerprint(submission: Submission): string {
  const { customer, shippingAddress, payment } = submission;
  const items = mergedLines(submission.items)
    .map(({ sku, quantity }) => ({ sku, quantity }))
    .sort((left, right) => (left.sku < right.sku ? -1 : 1));
  return fingerprintOf({ customer: { ...customer }, shippingAddress: { ...shippingAddress }, payment, items });
}
