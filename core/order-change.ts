import { obstacleToCancelling } from './cancellation.ts';
import { type CommonData, EVENT_SCHEMA_VERSION, type EventDetails, type OrderEvent } from './events.ts';
import { IllegalTransitionError } from './errors.ts';
import { eventIdOf } from './ids.ts';
import type { DecisionRecord, FailedStep } from './intervention.ts';
import { CHANGES, type EventType, isAllowed, type OrderStatus } from './lifecycle.ts';
import { times, sum } from './money.ts';
import { newsIn, obstacleToNews, withNews } from './delivery.ts';
import type { Failure, Instant, Order, OrderPayment, StepRecord } from './order.ts';
import type { StepName } from './saga-steps.ts';

/** A change of an order, named by the event that it publishes, with what that event says. */
export type OrderChange = {
  [Type in Exclude<EventType, 'OrderCreated'>]: {
    readonly type: Type;
    readonly details: EventDetails[Type];
    /** Why; for changes that something went wrong for. */
    readonly failure?: Failure;
    /** Where ManualInterventionResolved leads; every other change knows its status. */
    readonly to?: OrderStatus;
    /** Of ManualInterventionResolved: what was decided about which step; the event says less than the order keeps. */
    readonly resolution?: Resolution;
    /** Of CancellationRequested: why, in the words of whoever asked. They stay on the order; no event tells them. */
    readonly cancelReason?: string;
  };
}[Exclude<EventType, 'OrderCreated'>];

export interface Resolution extends Pick<DecisionRecord, 'decision' | 'carrier' | 'trackingNumber' | 'amountMinor'> {
  readonly failedStep: FailedStep;
}

/** Who makes a change, and when. */
export interface ChangeContext {
  readonly now: Instant;
  /** What made the change: `orderId-run/Step#visit`, or an API request. */
  readonly causationId: string;
  /** Set when a step of the saga makes it: the step, its visit and what it returns when it is invoked again. */
  readonly step?: { readonly name: StepName; readonly visit: number; readonly outcome: string };
}

/** An order and the event of its latest change: what is written together, or not at all. */
export interface ChangedOrder {
  readonly order: Order;
  readonly event: OrderEvent;
}

export type NewOrder = Pick<
  Order,
  'orderId' | 'clientId' | 'customer' | 'shippingAddress' | 'items' | 'fingerprint'
> & {
  readonly paymentToken: string;
  readonly currency: string;
};

/** A new order with its first event. The lines carry the prices of the catalogue; the total is made here. */
export function createOrder(request: NewOrder, { now, causationId }: ChangeContext): ChangedOrder {
  const { paymentToken, currency, ...given } = request;
  const total = sum(
    given.items.map((line) => times({ amountMinor: line.unitPriceMinor, currency }, line.quantity)),
    currency,
  );
  const order: Order = {
    ...given,
    status: 'PENDING',
    version: 1,
    run: 1,
    total,
    payment: { token: paymentToken, status: 'NOT_CHARGED', chargedMinor: 0, refundedMinor: 0 },
    hold: 'NONE',
    cancelRequested: false,
    shipping: false,
    steps: {},
    createdAt: now,
    updatedAt: now,
  };
  const items = order.items.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, unitPriceMinor }));
  const data = { ...commonData(null, order), items, total };
  return { order, event: eventOfChange('OrderCreated', data, order, causationId) };
}

/**
 * Makes a change: the order as it is afterwards, one version on, and the event that tells of it. A change that the
 * lifecycle does not allow is an IllegalTransition, never a silent repair.
 */
export function applyChange(order: Order, change: OrderChange, context: ChangeContext): ChangedOrder {
  const status = statusAfter(order, change);
  if (!isAllowed(change.type, order.status, status)) {
    throw new IllegalTransitionError(change.type, order.status, `it cannot lead to ${status}`);
  }
  const obstacle = obstacleTo(order, change);
  if (obstacle !== undefined) throw new IllegalTransitionError(change.type, order.status, obstacle);

  const version = order.version + 1;
  const { step, now, causationId } = context;
  const changed: Order = {
    ...order,
    ...effectOf(order, change, context.now),
    // An order that waits for people has not failed; only its event tells what they are called for.
    ...(change.failure && change.type !== 'ManualInterventionRequired' && { failure: change.failure }),
    ...(step && { steps: { ...order.steps, [step.name]: { visit: step.visit, version, outcome: step.outcome } } }),
    status,
    version,
    updatedAt: now,
  };
  const data = { ...commonData(order.status, changed, change.failure), ...change.details };
  return { order: changed, event: eventOfChange(change.type, data, changed, causationId) };
}

