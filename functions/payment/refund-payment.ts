import { ProviderConflictError, StoreUnavailableError } from '../../core/errors.ts';
import { paymentKeyOf, shipmentKeyOf } from '../../core/ids.ts';
import { money } from '../../core/money.ts';
import { recordedStep } from '../../core/order-change.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { carrier } from '../shipment/carrier.ts';
import { paymentProvider } from './payment-provider.ts';

/**
 * Makes sure that the customer has not paid: cancels the intent at the provider, which in the same instant either rules a
 * charge out for ever or says that there is one, and then gives it back. So it is right whatever ChargePayment did.
 */
export const handler = sagaStep('RefundPayment', async ({ orderId, visit, step, changeContext }) => {
  const store = new OrderStore();
  const order = await store.get(orderId);
  const recorded = recordedStep(order, step);
  if (recorded) return recorded.outcome;

  // Nobody gets money back and the parcel too: a booking that ShipOrder may have made is called off first.
  if (order.shipping) await carrier().cancel(shipmentKeyOf(orderId, visit));

  const provider = paymentProvider();
  const key = paymentKeyOf(orderId, visit);
  let intent = await provider.cancel(key);
  if (intent.chargedMinor === 0) return 'NOTHING_CHARGED';
  // One refund per intent: all that is left of the charge.
  if (intent.status === 'SUCCEEDED') {
    intent = await provider.refund(key, `${key}#refund`, intent.chargedMinor - intent.refundedMinor);
  }
  if (intent.refundedMinor !== intent.chargedMinor) {
    throw new ProviderConflictError(
      `Of payment ${key} only ${intent.refundedMinor} of ${intent.chargedMinor} is back.`,
    );
  }
  const refunded = money(intent.refundedMinor, order.total.currency);
  const { outcome } = await store.commit(
    order,
    {
      change: (current) => {
        if (current.shipping === order.shipping) {
          return { type: 'PaymentRefunded', details: { paymentKey: key, refunded } };
        }
        throw new StoreUnavailableError(`Order ${orderId} was claimed for shipping meanwhile; try again.`);
      },
    },
    changeContext('REFUNDED'),
  );
  return outcome;
});
