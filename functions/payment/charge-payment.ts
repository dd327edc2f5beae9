import { PaymentDeclinedError, ProviderConflictError } from '../../core/errors.ts';
import { paymentKeyOf } from '../../core/ids.ts';
import { recordedStep } from '../../core/order-change.ts';
import type { PaymentIntent } from '../../core/ports.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { paymentProvider } from './payment-provider.ts';

/** Charges the total of an order. The key makes the provider charge once, however often this runs. */
export const handler = sagaStep('ChargePayment', async ({ orderId, visit, step, changeContext }) => {
  const store = new OrderStore();
  const order = await store.get(orderId);
  const recorded = recordedStep(order, step);
  if (recorded) return recorded.outcome;

  const key = paymentKeyOf(orderId, visit);
  const { total, payment } = order;
  const intent = await paymentProvider().createIntent({
    key,
    orderId,
    amount: total,
    token: payment.token,
    confirm: true,
  });
  refuseUnlessCharged(intent);
  const { outcome } = await store.commit(
    order,
    { change: () => ({ type: 'PaymentConfirmed', details: { paymentKey: key, charged: total } }) },
    changeContext('CHARGED'),
  );
  return outcome;
});

function refuseUnlessCharged({ key, status, declineCode }: PaymentIntent): void {
  if (status === 'SUCCEEDED') return;
  if (status === 'DECLINED') throw new PaymentDeclinedError(declineCode ?? 'declined');
  // Cancelled or refunded: the saga has gone back already, and this invocation comes late.
  throw new ProviderConflictError(`The payment ${key} is ${status} at the provider and cannot be charged any more.`);
}
