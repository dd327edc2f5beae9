import { CarrierUnavailableError, ProviderConflictError } from '../../core/errors.ts';
import { shipmentKeyOf } from '../../core/ids.ts';
import { recordedStep } from '../../core/order-change.ts';
import type { Booking } from '../../core/ports.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { commitStock, linesOf, whyNotMoved } from '../shared/stock-writes.ts';
import { carrier } from './carrier.ts';

/**
 * Hands an order to the carrier: claims it, so that it can no longer be cancelled, books the parcel under a key, and takes
 * its goods out of stock. The claim stands when the carrier is down; a retry goes on behind it.
 */
export const handler = sagaStep('ShipOrder', async ({ orderId, visit, step, changeContext, passingContext }) => {
  const store = new OrderStore();
  const found = await store.get(orderId);
  const recorded = recordedStep(found, step);
  if (recorded) return recorded.outcome;

  const key = shipmentKeyOf(orderId, visit);
  const claim = { type: 'FulfillmentStarted', details: { shipmentKey: key } } as const;
  const { order } = await store.commit(
    found,
    // An invocation at the same moment may have claimed it, for the same parcel.
    { change: () => claim, isMade: ({ shipping }) => shipping },
    passingContext(),
  );
  const booking = await carrier().book({ key, orderId, address: order.shippingAddress, items: linesOf(order) });
  const parcel = parcelOf(booking);
  const { outcome } = await store.commit(
    order,
    {
      change: () => ({ type: 'OrderShipped', details: { shipmentKey: key, ...parcel } }),
      effects: { of: commitStock, refusal: whyNotMoved },
    },
    changeContext('SHIPPED'),
  );
  return outcome;
});

function parcelOf({ key, status, parcel }: Booking): NonNullable<Booking['parcel']> {
  // The saga has gone back and has called the parcel off; this invocation comes late.
  if (status === 'CANCELLED') throw new ProviderConflictError(`The booking ${key} was cancelled at the carrier.`);
  if (!parcel) throw new CarrierUnavailableError(`The carrier booked ${key} without saying which parcel; ask again.`);
  return parcel;
}
