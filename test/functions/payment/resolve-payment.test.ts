import { orderItem } from '../../../core/order-item.ts';
import { eventKey } from '../../../core/item-keys.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as resolvePayment } from '../../../functions/payment/resolve-payment.ts';
import { ORDER_ID } from '../../orders.ts';
import { resolving } from '../intervention/payloads.ts';
import { PAYMENT_KEY, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
afterEach(() => saga.close());

const PAYLOAD = resolving('ChargePayment', 'PaymentOutcomeUnknown');
const resolve = () => saga.invoke(resolvePayment, PAYLOAD);

/** An order whose charge got no answer. */
async function givenLostAnswer(paymentToken: string): Promise<void> {
  saga = await sagaUnderTest({ paymentToken });
  await saga.invoke(reserveInventory);
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'PaymentOutcomeUnknown', retryable: false });
  saga.tables.sdk.resetHistory();
}

test('given a charge whose answer was lost, then it counts as if ChargePayment had returned', async () => {
  await givenLostAnswer('tok_timeout_charged');
  expect(await resolve()).toEqual({ orderId: ORDER_ID, outcome: 'CHARGED' });
  expect(saga.tables.calls()).toEqual(['GetCommand', 'GetCommand', 'TransactWriteCommand']);

  const order = await saga.order();
  expect(order).toMatchObject({ status: 'PAYMENT_CONFIRMED', payment: { status: 'CHARGED', key: PAYMENT_KEY } });
  expect(order.steps.ChargePayment).toMatchObject({ outcome: 'CHARGED' });
  expect((await saga.events())[2]).toMatchObject({ causationId: `${ORDER_ID}-1/ResolvePayment#1` });
  expect(await resolve()).toMatchObject({ outcome: 'CHARGED' });
  expect(await saga.invoke(chargePayment)).toMatchObject({ outcome: 'CHARGED' });
  expect(await saga.order()).toMatchObject({ version: 3 });
});

test('given that nothing was charged, then PaymentNotCharged, and the key is closed for ever', async () => {
  await givenLostAnswer('tok_timeout_uncharged');
  await expect(resolve()).rejects.toMatchObject({ name: 'PaymentNotCharged', business: true });
  await expect(resolve()).rejects.toMatchObject({ name: 'PaymentNotCharged' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED', chargedMinor: 0 });
  expect(await saga.order()).toMatchObject({ version: 2 });
});

test('given a charge that arrives when its intent is closed, then it bounces, and the ledger says so', async () => {
  await givenLostAnswer('tok_timeout_late');
  expect(await saga.intent()).toMatchObject({ status: 'CREATED', chargedMinor: 0 });
  await expect(resolve()).rejects.toMatchObject({ name: 'PaymentNotCharged' });
  expect(await saga.intent()).toMatchObject({ status: 'CANCELLED', chargedMinor: 0, bounced: 1 });
});

test('given a provider that was never reached, then its key is closed unheard of', async () => {
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await expect(resolve()).rejects.toMatchObject({ name: 'PaymentNotCharged' });
  await expect(saga.invoke(chargePayment)).rejects.toMatchObject({ name: 'ProviderConflict' });
});

test('given a provider that does not even answer a lookup, then that can be retried, and nothing is closed', async () => {
  await givenLostAnswer('tok_silent');
  await expect(resolve()).rejects.toMatchObject({ name: 'PaymentGatewayUnavailable', retryable: true });
  expect(await saga.intent()).toMatchObject({ status: 'SUCCEEDED' });
});

test('given a cancellation, then OrderCancelled: the compensation closes the key', async () => {
  await givenLostAnswer('tok_timeout_charged');
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), cancelRequested: true }));
  await expect(resolve()).rejects.toMatchObject({ name: 'OrderCancelled' });
  expect(saga.tables.calls()).toEqual(['GetCommand']);
});

test('given a charge that is recorded at the same moment, then it is recorded once', async () => {
  await givenLostAnswer('tok_timeout_charged');
  const outcomes = await Promise.all([resolve(), resolve()]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['CHARGED', 'CHARGED']);
  expect(await saga.tables.get('Orders', eventKey(ORDER_ID, 4))).toBeUndefined();
});
