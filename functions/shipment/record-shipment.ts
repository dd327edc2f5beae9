import { CarrierUnavailableError, ProviderConflictError } from '../../core/errors.ts';
import type { EventDetails } from '../../core/events.ts';
import { recordedStep } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import type { Booking } from '../../core/ports.ts';
import type { OrderStore } from '../shared/order-store.ts';
import type { StepVisit } from '../shared/saga-step.ts';
import { commitStock, whyNotMoved } from '../shared/stock-writes.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';

/** The parcel of an order, as its event tells of it. */
export type Parcel = EventDetails['OrderShipped'];

export const SHIPPED = 'SHIPPED';

/** Whether the order is shipped: by this visit of ShipOrder, or by an earlier one that was heard of too late. */
export function isShipped(order: Order, { step }: StepVisit): boolean {
  return recordedStep(order, step) !== undefined || order.shipment !== undefined;
}

/** Writes on the order that it is shipped, and takes its goods out of stock. @throws OrderCancelledError */
export async function recordShipment(
  store: OrderStore,
  order: Order,
  parcel: Parcel,
  { visit, changeContext }: StepVisit,
): Promise<string> {
  await store.commit(
    order,
    {
      change(current) {
        unlessCancelled(current);
        return { type: 'OrderShipped', details: parcel };
      },
      isMade: ({ shipment }) => shipment !== undefined,
      effects: { of: (current) => commitStock(current, visit), refusal: whyNotMoved },
    },
    changeContext(SHIPPED),
  );
  return SHIPPED;
}

/** The parcel of a booking. */
export function parcelOf({ key, status, parcel }: Booking): Parcel {
  // The saga has gone back and has called the parcel off; this invocation comes late.
  if (status === 'CANCELLED') throw new ProviderConflictError(`The booking ${key} was cancelled at the carrier.`);
  if (!parcel) throw new CarrierUnavailableError(`The carrier booked ${key} without saying which parcel; ask again.`);
  return { shipmentKey: key, ...parcel };
}
