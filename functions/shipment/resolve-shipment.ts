import { ParcelNotBookedError, ShippingImpossibleError } from '../../core/errors.ts';
import { recordedStep } from '../../core/order-change.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { RESOLVE_PAYLOAD_SCHEMA, type ResolvePayload } from '../shared/step-payload.ts';
import { carrier } from './carrier.ts';
import { parcelOf, recordShipment } from './record-shipment.ts';
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
    const recorded = recordedStep(order, shipping.step);
    if (recorded) return recorded.outcome;

    const shipper = carrier();
    for (const key of shipmentKeysOf(order)) {
      const known = await shipper.find(key);
      const booking = known?.status === 'BOOKED' ? known : await shipper.ruleOut(key);
      if (booking.status === 'BOOKED') return recordShipment(store, order, parcelOf(booking), shipping);
    }
    // What staff have shipped by hand is never taken back by the machine.
    if (failure.error === 'CarrierUnavailable' || order.manualShipment) {
      throw new ShippingImpossibleError(`The carrier was unavailable for order ${orderId}; no parcel is booked.`);
    }
    throw new ParcelNotBookedError(`No parcel is booked for order ${orderId}.`);
  },
  RESOLVE_PAYLOAD_SCHEMA,
);
