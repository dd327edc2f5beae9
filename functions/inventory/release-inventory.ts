import { OrderStore } from '../shared/order-store.ts';
import { closeHold } from '../shared/hold-item.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { linesOf, releaseStock, whyNotMoved } from '../shared/stock-writes.ts';

/** Gives back the stock that an order holds. Where it never held any, it never will: that is recorded, not an error. */
export const handler = sagaStep('ReleaseInventory', async ({ orderId, at }) => {
  const store = new OrderStore();
  let order = await store.get(orderId);
  if (order.hold === 'NONE') {
    const hold = await closeHold(order, { status: 'RELEASED' });
    if (hold.status !== 'HELD') return 'NOTHING_HELD';
    // ReserveInventory got through between the two reads, and its hold has to go.
    order = await store.get(orderId);
  }
  const { outcome } = await store.commit(
    order,
    {
      change: (current) => ({ type: 'InventoryReleased', details: { items: linesOf(current) } }),
      effects: { of: releaseStock, refusal: whyNotMoved },
    },
    at(order).changeContext('RELEASED'),
  );
  return outcome;
});
