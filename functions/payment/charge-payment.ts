import { PaymentDeclinedError, ProviderConflictError } from '../../core/errors.ts';
import { paymentKeyOf } from '../../core/ids.ts';
import type { Order } from '../../core/order.ts';
import type { PaymentIntent, PaymentProvider } from '../../core/ports.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';
import { paymentKeysOf } from './payment-keys.ts';
import { paymentProvider } from './payment-provider.ts';
import { CHARGED, isCharged, recordCharge } from './record-charge.ts';

/** Charges the total of an order. The key makes the provider charge once, however often this runs. */
export const handler = sagaStep('ChargePayment', async ({ orderId, at }) => {
  const store = new OrderStore();
  const order = await store.get(orderId);
  const charging = at(order);
  unlessCancelled(order);
  if (isCharged(order, charging)) return CHARGED;

  const { visit, changeContext } = charging;
  const provider = paymentProvider();
  const intent = (await chargedBefore(provider, order, visit)) ?? (await charge(provider, order, visit));
  refuseUnlessCharged(intent);
  return recordCharge(store, order, intent, changeContext(CHARGED));
});

function charge(provider: PaymentProvider, order: Order, visit: number): Promise<PaymentIntent> {
  const { orderId, total, payment } = order;
  const key = paymentKeyOf(orderId, visit);
  return provider.createIntent({ key, orderId, amount: total, token: payment.token, confirm: true });
}

/**
 * The charge that an earlier visit made after all. Staff have sent the order here again because nobody knew of one: before
 * a new key is used, those before are closed for ever, or found to be charged.
 */
async function chargedBefore(
  provider: PaymentProvider,
  order: Order,
  visit: number,
): Promise<PaymentIntent | undefined> {
  for (const key of paymentKeysOf(order, visit - 1)) {
    const intent = await provider.cancel(key);
    // Refunded ones too: then the saga has gone back since, and nothing may be charged any more.
    if (intent.chargedMinor > 0) return intent;
  }
  return undefined;
}

function refuseUnlessCharged({ key, status, declineCode }: PaymentIntent): void {
  if (status === 'SUCCEEDED') return;
  if (status === 'DECLINED') throw new PaymentDeclinedError(declineCode ?? 'declined');
  // Cancelled or refunded: the saga has gone back already, and this invocation comes late.
  throw new ProviderConflictError(`The payment ${key} is ${status} at the provider and cannot be charged any more.`);
}
