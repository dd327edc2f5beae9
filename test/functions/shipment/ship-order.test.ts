import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as refundPayment } from '../../../functions/payment/refund-payment.ts';
import { handler as shipOrder } from '../../../functions/shipment/ship-order.ts';
import { ENVIRONMENT } from '../../../core/environment.ts';
import { submission, ORDER_ID } from '../../orders.ts';
import { type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
afterEach(() => saga.close());

async function givenPaidOrder(postalCode = 'SW1Y 4JH'): Promise<void> {
  saga = await sagaUnderTest({ shippingAddress: { ...submission().shippingAddress, postalCode } });
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  saga.tables.sdk.resetHistory();
}

test('given an ordinary address, then the parcel is booked, the goods are out of stock and the order is SHIPPED', async () => {
  await givenPaidOrder();
  const before = Date.now();
  expect(await saga.invoke(shipOrder)).toEqual({ orderId: ORDER_ID, outcome: 'SHIPPED' });

  const { shipment, ...order } = await saga.order();
  expect(order).toMatchObject({ status: 'SHIPPED', shipping: true, hold: 'COMMITTED', version: 5 });
  expect(shipment).toMatchObject({
    carrier: 'Sandbox Parcel',
    trackingNumber: expect.stringMatching(/^SBX\d{16}$/) as string,
  });
  const deliveryMs = Date.parse(shipment!.estimatedDelivery!) - before;
  expect(Math.round(deliveryMs / 3_600_000)).toBe(72);
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 0, committed: 2 });
  expect(await saga.hold()).toMatchObject({ status: 'COMMITTED' });
  expect((await saga.events()).map(({ type }) => type).slice(3)).toEqual(['FulfillmentStarted', 'OrderShipped']);
});

test('costs one read, the claim, one write of the carrier and one transaction', async () => {
  await givenPaidOrder();
  await saga.invoke(shipOrder);
  expect(saga.tables.calls()).toEqual(['GetCommand', 'TransactWriteCommand', 'UpdateCommand', 'TransactWriteCommand']);
});

test('given invocations again and at once, then there is one parcel and one claim', async () => {
  await givenPaidOrder();
  // Whichever loses the claim goes on behind it: an error would send a good order back.
  const outcomes = await Promise.all([saga.invoke(shipOrder), saga.invoke(shipOrder), saga.invoke(shipOrder)]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['SHIPPED', 'SHIPPED', 'SHIPPED']);
  const { trackingNumber } = (await saga.order()).shipment!;
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  expect((await saga.order()).shipment).toMatchObject({ trackingNumber });
  expect(await saga.order()).toMatchObject({ version: 5 });
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 0, committed: 2 });
});

test('given postal code 00001, then the carrier is unavailable once, and the retry goes on behind the claim', async () => {
  await givenPaidOrder('00001');
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'CarrierUnavailable', retryable: true });
  expect(await saga.order()).toMatchObject({ status: 'PAYMENT_CONFIRMED', shipping: true, version: 4 });
  expect(await saga.invoke(shipOrder)).toMatchObject({ outcome: 'SHIPPED' });
  expect(await saga.order()).toMatchObject({ version: 5 });
});

test.each([
  ['postal code 00000', '00000', '1'],
  ['a success rate of 0', 'SW1Y 4JH', '0'],
])('given %s, then the carrier is never available', async (_, postalCode, rate) => {
  await givenPaidOrder(postalCode);
  process.env[ENVIRONMENT.carrierSuccessRate] = rate;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'CarrierUnavailable' });
  }
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 2, committed: 0 });
});

test('given that the money has gone back, then a late invocation sends nothing', async () => {
  await givenPaidOrder();
  await saga.invoke(refundPayment);
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'IllegalTransition' });
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
});

test('given a refund at the same moment, then the customer has either the money or the parcel', async () => {
  await givenPaidOrder();
  await Promise.allSettled([saga.invoke(shipOrder), saga.invoke(refundPayment)]);
  const shipped = (await saga.order()).status === 'SHIPPED';
  expect(((await saga.intent()) as { refundedMinor: number }).refundedMinor > 0).toBe(!shipped);
});
