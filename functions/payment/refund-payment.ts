import { OrderAlreadyShippedError, ProviderConflictError } from '../../core/errors.ts';
import { paymentKeyOf, shipmentKeyOf } from '../../core/ids.ts';
import { money } from '../../core/money.ts';
import { recordedStep } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import { freezeHold } from '../shared/hold-item.ts';
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

  if (order.status !== 'INVENTORY_RESERVED') await callOffParcel(order, visit);

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
      change: () => ({ type: 'PaymentRefunded', details: { paymentKey: key, refunded } }),
    },
    changeContext('REFUNDED'),
  );
  return outcome;
});

/**
 * Nobody gets the money back and the parcel too. ShipOrder may have booked one, or may even be under way in an invocation
 * that comes late: first its last write is fenced off, then its booking is called off, by key, should there ever be one.
 */
async function callOffParcel(order: Order, visit: number): Promise<void> {
  const hold = await freezeHold(order);
  if (hold.status === 'COMMITTED') {
    throw new OrderAlreadyShippedError(`Order ${order.orderId} has gone out; its payment stays.`);
  }
  await carrier().cancel(shipmentKeyOf(order.orderId, visit));
}
