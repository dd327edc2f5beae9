import type { OrderId, Sku } from './ids.ts';
import type { EventLine } from './events.ts';

/**
 * Stock of one SKU and its place in the catalogue. Always `available + held + committed = received + adjusted`.
 */
export interface StockItem {
  readonly sku: Sku;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
  /** Units that ever came in. */
  readonly received: number;
  /** Units that can be sold. */
  readonly available: number;
  /** Units held for orders that are under way. */
  readonly held: number;
  /** Units that were shipped. */
  readonly committed: number;
  /** Corrections after stocktaking, with sign. */
  readonly adjusted: number;
  readonly lowStockThreshold: number;
}

/**
 * Whether a change made a SKU scarce that was not: there were more units than its threshold, and there are no more now, whether
 * they went or the threshold was raised.
 */
export function hasFallenLow(before: StockItem, after: StockItem): boolean {
  return before.available > before.lowStockThreshold && after.available <= after.lowStockThreshold;
}

/**
 * The HOLD item of an order: one for all its lines, so that a reservation is whole or not at all. `REFUSED` keeps that
 * there was not enough stock: an invocation that comes late must get the same answer, even if goods came in since.
 */
export interface Hold {
  readonly orderId: OrderId;
  readonly status: 'HELD' | 'COMMITTED' | 'RELEASED' | 'REFUSED';
  /** What is or was held; empty when nothing ever was. */
  readonly items: readonly EventLine[];
  /** Going back has begun: the goods of this hold do not go out any more. */
  readonly frozen?: boolean;
  /** Only this visit of ShipOrder, or a later one, may commit the goods. */
  readonly fence?: number;
  /** Of a REFUSED hold: the SKUs that were short. */
  readonly shortages?: readonly Sku[];
}
