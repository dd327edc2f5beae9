import { intentKey } from '../../../core/item-keys.ts';
import { paymentKeyOf } from '../../../core/ids.ts';
import { orderItem } from '../../../core/order-item.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as refundPayment } from '../../../functions/payment/refund-payment.ts';
import { ORDER_ID } from '../../orders.ts';
import { PAYMENT_KEY, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

const SECOND_KEY = paymentKeyOf(ORDER_ID, 2);

let saga: SagaUnderTest;
afterEach(() => saga.close());

const secondIntent = () => saga.tables.get<Record<string, unknown>>('Payments', intentKey(SECOND_KEY));

/** An order that staff have sent to ChargePayment another time. */
async function givenSecondVisit(paymentToken: string, firstError?: string): Promise<void> {
  saga = await sagaUnderTest({ paymentToken });
  await saga.invoke(reserveInventory);
  if (firstError) await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: firstError });
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), visits: { ChargePayment: 2 } }));
}

test('given that nothing was charged before, then the first key is closed, and the second one charged', async () => {
  await givenSecondVisit('tok_visa');
  expect(await saga.invoke(chargePayment)).toMatchObject({ outcome: 'CHARGED' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED', chargedMinor: 0 });
  expect(await secondIntent()).toMatchObject({ status: 'SUCCEEDED', chargedMinor: 3480 });
  expect((await saga.order()).payment).toMatchObject({ status: 'CHARGED', key: SECOND_KEY });
  expect((await saga.order()).steps.ChargePayment).toMatchObject({ visit: 2 });
});

test('given that it was charged before after all, then that charge counts, and the second key is not used', async () => {
  await givenSecondVisit('tok_silent', 'PaymentOutcomeUnknown');
  expect(await saga.invoke(chargePayment)).toMatchObject({ outcome: 'CHARGED' });
  expect(await secondIntent()).toBeUndefined();
  expect((await saga.order()).payment).toMatchObject({ chargedMinor: 3480, key: PAYMENT_KEY });
});

test('given that the charge before was recorded late, then there is nothing to do', async () => {
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), visits: { ChargePayment: 2 } }));
  expect(await saga.invoke(chargePayment)).toMatchObject({ outcome: 'CHARGED' });
  expect(await secondIntent()).toBeUndefined();
  expect(await saga.order()).toMatchObject({ version: 3 });
});

test('given a card that is declined at last, then PaymentDeclined, and the first key is closed', async () => {
  await givenSecondVisit('tok_declined');
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'PaymentDeclined' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED' });
});

test('given a refund behind a second visit, then every key is closed and the one that was charged given back', async () => {
  await givenSecondVisit('tok_visa');
  await saga.invoke(chargePayment);
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED' });
  expect(await secondIntent()).toMatchObject({ status: 'REFUNDED', refundedMinor: 3480 });
});
