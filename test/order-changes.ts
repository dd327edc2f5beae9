import { applyChange, type ChangeContext, type OrderChange } from '../core/order-change.ts';
import type { Order } from '../core/order.ts';
import { paymentKeyOf, shipmentKeyOf } from '../core/ids.ts';
import { DECISIONS_BY_STEP } from '../core/intervention.ts';
import type { EventType } from '../core/lifecycle.ts';
import { newOrder, ORDER_ID } from './orders.ts';

const total = { amountMinor: 3480, currency: 'EUR' };
const paymentKey = paymentKeyOf(ORDER_ID, 1);
const shipmentKey = shipmentKeyOf(ORDER_ID, 1);
/** A week after the change that calls people. */
const DEADLINE = '2026-11-27T13:00:01.000Z';
const items = newOrder().order.items.map(({ sku, quantity }) => ({ sku, quantity }));

/** One change of each type, as it would be made to the order of `newOrder()`. */
export const SAMPLE_CHANGES: { readonly [Type in OrderChange['type']]: OrderChange & { type: Type } } = {
  InventoryReserved: { type: 'InventoryReserved', details: { items } },
  PaymentConfirmed: { type: 'PaymentConfirmed', details: { paymentKey, charged: total } },
  FulfillmentStarted: { type: 'FulfillmentStarted', details: { shipmentKey } },
  OrderShipped: {
    type: 'OrderShipped',
    details: {
      shipmentKey,
      carrier: 'Sandbox Parcel',
      trackingNumber: 'SBX1',
      estimatedDelivery: '2026-11-23T13:00:00.000Z',
    },
  },
  OrderCompleted: { type: 'OrderCompleted', details: { total } },
  OrderRejected: { type: 'OrderRejected', details: {}, failure: { reason: 'InsufficientStock', detail: 'MUG-BLUE' } },
  PaymentFailed: {
    type: 'PaymentFailed',
    details: {},
    failure: { reason: 'PaymentDeclined', detail: 'card_declined' },
  },
  OrderCancelled: { type: 'OrderCancelled', details: {}, failure: { reason: 'CarrierUnavailable' } },
  PaymentRefunded: { type: 'PaymentRefunded', details: { paymentKey, refunded: total } },
  InventoryReleased: { type: 'InventoryReleased', details: { items } },
  CancellationRequested: { type: 'CancellationRequested', details: {} },
  PaymentWrittenOff: { type: 'PaymentWrittenOff', details: { paymentKey, writtenOff: total } },
  ManualInterventionRequired: {
    type: 'ManualInterventionRequired',
    details: {
      intervention: 1,
      failedStep: 'ShipOrder',
      interventionReason: 'SHIPPING_IMPOSSIBLE',
      allowedDecisions: DECISIONS_BY_STEP.ShipOrder,
      deadline: DEADLINE,
    },
    failure: { reason: 'CarrierUnavailable' },
  },
  ManualInterventionEscalated: {
    type: 'ManualInterventionEscalated',
    details: { intervention: 1, escalation: 1, deadline: '2026-12-04T13:00:01.000Z' },
  },
  ManualInterventionResolved: {
    type: 'ManualInterventionResolved',
    details: { intervention: 1, decision: 'RETRY', decidedBy: 'person' },
    to: 'PAYMENT_CONFIRMED',
    resolution: { decision: 'RETRY', failedStep: 'ShipOrder' },
  },
  SagaRestarted: { type: 'SagaRestarted', details: { run: 2, reason: 'ABORTED' } },
  ShipmentUpdated: { type: 'ShipmentUpdated', details: { deliveryStatus: 'IN_TRANSIT' } },
};

export const LATER = '2026-11-20T13:00:01.000Z';
export const CONTEXT: ChangeContext = { now: LATER, causationId: `${ORDER_ID}-1/Test#1` };

/** The new order after the given changes. */
export function orderAfter(...types: readonly Exclude<EventType, 'OrderCreated'>[]): Order {
  return types.reduce((order, type) => applyChange(order, SAMPLE_CHANGES[type], CONTEXT).order, newOrder().order);
}
