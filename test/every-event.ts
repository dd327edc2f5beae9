import { applyChange, type ChangedOrder, type OrderChange } from '../core/order-change.ts';
import type { OrderEvent } from '../core/events.ts';
import { shipmentKeyOf } from '../core/ids.ts';
import type { Decision } from '../core/intervention.ts';
import type { StepName } from '../core/saga-steps.ts';
import { SAMPLE_CHANGES } from './order-changes.ts';
import { newOrder, ORDER_ID } from './orders.ts';

const {
  InventoryReserved: RESERVED,
  InventoryReleased: RELEASED,
  PaymentConfirmed: PAID,
  PaymentRefunded: REFUNDED,
  FulfillmentStarted: CLAIMED,
  OrderShipped: SHIPPED,
  OrderCompleted: COMPLETED,
  CancellationRequested: CANCEL,
  ManualInterventionRequired: STUCK,
  ManualInterventionEscalated: ESCALATED,
} = SAMPLE_CHANGES;

const decided = (decision: Decision, details: object = {}): OrderChange => ({
  ...SAMPLE_CHANGES.ManualInterventionResolved,
  details: { intervention: 1, decision, decidedBy: 'person' },
  resolution: { decision, failedStep: 'ShipOrder', ...details },
});

/** Lives of orders, one for each way that the saga can take. */
const LIVES: readonly (readonly OrderChange[])[] = [
  [RESERVED, PAID, CLAIMED, SHIPPED, COMPLETED, SAMPLE_CHANGES.ShipmentUpdated],
  [{ type: 'OrderRejected', details: {}, failure: { reason: 'InsufficientStock', detail: 'MUG-BLUE, NOTEBOOK-A5' } }],
  [
    RESERVED,
    RELEASED,
    { type: 'PaymentFailed', details: {}, failure: { reason: 'PaymentDeclined', detail: 'insufficient_funds' } },
  ],
  [RESERVED, PAID, CLAIMED, REFUNDED, RELEASED, SAMPLE_CHANGES.OrderCancelled],
  [CANCEL, { type: 'OrderCancelled', details: {} }],
  [RESERVED, PAID, CLAIMED, STUCK, ESCALATED, decided('RETRY'), SHIPPED],
  [
    RESERVED,
    PAID,
    CLAIMED,
    STUCK,
    decided('SHIPPED_MANUALLY', { carrier: 'Courier', trackingNumber: 'C-1' }),
    {
      type: 'OrderShipped',
      details: { shipmentKey: shipmentKeyOf(ORDER_ID, 2), carrier: 'Courier', trackingNumber: 'C-1', manual: true },
    },
  ],
  [RESERVED, PAID, STUCK, decided('MARK_REFUNDED'), { ...REFUNDED, details: { ...REFUNDED.details, outside: true } }],
  [RESERVED, PAID, STUCK, decided('WRITE_OFF'), SAMPLE_CHANGES.PaymentWrittenOff],
  [RESERVED, PAID, STUCK, CANCEL, decided('REFUND_AND_CANCEL')],
  [RESERVED, SAMPLE_CHANGES.SagaRestarted],
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
