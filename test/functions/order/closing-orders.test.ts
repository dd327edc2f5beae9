import { handler as closeOrder } from '../../../functions/order/close-order.ts';
import { handler as completeOrder } from '../../../functions/order/complete-order.ts';
import { handler as releaseInventory } from '../../../functions/inventory/release-inventory.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as refundPayment } from '../../../functions/payment/refund-payment.ts';
import { handler as shipOrder } from '../../../functions/shipment/ship-order.ts';
import { ORDER_ID } from '../../orders.ts';
import { PAYLOAD, type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';

let saga: SagaUnderTest;
beforeEach(async () => (saga = await sagaUnderTest()));
afterEach(() => saga.close());

const closing = (status: string, reason: string, detail?: string) => ({
  ...PAYLOAD,
  closing: { status, reason, ...(detail && { detail }) },
});

async function given(...steps: unknown[]): Promise<void> {
  for (const step of steps) await saga.invoke(step);
}

describe('CompleteOrder', () => {
  test('ends a shipped order, once, with one read and one transaction', async () => {
    await given(reserveInventory, chargePayment, shipOrder);
    saga.tables.sdk.resetHistory();
    expect(await saga.invoke(completeOrder)).toEqual({ orderId: ORDER_ID, outcome: 'COMPLETED' });
    expect(saga.tables.calls()).toEqual(['GetCommand', 'TransactWriteCommand']);
    expect(await saga.invoke(completeOrder)).toEqual({ orderId: ORDER_ID, outcome: 'COMPLETED' });
    expect(await saga.order()).toMatchObject({ status: 'COMPLETED', version: 6 });
  });

  test('does not end an order that was not shipped', async () => {
    await expect(saga.invoke(completeOrder)).rejects.toMatchObject({ name: 'IllegalTransition' });
  });
});

describe('CloseOrder', () => {
  test('rejects an order for which there was not enough stock', async () => {
    const payload = closing('REJECTED', 'InsufficientStock', 'MUG-BLUE');
    expect(await saga.invoke(closeOrder, payload)).toEqual({ orderId: ORDER_ID, outcome: 'REJECTED' });
    expect(await saga.invoke(closeOrder, payload)).toEqual({ orderId: ORDER_ID, outcome: 'REJECTED' });
    expect(await saga.order()).toMatchObject({
      status: 'REJECTED',
      version: 2,
      failure: { reason: 'InsufficientStock', detail: 'MUG-BLUE' },
    });
  });

  test('fails the payment of an order whose charge was declined', async () => {
    await given(reserveInventory, releaseInventory);
    const payload = closing('PAYMENT_FAILED', 'PaymentDeclined', 'insufficient_funds');
    expect(await saga.invoke(closeOrder, payload)).toMatchObject({ outcome: 'PAYMENT_FAILED' });
    expect(await saga.order()).toMatchObject({ payment: { status: 'DECLINED', declineCode: 'insufficient_funds' } });
  });

  test('cancels an order that could not be shipped', async () => {
    await given(reserveInventory, chargePayment, refundPayment, releaseInventory);
    expect(await saga.invoke(closeOrder, closing('CANCELLED', 'CarrierUnavailable'))).toMatchObject({
      outcome: 'CANCELLED',
    });
    expect((await saga.events()).at(-1)).toMatchObject({
      type: 'OrderCancelled',
      data: { reason: 'CarrierUnavailable' },
    });
  });

  test('cancels, too, an order whose charge was recorded while its answer was lost', async () => {
    await given(reserveInventory, chargePayment, refundPayment, releaseInventory);
    expect(await saga.invoke(closeOrder, closing('PAYMENT_FAILED', 'States.Timeout'))).toMatchObject({
      outcome: 'CANCELLED',
    });
  });

  test.each([
    ['stock', [reserveInventory]],
    ['money', [reserveInventory, chargePayment, releaseInventory]],
  ])('refuses to end an order that still holds %s', async (_, steps) => {
    await given(...steps);
    await expect(saga.invoke(closeOrder, closing('CANCELLED', 'CarrierUnavailable'))).rejects.toMatchObject({
      name: 'IllegalTransition',
    });
  });

  test('names what is wrong with its payload', async () => {
    await expect(saga.invoke(closeOrder, PAYLOAD)).rejects.toMatchObject({
      name: 'InvalidPayload',
      message: 'closing is missing; it must be how the order ends.',
    });
    await expect(saga.invoke(closeOrder, closing('COMPLETED', ''))).rejects.toMatchObject({
      message:
        'closing.status must be REJECTED, PAYMENT_FAILED or CANCELLED; closing.reason must be the name of the error that led here.',
    });
  });
});
