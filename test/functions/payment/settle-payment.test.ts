import { jest } from '@jest/globals';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Settlement } from '../../../core/order.ts';
import { orderItem } from '../../../core/order-item.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as refundPayment } from '../../../functions/payment/refund-payment.ts';
import { SandboxPaymentProvider } from '../../../functions/payment/providers/sandbox-payment-provider.ts';
import { PaymentGatewayUnavailableError } from '../../../core/errors.ts';
import { PAYMENT_KEY, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
afterEach(async () => {
  jest.restoreAllMocks();
  await saga.close();
});

const OUTSIDE: Settlement = { kind: 'REFUNDED_OUTSIDE' };
const WRITTEN_OFF: Settlement = { kind: 'WRITTEN_OFF' };

/** An order whose payment staff have settled. */
async function givenSettled(settlement: Settlement, paymentToken = 'tok_visa'): Promise<void> {
  saga = await sagaUnderTest({ paymentToken });
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment).catch(() => undefined);
  const order = await saga.order();
  const payment = { ...order.payment, settlement };
  await saga.tables.put('Orders', orderItem({ ...order, cancelRequested: true, payment }));
}

function givenSilentProvider(): void {
  const silent = () => Promise.reject(new PaymentGatewayUnavailableError('away'));
  jest.spyOn(SandboxPaymentProvider.prototype, 'cancel').mockImplementation(silent);
}

test('given MARK_REFUNDED, then the provider gives back nothing more, and the order and an event say who did', async () => {
  await givenSettled(OUTSIDE);
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });
  expect(await saga.intent()).toMatchObject({ status: 'SUCCEEDED', refundedMinor: 0 });
  expect((await saga.order()).payment).toMatchObject({
    ...{ status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 0, refundedOutsideMinor: 3480 },
  });
  expect((await saga.events()).at(-1)).toMatchObject({
    type: 'PaymentRefunded',
    data: { outside: true, refunded: { amountMinor: 3480 } },
  });
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });
});

test('given WRITE_OFF, then that is recorded as such', async () => {
  await givenSettled(WRITTEN_OFF);
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'WRITTEN_OFF' });
  expect((await saga.order()).payment).toMatchObject({ status: 'WRITTEN_OFF', writtenOffMinor: 3480 });
  expect((await saga.events()).at(-1)).toMatchObject({ type: 'PaymentWrittenOff' });
});

test('given that the provider has refunded before, then that counts, and not what staff say', async () => {
  await givenSettled(OUTSIDE);
  await new SandboxPaymentProvider().refund(PAYMENT_KEY, `${PAYMENT_KEY}#refund`, 3480);
  await saga.invoke(refundPayment);
  const { payment } = await saga.order();
  expect(payment).toMatchObject({ refundedMinor: 3480 });
  expect(payment.refundedOutsideMinor).toBeUndefined();
});

test('given that the provider says nothing was charged, then there is nothing to settle', async () => {
  await givenSettled(OUTSIDE, 'tok_unavailable');
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'NOTHING_CHARGED' });
  expect((await saga.order()).payment).toMatchObject({ status: 'NOT_CHARGED' });
});

describe('given a provider that is silent', () => {
  test('then without staff it is waited for', async () => {
    saga = await sagaUnderTest();
    await saga.invoke(reserveInventory);
    givenSilentProvider();
    await expect(saga.invoke(refundPayment)).rejects.toMatchObject({ name: 'PaymentGatewayUnavailable' });
  });

  test('then the word of staff counts: the amount that they name, or the total', async () => {
    await givenSettled({ ...OUTSIDE, amountMinor: 1000 }, 'tok_silent');
    givenSilentProvider();
    await saga.invoke(refundPayment);
    expect((await saga.order()).payment).toMatchObject({ chargedMinor: 1000, refundedOutsideMinor: 1000 });
  });

  test('then what the order knows was charged counts more: otherwise it could never end', async () => {
    await givenSettled({ ...WRITTEN_OFF, amountMinor: 1000 });
    givenSilentProvider();
    await saga.invoke(refundPayment);
    expect((await saga.order()).payment).toMatchObject({ chargedMinor: 3480, writtenOffMinor: 3480 });
  });

  test('then staff who know that nothing was charged may say so', async () => {
    await givenSettled({ ...OUTSIDE, amountMinor: 0 }, 'tok_silent');
    givenSilentProvider();
    expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'NOTHING_CHARGED' });
  });
});

test('given a refund that an earlier visit recorded unheard of, then another visit finds it', async () => {
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  await saga.invoke(refundPayment);
  await saga.tables.put('Orders', orderItem({ ...(await saga.order()), visits: { RefundPayment: 2 } }));
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'REFUNDED' });
  expect(await saga.order()).toMatchObject({ version: 4 });
});

test('given an order that was never reserved, then no provider is asked: it cannot have been charged', async () => {
  saga = await sagaUnderTest();
  saga.tables.sdk.resetHistory();
  expect(await saga.invoke(refundPayment)).toMatchObject({ outcome: 'NOTHING_CHARGED' });
  expect(saga.tables.sdk.commandCalls(UpdateCommand)).toEqual([]);
});
