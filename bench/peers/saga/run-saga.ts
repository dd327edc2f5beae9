import type { OrderRequest, Status } from './order.ts';
import type { SagaSteps } from './steps.ts';

/** Runs one step durably: once it has returned, it is not run again when the saga is. */
export type RunStep = <T>(name: string, run: () => Promise<T>) => Promise<T>;

/**
 * The saga: seven writes for an order that comes to its good end, each a transaction of its own. Both peers run this very
 * function; what a step is, is theirs. Business outcomes are results, not errors, so that nobody retries them.
 */
export async function runSaga(
  orderId: string,
  request: OrderRequest,
  steps: SagaSteps,
  step: RunStep,
): Promise<Status> {
  const { totalMinor } = await step('CreateOrder', () => steps.createOrder(orderId, request));
  const reserved = await step('ReserveInventory', () => steps.reserveInventory(orderId, request.items));
  if (reserved === 'InsufficientStock') {
    await step('RejectOrder', () => steps.change(orderId, { version: 1, status: 'REJECTED', event: 'OrderRejected' }));
    return 'REJECTED';
  }
  const charged = await step('ChargePayment', () =>
    steps.chargePayment(`${orderId}#pay#1`, orderId, totalMinor, request.payment.token),
  );
  if (charged === 'PaymentDeclined') {
    await step('ReleaseInventory', () => steps.releaseInventory(orderId, request.items));
    await step('FailPayment', () =>
      steps.change(orderId, { version: 3, status: 'PAYMENT_FAILED', event: 'PaymentFailed' }),
    );
    return 'PAYMENT_FAILED';
  }
  await step('ConfirmPayment', () =>
    steps.change(orderId, { version: 2, status: 'PAYMENT_CONFIRMED', event: 'PaymentConfirmed' }),
  );
  const trackingNumber = await step('BookShipment', () => steps.bookShipment(`${orderId}#ship#1`, orderId));
  await step('ShipOrder', () => steps.shipOrder(orderId, request.items, trackingNumber));
  await step('CompleteOrder', () =>
    steps.change(orderId, { version: 4, status: 'COMPLETED', event: 'OrderCompleted' }),
  );
  return 'COMPLETED';
}
