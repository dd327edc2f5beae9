import { IllegalTransitionError, InsufficientStockError, StoreUnavailableError } from '../../core/errors.ts';
import { recordedStep } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import type { Sku } from '../../core/ids.ts';
import { closeHold } from '../shared/hold-item.ts';
import { type Effect, OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { HOLD_SUBJECT, holdStock, linesOf } from '../shared/stock-writes.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';

/** Holds the stock of all lines of an order, or of none. */
export const handler = sagaStep('ReserveInventory', async ({ orderId, at }) => {
  const store = new OrderStore();
  const order = await store.get(orderId);
  const { step, changeContext } = at(order);
  // Nothing is held for an order that is to be cancelled; what was held before goes back by the compensations.
  if (!recordedStep(order, step)) unlessCancelled(order);
  const committed = await store.commit(
    order,
    {
      change: (current) => ({ type: 'InventoryReserved', details: { items: linesOf(current) } }),
      effects: { of: holdStock, refusal: whyNotHeld },
    },
    changeContext('RESERVED'),
  );
  return unlessCancelled(committed.order, committed.outcome);
});

/**
 * Not enough stock, and that for ever: the refusal is written down, so that an invocation that comes late cannot hold what
 * came in meanwhile, when the order is rejected already.
 */
async function whyNotHeld(refused: readonly Effect[], order: Order): Promise<Error> {
  const shortages = refused.map(({ subject }) => subject).filter((subject) => subject !== HOLD_SUBJECT) as Sku[];
  const hold = await closeHold(order, { status: 'REFUSED', shortages });
  if (hold.status === 'REFUSED') return new InsufficientStockError((hold.shortages ?? shortages).join(', '));
  // Another invocation of this step got through in this moment: the next one returns what it recorded.
  if (hold.status === 'HELD')
    return new StoreUnavailableError(`Order ${order.orderId} was reserved meanwhile; try again.`);
  return new IllegalTransitionError('InventoryReserved', order.status, `its hold is ${hold.status} already`);
}
