import { shipmentKeyOf } from '../../core/ids.ts';
import type { Order } from '../../core/order.ts';
import type { Carrier } from '../../core/ports.ts';
import { type Parcel, parcelOf } from './record-shipment.ts';
import { shipmentKeysOf } from './shipment-keys.ts';

/**
 * The parcel that staff handed over, if they did. Any that was booked besides is called off, unless it is that very parcel.
 * The visits before must have been fenced off: a parcel of theirs that is called off here must not be recorded as sent.
 */
export async function parcelOfStaff(shipper: Carrier, order: Order, visit: number): Promise<Parcel | undefined> {
  if (!order.manualShipment) return undefined;
  const { carrier, trackingNumber } = order.manualShipment;
  for (const key of shipmentKeysOf(order, visit - 1)) {
    const booking = await shipper.ruleOut(key);
    if (booking.status !== 'BOOKED') continue;
    if (booking.parcel?.trackingNumber === trackingNumber) return parcelOf(booking);
    await shipper.cancel(key);
  }
  return { shipmentKey: shipmentKeyOf(order.orderId, visit), carrier, trackingNumber, manual: true };
}
