import { bookingKey } from '../../../core/item-keys.ts';
import { shipmentKeyOf } from '../../../core/ids.ts';
import type { Order } from '../../../core/order.ts';
import { orderItem } from '../../../core/order-item.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as shipOrder } from '../../../functions/shipment/ship-order.ts';
import { ORDER_ID, submission } from '../../orders.ts';
import { SHIPMENT_KEY, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

const SECOND_KEY = shipmentKeyOf(ORDER_ID, 2);

let saga: SagaUnderTest;
afterEach(() => saga.close());

const secondBooking = () => saga.tables.get<Record<string, unknown>>('Shipments', bookingKey(SECOND_KEY));

/** An order that staff have sent to ShipOrder another time, after a first one that failed as its postal code has it. */
async function givenSecondVisit(postalCode: string, decided: Partial<Order> = {}): Promise<void> {
  saga = await sagaUnderTest({ shippingAddress: { ...submission().shippingAddress, postalCode } });
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  await expect(saga.invoke(shipOrder)).rejects.toThrow();
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), visits: { ShipOrder: 2 }, ...decided }));
}

test('given that none was booked before, then the first key is closed, and a parcel booked under the second', async () => {
  await givenSecondVisit('00001');
  // The carrier is away once for each key.
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'CarrierUnavailable' });
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
  expect(await secondBooking()).toMatchObject({ status: 'BOOKED' });
  expect((await saga.order()).shipment).toMatchObject({ key: SECOND_KEY });
});

test('given that one was booked before after all, then that parcel counts, and the second key is not used', async () => {
  await givenSecondVisit('00004');
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  expect((await saga.order()).shipment).toMatchObject({ key: SHIPMENT_KEY });
  expect(await secondBooking()).toBeUndefined();
});

test('given that the goods of the visit before are fenced off, then no late invocation of it takes them', async () => {
  await givenSecondVisit('00000');
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'CarrierUnavailable' });
  expect(await saga.hold()).toMatchObject({ status: 'HELD', fence: 2 });
});

test('given a parcel that staff handed over, then it is recorded, and one that was booked besides is called off', async () => {
  await givenSecondVisit('00004', { manualShipment: { carrier: 'Courier', trackingNumber: 'C-1' } });
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  const { shipment, hold } = await saga.order();
  expect(shipment).toEqual({ key: SECOND_KEY, carrier: 'Courier', trackingNumber: 'C-1', manual: true });
  expect(hold).toBe('COMMITTED');
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
  expect(await secondBooking()).toBeUndefined();
  expect((await saga.events()).at(-1)).toMatchObject({ type: 'OrderShipped', data: { manual: true } });
});

test('given that the parcel of staff is the one that was booked, then it is that one, with its day', async () => {
  await givenSecondVisit('00004');
  const { parcel } = (await saga.booking()) as { parcel: { carrier: string; trackingNumber: string } };
  const manualShipment = { carrier: parcel.carrier, trackingNumber: parcel.trackingNumber };
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), manualShipment }));
  await saga.invoke(shipOrder);
  const { shipment } = await saga.order();
  expect(shipment).toMatchObject({ key: SHIPMENT_KEY, trackingNumber: parcel.trackingNumber });
  expect(shipment?.estimatedDelivery).toBeDefined();
  expect(await saga.booking()).toMatchObject({ status: 'BOOKED' });
});

test('given that the parcel before was recorded late, then there is nothing to do', async () => {
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  await saga.invoke(shipOrder);
  const shipped = { ...(await saga.order()), visits: { ShipOrder: 2 } };
  await saga.tables.put('Orders', orderItem(shipped));
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  expect(await saga.order()).toEqual(shipped);
  expect(await secondBooking()).toBeUndefined();
});
