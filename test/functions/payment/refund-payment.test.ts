import { eventKey } from '../../../core/item-keys.ts';
import { orderItem } from '../../../core/order-item.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as refundPayment } from '../../../functions/payment/refund-payment.ts';
import { handler as shipOrder } from '../../../functions/shipment/ship-order.ts';
import { submission, ORDER_ID } from '../../orders.ts';
import { type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
afterEach(() => saga.close());

async function givenOrder(overrides: Parameters<typeof sagaUnderTest>[0] = {}): Promise<void> {
  saga = await sagaUnderTest(overrides);
  await saga.invoke(reserveInventory);
}

test('given a charge, then all of it is given back once, and the order and an event say so', async () => {
  await givenOrder();
  await saga.invoke(chargePayment);
  expect(await saga.invoke(refundPayment)).toEqual({ orderId: ORDER_ID, outcome: 'REFUNDED' });
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });

  expect(await saga.intent()).toMatchObject({ status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 3480 });
  const order = await saga.order();
  expect(order.payment).toMatchObject({ status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 3480 });
  expect(order).toMatchObject({ status: 'PAYMENT_CONFIRMED', version: 4 });
  expect((await saga.events())[3]).toMatchObject({
    type: 'PaymentRefunded',
    data: { refunded: { amountMinor: 3480 } },
  });
});

test('given two refunds at once, then the money goes back once', async () => {
  await givenOrder();
  await saga.invoke(chargePayment);
  const outcomes = await Promise.allSettled([saga.invoke(refundPayment), saga.invoke(refundPayment)]);
  expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });
  expect(await saga.intent()).toMatchObject({ refundedMinor: 3480 });
  expect(await saga.order()).toMatchObject({ version: 4 });
});

test('given a charge whose answer was lost, then it is found at the provider and given back', async () => {
  await givenOrder();
  const before = await saga.order();
  await saga.invoke(chargePayment);
  // The order as it was before the charge was recorded: as if the function had died between the two writes.
  await saga.tables.put('Orders', orderItem(before));
  await saga.tables.remove('Orders', eventKey(ORDER_ID, 3));

  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });
  expect(await saga.intent()).toMatchObject({ status: 'REFUNDED', refundedMinor: 3480 });
  expect((await saga.order()).payment).toMatchObject({ status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 3480 });
});

test('given that nothing was charged, then the key is closed at the provider, without an event', async () => {
  await givenOrder({ paymentToken: 'tok_unavailable' });
  await expect(saga.invoke(chargePayment)).rejects.toThrow();
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'NOTHING_CHARGED' });
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'NOTHING_CHARGED' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED', chargedMinor: 0, refundedMinor: 0 });
  expect(await saga.order()).toMatchObject({ version: 2, payment: { status: 'NOT_CHARGED' } });
});

test('given a declined payment, then it stays declined', async () => {
  await givenOrder({ paymentToken: 'tok_declined' });
  await expect(saga.invoke(chargePayment)).rejects.toThrow();
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'NOTHING_CHARGED' });
  expect(await saga.intent()).toMatchObject({ status: 'DECLINED' });
});

test('given a charge at the same moment, then the customer has not paid in the end', async () => {
  await givenOrder();
  await Promise.allSettled([saga.invoke(chargePayment), saga.invoke(refundPayment)]);
  await saga.invoke(refundPayment);
  const { chargedMinor, refundedMinor } = (await saga.intent()) as { chargedMinor: number; refundedMinor: number };
  expect(chargedMinor - refundedMinor).toBe(0);
});

test('given an order whose shipping was claimed, then the parcel is called off before the money goes back', async () => {
  await givenOrder({ shippingAddress: { ...submission().shippingAddress, postalCode: '00000' } });
  await saga.invoke(chargePayment);
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'CarrierUnavailable' });
  await saga.invoke(refundPayment);
  expect(await saga.booking()).toMatchObject({ status: 'CANCELLED' });
  await expect(saga.invoke(shipOrder)).rejects.toMatchObject({ name: 'ProviderConflict' });
});

test('given that the parcel has gone out, then OrderAlreadyShipped, and the payment stays', async () => {
  await givenOrder();
  await saga.invoke(chargePayment);
  await saga.invoke(shipOrder);
  await expect(saga.invoke(refundPayment)).rejects.toMatchObject({ name: 'OrderAlreadyShipped', business: true });
  expect(await saga.intent()).toMatchObject({ status: 'SUCCEEDED', refundedMinor: 0 });
  expect(await saga.booking()).toMatchObject({ status: 'BOOKED' });
});
