import { ParcelNotBookedError, ShippingImpossibleError } from '../../core/errors.ts';
import { fenceHold } from '../shared/hold-item.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { RESOLVE_PAYLOAD_SCHEMA, type ResolvePayload } from '../shared/step-payload.ts';
import { carrier } from './carrier.ts';
import { parcelOfStaff } from './parcel-of-staff.ts';
import { isShipped, parcelOf, recordShipment, SHIPPED } from './record-shipment.ts';
import { shipmentKeysOf } from './shipment-keys.ts';

/**
 * Finds out what ShipOrder did when nobody answered for it. The carrier is asked by key: a parcel that there is counts, as
 * if ShipOrder had returned; where there is none the key is closed, so that a booking that is still under way is refused.
 * @throws ShippingImpossibleError when there is no parcel because the carrier was unavailable for good: people decide
 * @throws ParcelNotBookedError when there is no parcel for any other reason: the saga goes back
 */
export const handler = sagaStep<ResolvePayload>(
  'ResolveShipment',
  async ({ orderId, payload: { failure }, at }) => {
    const store = new OrderStore();
    const order = await store.get(orderId);
    const shipping = at(order, 'ShipOrder');
    if (isShipped(order, shipping)) return SHIPPED;

    const shipper = carrier();
    const { visit } = shipping;
    if (visit > 1) await fenceHold(order, visit);
    // What staff have shipped by hand is never taken back by the machine.
    const byHand = await parcelOfStaff(shipper, order, visit);
    if (byHand) return recordShipment(store, order, byHand, shipping);
    for (const key of shipmentKeysOf(order)) {
      const known = await shipper.find(key);
      const booking = known?.status === 'BOOKED' ? known : await shipper.ruleOut(key);
      if (booking.status === 'BOOKED') return recordShipment(store, order, parcelOf(booking), shipping);
    }
    if (failure.error === 'CarrierUnavailable') {
      throw new ShippingImpossibleError(`The carrier was unavailable for order ${orderId}; no parcel is booked.`);
    }
    throw new ParcelNotBookedError(`No parcel is booked for order ${orderId}.`);
  },
  RESOLVE_PAYLOAD_SCHEMA,
);
