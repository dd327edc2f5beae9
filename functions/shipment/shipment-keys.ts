import { type ShipmentKey, shipmentKeyOf } from '../../core/ids.ts';
import { visitOf } from '../../core/order-facts.ts';
import type { Order } from '../../core/order.ts';

/** Every key under which a parcel of the order may have been booked, oldest first: one per visit of ShipOrder. */
export function shipmentKeysOf(order: Order, visits = visitOf(order, 'ShipOrder')): readonly ShipmentKey[] {
  return Array.from({ length: visits }, (_, index) => shipmentKeyOf(order.orderId, index + 1));
}
