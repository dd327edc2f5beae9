import type { ChangeContext } from '../../core/order-change.ts';
import type { OrderStore } from '../shared/order-store.ts';
import { linesOf, releaseStock, whyNotMoved } from '../shared/stock-writes.ts';
import type { OrderBooks } from './order-books.ts';

/** Orders that have ended without goods going out. */
const ENDED_WITHOUT_GOODS: readonly string[] = ['REJECTED', 'PAYMENT_FAILED', 'CANCELLED'];

/**
 * Gives back the stock of an order that has ended and still holds it: nobody else ever will. No money is in it, and the
 * order's own event tells of it.
 * @returns whether there was such a hold
 */
export async function releaseOutlivedHold(
  store: OrderStore,
  { order, hold }: OrderBooks,
  context: Pick<ChangeContext, 'now' | 'causationId'>,
): Promise<boolean> {
  if (!order || !ENDED_WITHOUT_GOODS.includes(order.status)) return false;
  if (order.hold !== 'HELD' || hold?.status !== 'HELD') return false;
  await store.commit(
    order,
    {
      change: (current) => ({ type: 'InventoryReleased', details: { items: linesOf(current) } }),
      // Whoever is faster has released it.
      isMade: (current) => current.hold === 'RELEASED',
      effects: { of: releaseStock, refusal: whyNotMoved },
    },
    context,
  );
  return true;
}
