import { type PaymentKey, paymentKeyOf } from '../../core/ids.ts';
import { visitOf } from '../../core/order-facts.ts';
import type { Order } from '../../core/order.ts';

/** Every key under which the order may have been charged, oldest first: one per visit of ChargePayment. */
export function paymentKeysOf(order: Order, visits = visitOf(order, 'ChargePayment')): readonly PaymentKey[] {
  return Array.from({ length: visits }, (_, index) => paymentKeyOf(order.orderId, index + 1));
}