/** How often the saga was sent to a step on purpose. Retries and redrives do not count, and so keep the provider's key. */
export function visitOf(order: Order, step: StepName): number {
  return order.visits?.[step] ?? 1;
}

/** What of the money that was charged is still with us. */
export function heldMinor({ payment }: Order): number {
  const { chargedMinor, refundedMinor, refundedOutsideMinor = 0, writtenOffMinor = 0 } = payment;
  return chargedMinor - refundedMinor - refundedOutsideMinor - writtenOffMinor;
}

/** What a step recorded on an earlier invocation of the same visit (or of a later one), if it took effect then. */
export function recordedStep(order: Order, step: { name: StepName; visit: number }): StepRecord | undefined {
  const record = order.steps[step.name];
  return record && record.visit >= step.visit ? record : undefined;
}

function statusAfter(order: Order, change: OrderChange): OrderStatus {
  if (change.to !== undefined) return change.to;
  const { to } = CHANGES[change.type];
  return to === 'SAME' ? order.status : to[0];
}

/** What besides the status stands in the way of a change; undefined when nothing does. */
function obstacleTo(order: Order, change: OrderChange): string | undefined {
  switch (change.type) {
    case 'InventoryReserved':
      return order.hold === 'NONE' ? undefined : `its stock is ${order.hold} already`;
    case 'PaymentConfirmed':
      if (order.payment.status !== 'NOT_CHARGED') return `its payment is ${order.payment.status} already`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'FulfillmentStarted':
      if (order.cancelRequested) return 'its cancellation was requested';
      if (order.shipping) return 'its shipping was claimed already';
      if (order.payment.status !== 'CHARGED') return `its payment is ${order.payment.status}, not CHARGED`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'CancellationRequested':
      if (order.cancelRequested) return 'it is requested already';
      return obstacleToCancelling(order);
    case 'OrderShipped':
      if (!order.shipping) return 'its shipping was not claimed';
      if (order.cancelRequested) return 'its cancellation was requested';
      if (order.payment.status !== 'CHARGED') return `its payment is ${order.payment.status}, not CHARGED`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'InventoryReleased':
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'PaymentRefunded':
    case 'PaymentWrittenOff':
      return heldMinor(order) === order.payment.chargedMinor ? undefined : 'its payment is settled already';
    case 'OrderRejected':
    case 'PaymentFailed':
    case 'OrderCancelled':
      // Only the last step of going back ends the order: what is undone late would be undone behind its end.
      if (order.hold === 'HELD') return 'it still holds stock';
      return heldMinor(order) > 0 ? 'it still holds money' : undefined;
    case 'ManualInterventionRequired':
      return change.details.intervention === (order.interventions ?? 0) + 1
        ? undefined
        : `its latest intervention is ${order.interventions ?? 0}`;
    case 'ManualInterventionEscalated':
    case 'ManualInterventionResolved':
      return change.details.intervention === order.interventions
        ? undefined
        : `its latest intervention is ${order.interventions ?? 0}`;
    case 'SagaRestarted':
      return change.details.run === order.run + 1 ? undefined : `it is in run ${order.run}`;
    case 'ShipmentUpdated':
      return order.shipment && obstacleToNews(order.shipment, newsIn(change.details));
    case 'OrderCompleted':
      return undefined;
  }
}

/** The fields besides the status that a change sets. */
function effectOf(order: Order, change: OrderChange, now: Instant): Partial<Order> {
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

function commonData(statusBefore: OrderStatus | null, order: Order, failure?: Failure): CommonData {
  return { orderId: order.orderId, clientId: order.clientId, statusBefore, statusAfter: order.status, ...failure };
}

function eventOfChange(type: EventType, data: OrderEvent['data'], order: Order, causationId: string): OrderEvent {
  return {
    eventId: eventIdOf(order.orderId, order.version),
    orderId: order.orderId,
    version: order.version,
    type,
    schemaVersion: EVENT_SCHEMA_VERSION,
    occurredAt: order.updatedAt,
    correlationId: order.orderId,
    causationId,
    data,
  };
}
