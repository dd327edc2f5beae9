import { isTerminal } from './lifecycle.ts';
import type { Order } from './order.ts';

/** What stands in the way of cancelling an order; undefined when nothing does. */
export function obstacleToCancelling(order: Order): string | undefined {
  if (isTerminal(order.status)) return `it is ${order.status}`;
  // What staff have shipped by hand is gone, though ShipOrder is yet to record it.
  if (order.shipment || order.manualShipment) return 'it is shipped';
  // Behind an intervention nothing is under way: a parcel that was claimed can still be called off.
  return order.shipping && order.status !== 'MANUAL_INTERVENTION' ? 'its shipping has begun' : undefined;
}

/** Whether the cancellation of an order was asked for before, and has not come to nothing. */
export function isCancelling({ cancelRequested, status }: Order): boolean {
  return cancelRequested && (status === 'CANCELLED' || !isTerminal(status));
}
