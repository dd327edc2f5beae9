import { PaymentNotChargedError } from '../../core/errors.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { RESOLVE_PAYLOAD_SCHEMA, type ResolvePayload } from '../shared/step-payload.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';
import { paymentKeysOf } from './payment-keys.ts';
import { paymentProvider } from './payment-provider.ts';
import { CHARGED, isCharged, recordCharge } from './record-charge.ts';

/**
 * Finds out what ChargePayment did when nobody answered for it. The provider is asked by key: a charge that there is counts,
 * as if ChargePayment had returned; where there is none the key is closed, so that a charge that is still under way bounces.
 * @throws PaymentNotChargedError when nothing was charged, and nothing can be any more
 */
export const handler = sagaStep<ResolvePayload>(
  'ResolvePayment',
  async ({ orderId, at }) => {
    const store = new OrderStore();
    const order = await store.get(orderId);
    const charging = at(order, 'ChargePayment');
    // Then it is all the same: the compensation closes the keys, and gives back what there is.
    unlessCancelled(order);
    if (isCharged(order, charging)) return CHARGED;

    const provider = paymentProvider();
    for (const key of paymentKeysOf(order)) {
      const known = await provider.find(key);
      const intent = known?.status === 'SUCCEEDED' ? known : await provider.cancel(key);
      if (intent.status === 'SUCCEEDED') return recordCharge(store, order, intent, charging.changeContext(CHARGED));
    }
    throw new PaymentNotChargedError(`Order ${orderId} was not charged.`);
  },
  RESOLVE_PAYLOAD_SCHEMA,
);
