import { applyChange } from '../../core/order-change.ts';
import { orderView } from '../../core/order-view.ts';
import { CONTEXT, orderAfter, SAMPLE_CHANGES } from '../order-changes.ts';
import { newOrder } from '../orders.ts';

test('shows what was bought, paid and sent, but neither the payment token nor keys of providers', () => {
  const order = orderAfter('InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted', 'OrderShipped');
  const view = orderView(order, []);
  expect(view).toMatchObject({
    status: 'SHIPPED',
    total: { amountMinor: 3480, currency: 'EUR' },
    payment: { status: 'CHARGED', chargedMinor: 3480, refundedMinor: 0 },
    shipment: { carrier: 'Sandbox Parcel', trackingNumber: 'SBX1' },
  });
  expect(view.items[0]).toMatchObject({ sku: 'MUG-BLUE', quantity: 2, unitPriceMinor: 1295, lineTotalMinor: 2590 });
  expect(JSON.stringify(view)).not.toMatch(/tok_visa|#pay#|#ship#/);
});

test('says of a payment that nobody knows of that it is unknown, not that there was none', () => {
  const order = orderAfter('InventoryReserved');
  expect(orderView(order, []).payment.status).toBe('NOT_CHARGED');
  expect(orderView({ ...order, status: 'MANUAL_INTERVENTION' }, []).payment.status).toBe('UNKNOWN');
});

test('an order without a parcel has none', () => {
  expect(orderView(newOrder().order, []).shipment).toBeNull();
});

test('tells its events oldest first, each with the status before and after, and the reason', () => {
  const first = newOrder();
  const second = applyChange(first.order, SAMPLE_CHANGES.OrderRejected, CONTEXT);
  expect(orderView(second.order, [second.event, first.event]).timeline).toEqual([
    { type: 'OrderCreated', time: '2026-11-20T13:00:00.000Z', version: 1, statusBefore: null, statusAfter: 'PENDING' },
    {
      type: 'OrderRejected',
      time: '2026-11-20T13:00:01.000Z',
      version: 2,
      statusBefore: 'PENDING',
      statusAfter: 'REJECTED',
      reason: 'InsufficientStock',
      detail: 'MUG-BLUE',
    },
  ]);
});
