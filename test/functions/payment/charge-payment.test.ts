import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as refundPayment } from '../../../functions/payment/refund-payment.ts';
import { ENVIRONMENT } from '../../../core/environment.ts';
import { ORDER_ID } from '../../orders.ts';
import { PAYMENT_KEY, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
afterEach(() => saga.close());

async function givenReservedOrder(paymentToken = 'tok_visa'): Promise<void> {
  saga = await sagaUnderTest({ paymentToken });
  await saga.invoke(reserveInventory);
  saga.tables.sdk.resetHistory();
}

test('given a good token, then the total is charged once and the order is PAYMENT_CONFIRMED', async () => {
  await givenReservedOrder();
  expect(await saga.invoke(chargePayment)).toEqual({ orderId: ORDER_ID, outcome: 'CHARGED' });

  expect(await saga.intent()).toMatchObject({ status: 'SUCCEEDED', chargedMinor: 3480, refundedMinor: 0 });
  const order = await saga.order();
  expect(order).toMatchObject({ status: 'PAYMENT_CONFIRMED', version: 3 });
  expect(order.payment).toMatchObject({ status: 'CHARGED', chargedMinor: 3480, key: PAYMENT_KEY });
  expect((await saga.events())[2]).toMatchObject({
    type: 'PaymentConfirmed',
    data: { charged: { amountMinor: 3480, currency: 'EUR' } },
  });
});

test('costs one read, one write of the provider and one transaction', async () => {
  await givenReservedOrder();
  await saga.invoke(chargePayment);
  expect(saga.tables.calls()).toEqual(['GetCommand', 'PutCommand', 'TransactWriteCommand']);
});

test('given invocations again and at once, then the customer pays once', async () => {
  await givenReservedOrder();
  const outcomes = await Promise.all([saga.invoke(chargePayment), saga.invoke(chargePayment)]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['CHARGED', 'CHARGED']);
  saga.tables.sdk.resetHistory();
  expect(await saga.invoke(chargePayment)).toMatchObject({ outcome: 'CHARGED' });
  expect(saga.tables.calls()).toEqual(['GetCommand']);
  expect(await saga.intent()).toMatchObject({ chargedMinor: 3480 });
  expect(await saga.order()).toMatchObject({ version: 3 });
});

test.each([
  ['tok_declined', 'card_declined'],
  ['tok_insufficient_funds', 'insufficient_funds'],
  ['tok_nobody_knows', 'invalid_payment_token'],
])('given %s, then PaymentDeclined with the code %s, now and ever after', async (token, code) => {
  await givenReservedOrder(token);
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'PaymentDeclined', message: code });
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'PaymentDeclined', message: code });
  expect(await saga.intent()).toMatchObject({ status: 'DECLINED', chargedMinor: 0, declineCode: code });
  expect(await saga.order()).toMatchObject({ status: 'INVENTORY_RESERVED', version: 2 });
});

test('given tok_flaky, then the gateway is unavailable twice and charges at the third attempt', async () => {
  await givenReservedOrder('tok_flaky');
  const unavailable = { name: 'PaymentGatewayUnavailable', retryable: true };
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject(unavailable);
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject(unavailable);
  expect(await saga.invoke(chargePayment)).toMatchObject({ outcome: 'CHARGED' });
  expect(await saga.intent()).toMatchObject({ status: 'SUCCEEDED', attempts: 2, chargedMinor: 3480 });
});

test('given tok_unavailable, then it never charges', async () => {
  await givenReservedOrder('tok_unavailable');
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'PaymentGatewayUnavailable' });
  }
  expect(await saga.intent()).toMatchObject({ status: 'CREATED', attempts: 4, chargedMinor: 0 });
});

test('given a success rate of 0, then a good token is declined too', async () => {
  await givenReservedOrder();
  process.env[ENVIRONMENT.paymentSuccessRate] = '0';
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'PaymentDeclined', message: 'do_not_honor' });
});

test('given that the saga has gone back already, then a late invocation charges nothing', async () => {
  await givenReservedOrder();
  await saga.invoke(refundPayment);
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'ProviderConflict' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED', chargedMinor: 0 });
});

test('given a provider that the house does not know, then the error names those that it knows', async () => {
  await givenReservedOrder();
  process.env[ENVIRONMENT.paymentProvider] = 'stripe';
  await expect(saga.invoke(chargePayment)).rejects.toThrow('PAYMENT_PROVIDER is "stripe"; known are: sandbox.');
});

test('logs neither the token nor the customer', async () => {
  await givenReservedOrder('tok_flaky');
  await expect(saga.invoke(chargePayment)).rejects.toThrow();
  expect(saga.logs.lines().at(-1)).toMatchObject({ level: 'WARN', step: 'ChargePayment', orderId: ORDER_ID });
  expect(saga.logs.text()).not.toMatch(/Ada|example\.com|St James|tok_/);
});
