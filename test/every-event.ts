import { applyChange, type ChangedOrder, type OrderChange } from '../core/order-change.ts';
import type { OrderEvent } from '../core/events.ts';
import { paymentKeyOf, shipmentKeyOf } from '../core/ids.ts';
import type { StepName } from '../core/saga-steps.ts';
import { newOrder, ORDER_ID } from './orders.ts';

const total = { amountMinor: 3480, currency: 'EUR' };
const paymentKey = paymentKeyOf(ORDER_ID, 1);
const shipmentKey = shipmentKeyOf(ORDER_ID, 1);
const items = newOrder().order.items.map(({ sku, quantity }) => ({ sku, quantity }));

const RESERVED: OrderChange = { type: 'InventoryReserved', details: { items } };
const RELEASED: OrderChange = { type: 'InventoryReleased', details: { items } };
const PAID: OrderChange = { type: 'PaymentConfirmed', details: { paymentKey, charged: total } };
const REFUNDED: OrderChange = { type: 'PaymentRefunded', details: { paymentKey, refunded: total } };
const CLAIMED: OrderChange = { type: 'FulfillmentStarted', details: { shipmentKey } };
const SHIPPED: OrderChange = {
  type: 'OrderShipped',
  details: {
    shipmentKey,
    carrier: 'Sandbox Post',
    trackingNumber: 'SP1',
    estimatedDelivery: '2026-11-24T12:00:00.000Z',
  },
};
const STUCK: OrderChange = {
  type: 'ManualInterventionRequired',
  details: { intervention: 1, failedStep: 'ShipOrder' },
  failure: { reason: 'CarrierUnavailable' },
};

/** Lives of orders, one for each way that the saga can take. */
const LIVES: readonly (readonly OrderChange[])[] = [
  [RESERVED, PAID, CLAIMED, SHIPPED, { type: 'OrderCompleted', details: { total } }],
  [{ type: 'OrderRejected', details: {}, failure: { reason: 'InsufficientStock', detail: 'MUG-BLUE, NOTEBOOK-A5' } }],
  [
    RESERVED,
    RELEASED,
    { type: 'PaymentFailed', details: {}, failure: { reason: 'PaymentDeclined', detail: 'insufficient_funds' } },
  ],
  [
    RESERVED,
    PAID,
    CLAIMED,
    REFUNDED,
    RELEASED,
    { type: 'OrderCancelled', details: {}, failure: { reason: 'CarrierUnavailable' } },
  ],
  [
    { type: 'CancellationRequested', details: {} },
    { type: 'OrderCancelled', details: {} },
  ],
  [
    RESERVED,
    PAID,
    STUCK,
    { type: 'ManualInterventionResolved', details: { intervention: 1, decision: 'RETRY' }, to: 'PAYMENT_CONFIRMED' },
  ],
];

/** Every kind of event, made by the core's own hand. */
export function everyEvent(): OrderEvent[] {
  const step: { name: StepName; visit: number; outcome: string } = { name: 'ShipOrder', visit: 1, outcome: 'done' };
  const context = { now: '2026-11-20T13:00:01.000Z', causationId: `${ORDER_ID}-1/ShipOrder#1`, step };
  return LIVES.flatMap((changes) => {
    let current: ChangedOrder = newOrder();
    return [current.event, ...changes.map((change) => (current = applyChange(current.order, change, context)).event)];
  });
}
