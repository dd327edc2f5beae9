import { money } from '../../core/money.ts';
import { type ChangeContext, recordedStep } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import type { PaymentIntent } from '../../core/ports.ts';
import type { OrderStore } from '../shared/order-store.ts';
import type { StepVisit } from '../shared/saga-step.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';

export const CHARGED = 'CHARGED';

/** Whether the order has its charge: by this visit of ChargePayment, or by an earlier one that was heard of too late. */
export function isCharged(order: Order, { step }: StepVisit): boolean {
  return recordedStep(order, step) !== undefined || order.payment.status === 'CHARGED';
}

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
    {
      change: () => ({ type: 'PaymentConfirmed', details: { paymentKey: key, charged } }),
      isMade: ({ payment }) => payment.status === 'CHARGED',
    },
    context,
  );
  return unlessCancelled(committed.order, CHARGED);
}
