import { newsIn, withNews } from './delivery.ts';
import type { OrderChange, Resolution } from './order-change.ts';
import { visitOf } from './order-facts.ts';
import type { Failure, Instant, Order, OrderPayment } from './order.ts';
import type { StepName } from './saga-steps.ts';

/** The fields besides the status that a change sets. */
export function effectOf(order: Order, change: OrderChange, now: Instant): Partial<Order> {
  switch (change.type) {
    case 'InventoryReserved':
      return { hold: 'HELD' };
    case 'InventoryReleased':
      return { hold: 'RELEASED' };
    case 'PaymentConfirmed': {
      const { paymentKey, charged } = change.details;
      return { payment: { ...order.payment, status: 'CHARGED', chargedMinor: charged.amountMinor, key: paymentKey } };
    }
    case 'PaymentRefunded': {
      const { paymentKey, refunded, outside = false } = change.details;
      // The charge may not have been recorded (its answer was lost): all that is given back had been charged.
      const chargedMinor = Math.max(order.payment.chargedMinor, refunded.amountMinor);
      const given = outside ? { refundedOutsideMinor: refunded.amountMinor } : { refundedMinor: refunded.amountMinor };
      return { payment: { ...order.payment, status: 'REFUNDED', key: paymentKey, chargedMinor, ...given } };
    }
    case 'PaymentWrittenOff': {
      const { paymentKey, writtenOff } = change.details;
      const chargedMinor = Math.max(order.payment.chargedMinor, writtenOff.amountMinor);
      const writtenOffMinor = writtenOff.amountMinor;
      return { payment: { ...order.payment, status: 'WRITTEN_OFF', key: paymentKey, chargedMinor, writtenOffMinor } };
    }
    case 'FulfillmentStarted':
      return { shipping: true };
    case 'OrderShipped': {
      const { shipmentKey: key, ...parcel } = change.details;
      return { hold: 'COMMITTED', shipment: { key, ...parcel } };
    }
    case 'PaymentFailed':
      return { payment: failedPayment(order, change.failure) };
    case 'CancellationRequested':
      return { cancelRequested: true, ...(change.cancelReason !== undefined && { cancelReason: change.cancelReason }) };
    case 'ManualInterventionRequired':
      return { interventions: change.details.intervention };
    case 'ManualInterventionResolved':
      return change.resolution ? effectOfDecision(order, change.resolution) : {};
    case 'SagaRestarted':
      return { run: change.details.run, restartedAt: now };
    case 'ShipmentUpdated':
      return order.shipment ? { shipment: withNews(order.shipment, { at: now, ...newsIn(change.details) }) } : {};
    case 'OrderCompleted':
    case 'OrderRejected':
    case 'OrderCancelled':
    case 'ManualInterventionEscalated':
      return {};
  }
}

/** A decision is written on the order itself, so that whichever execution goes on with it, even a new one, carries it out. */
function effectOfDecision(order: Order, resolution: Resolution): Partial<Order> {
  const { decision, failedStep, carrier = '', trackingNumber = '', amountMinor } = resolution;
  const settling = amountMinor === undefined ? {} : { amountMinor };
  const payment = (kind: 'REFUNDED_OUTSIDE' | 'WRITTEN_OFF') => ({
    ...order.payment,
    settlement: { kind, ...settling },
  });
  const visitAgain = (step: StepName) => ({ visits: { ...order.visits, [step]: visitOf(order, step) + 1 } });
  switch (decision) {
    case 'RETRY':
      return visitAgain(failedStep);
    case 'SHIPPED_MANUALLY':
      return { ...visitAgain('ShipOrder'), shipping: true, manualShipment: { carrier, trackingNumber } };
    case 'REFUND_AND_CANCEL':
      return { cancelRequested: true };
    case 'MARK_REFUNDED':
      return { cancelRequested: true, payment: payment('REFUNDED_OUTSIDE') };
    case 'WRITE_OFF':
      return { cancelRequested: true, payment: payment('WRITTEN_OFF') };
  }
}

function failedPayment(order: Order, failure: Failure | undefined): OrderPayment {
  // A charge that was lost and then found has been settled, and keeps saying so.
  if (order.payment.status === 'REFUNDED' || order.payment.status === 'WRITTEN_OFF') return order.payment;
  if (failure?.reason !== 'PaymentDeclined') return { ...order.payment, status: 'FAILED' };
  return {
    ...order.payment,
    status: 'DECLINED',
    ...(failure.detail !== undefined && { declineCode: failure.detail }),
  };
}
