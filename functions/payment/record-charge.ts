import { money } from '../../core/money.ts';
import type { ChangeContext } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import type { PaymentIntent } from '../../core/ports.ts';
import type { OrderStore } from '../shared/order-store.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';

/** Writes on the order that it is paid. @throws OrderCancelledError when its cancellation was requested meanwhile */
export async function recordCharge(
  store: OrderStore,
  order: Order,
  { key, chargedMinor }: PaymentIntent,
  context: ChangeContext,
): Promise<string> {
  const charged = money(chargedMinor, order.total.currency);
  const committed = await store.commit(
    order,
    { change: () => ({ type: 'PaymentConfirmed', details: { paymentKey: key, charged } }) },
    context,
  );
  return unlessCancelled(committed.order, committed.outcome);
}
