import { shipmentKeyOf } from '../../core/ids.ts';
import type { Order } from '../../core/order.ts';
import type { Carrier } from '../../core/ports.ts';
import { fenceHold } from '../shared/hold-item.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { linesOf } from '../shared/stock-writes.ts';
import { unlessCancelled } from '../shared/unless-cancelled.ts';
import { carrier } from './carrier.ts';
import { isShipped, type Parcel, parcelOf, recordShipment, SHIPPED } from './record-shipment.ts';
import { parcelOfStaff } from './parcel-of-staff.ts';
import { shipmentKeysOf } from './shipment-keys.ts';

/**
 * Hands an order to the carrier: claims it, so that it can no longer be cancelled, books the parcel under a key, and takes
 * its goods out of stock. The claim stands when the carrier is down; a retry goes on behind it. Where staff have shipped the
 * order by themselves, that parcel is recorded.
 */
export const handler = sagaStep('ShipOrder', async ({ orderId, at }) => {
  const store = new OrderStore();
  const found = await store.get(orderId);
  const shipping = at(found);
  if (isShipped(found, shipping)) return SHIPPED;

  const { visit } = shipping;
  const { order } = await store.commit(
    found,
    {
      change(current) {
        unlessCancelled(current);
        return { type: 'FulfillmentStarted', details: { shipmentKey: shipmentKeyOf(orderId, visit) } };
      },
      // An invocation at the same moment, or an earlier visit, may have claimed it.
      isMade: (current) => current.shipping,
    },
    shipping.passingContext(),
  );
  unlessCancelled(order);
  if (visit > 1) await fenceHold(order, visit);
  const shipper = carrier();
  const parcel =
    (await parcelOfStaff(shipper, order, visit)) ??
    (await bookedBefore(shipper, order, visit)) ??
    (await book(shipper, order, visit));
  return recordShipment(store, order, parcel, shipping);
});

async function book(shipper: Carrier, order: Order, visit: number): Promise<Parcel> {
  const { orderId, shippingAddress: address } = order;
  return parcelOf(await shipper.book({ key: shipmentKeyOf(orderId, visit), orderId, address, items: linesOf(order) }));
}

/**
 * The parcel that an earlier visit booked after all. Staff have sent the order here again because nobody knew of one: before
 * a new key is used, those before are closed for ever, or found to be booked.
 */
async function bookedBefore(shipper: Carrier, order: Order, visit: number): Promise<Parcel | undefined> {
  for (const key of shipmentKeysOf(order, visit - 1)) {
    const booking = await shipper.ruleOut(key);
    if (booking.status === 'BOOKED') return parcelOf(booking);
  }
  return undefined;
}
