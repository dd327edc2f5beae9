import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as resolveShipment } from '../../../functions/shipment/resolve-shipment.ts';
import { handler as shipOrder } from '../../../functions/shipment/ship-order.ts';
import { bookingKey } from '../../../core/item-keys.ts';
import { shipmentKeyOf } from '../../../core/ids.ts';
import { orderItem } from '../../../core/order-item.ts';
import { ORDER_ID, submission } from '../../orders.ts';
import { resolving } from '../intervention/payloads.ts';
import { SHIPMENT_KEY, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
afterEach(() => saga.close());

const resolve = (error: string) => saga.invoke(resolveShipment, resolving('ShipOrder', error));

/** An order whose booking failed, as its postal code has it. */
async function givenFailedBooking(postalCode: string, name: string): Promise<void> {
  saga = await sagaUnderTest({ shippingAddress: { ...submission().shippingAddress, postalCode } });
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name });
}

test('given a parcel whose answer was lost, then it counts as if ShipOrder had returned', async () => {
  await givenFailedBooking('00002', 'ShipmentOutcomeUnknown');
  expect(await resolve('ShipmentOutcomeUnknown')).toEqual({ orderId: ORDER_ID, outcome: 'SHIPPED' });
  expect(await saga.order()).toMatchObject({ status: 'SHIPPED', hold: 'COMMITTED', shipment: { key: SHIPMENT_KEY } });
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 0, committed: 2 });
  expect(await resolve('ShipmentOutcomeUnknown')).toMatchObject({ outcome: 'SHIPPED' });
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  expect(await saga.order()).toMatchObject({ version: 5 });
});

test('given that none is booked, then ParcelNotBooked, and the key is closed for ever', async () => {
  await givenFailedBooking('00003', 'ShipmentOutcomeUnknown');
  await expect(resolve('ShipmentOutcomeUnknown')).rejects.toMatchObject({ name: 'ParcelNotBooked', business: true });
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
});

test('given a carrier that was unavailable for good, then ShippingImpossible: people decide', async () => {
  await givenFailedBooking('00000', 'CarrierUnavailable');
  await expect(resolve('CarrierUnavailable')).rejects.toMatchObject({ name: 'ShippingImpossible', business: true });
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
});

test('given a carrier that does not even answer a lookup, then that can be retried, and nothing is closed', async () => {
  await givenFailedBooking('00004', 'ShipmentOutcomeUnknown');
  await expect(resolve('ShipmentOutcomeUnknown')).rejects.toMatchObject({ name: 'CarrierUnavailable' });
  expect(await saga.booking()).toMatchObject({ status: 'BOOKED' });
});

test('given a parcel of staff that ShipOrder could not record, then it is recorded, and a booked one called off', async () => {
  await givenFailedBooking('00002', 'ShipmentOutcomeUnknown');
  const manualShipment = { carrier: 'Courier', trackingNumber: 'C-1' };
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), visits: { ShipOrder: 2 }, manualShipment }));

  expect(await resolve('States.Timeout')).toMatchObject({ outcome: 'SHIPPED' });
  const { shipment } = await saga.order();
  expect(shipment).toEqual({
    key: shipmentKeyOf(ORDER_ID, 2),
    carrier: 'Courier',
    trackingNumber: 'C-1',
    manual: true,
  });
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
  expect(await saga.tables.get('Shipments', bookingKey(shipmentKeyOf(ORDER_ID, 2)))).toBeUndefined();
});
