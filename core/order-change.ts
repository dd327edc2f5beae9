import { type CommonData, EVENT_SCHEMA_VERSION, type EventDetails, type OrderEvent } from './events.ts';
import { IllegalTransitionError } from './errors.ts';
import { eventIdOf } from './ids.ts';
import { CHANGES, type EventType, isAllowed, type OrderStatus } from './lifecycle.ts';
import { times, sum } from './money.ts';
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
  };
}[Exclude<EventType, 'OrderCreated'>];

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
    ...effectOf(order, change),
    ...(change.failure && { failure: change.failure }),
    ...(step && { steps: { ...order.steps, [step.name]: { visit: step.visit, version, outcome: step.outcome } } }),
    status,
    version,
    updatedAt: now,
  };
  const data = { ...commonData(order.status, changed, change.failure), ...change.details };
  return { order: changed, event: eventOfChange(change.type, data, changed, causationId) };
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
      return order.shipping ? 'its shipping has begun' : undefined;
    case 'OrderShipped':
      if (!order.shipping) return 'its shipping was not claimed';
      if (order.payment.status !== 'CHARGED') return `its payment is ${order.payment.status}, not CHARGED`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'InventoryReleased':
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'PaymentRefunded':
      return order.payment.refundedMinor === 0 ? undefined : 'it is refunded already';
    case 'OrderRejected':
    case 'PaymentFailed':
    case 'OrderCancelled':
      // Only the last step of going back ends the order: what is undone late would be undone behind its end.
      if (order.hold === 'HELD') return 'it still holds stock';
      return order.payment.chargedMinor > order.payment.refundedMinor ? 'it still holds money' : undefined;
    case 'OrderCompleted':
    case 'ManualInterventionRequired':
    case 'ManualInterventionResolved':
      return undefined;
  }
}

/** The fields besides the status that a change sets. */
function effectOf(order: Order, change: OrderChange): Partial<Order> {
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
      const { paymentKey, refunded } = change.details;
      // The charge may not have been recorded (its answer was lost): all that is given back had been charged.
      const amounts = { chargedMinor: refunded.amountMinor, refundedMinor: refunded.amountMinor };
      return { payment: { ...order.payment, status: 'REFUNDED', key: paymentKey, ...amounts } };
    }
    case 'FulfillmentStarted':
      return { shipping: true };
    case 'OrderShipped': {
      const { shipmentKey, carrier, trackingNumber, estimatedDelivery } = change.details;
      return { hold: 'COMMITTED', shipment: { key: shipmentKey, carrier, trackingNumber, estimatedDelivery } };
    }
    case 'PaymentFailed':
      return { payment: failedPayment(order, change.failure) };
    case 'CancellationRequested':
      return { cancelRequested: true };
    case 'OrderCompleted':
    case 'OrderRejected':
    case 'OrderCancelled':
    case 'ManualInterventionRequired':
    case 'ManualInterventionResolved':
      return {};
  }
}

function failedPayment(order: Order, failure: Failure | undefined): OrderPayment {
  // A charge that was lost and then found has been refunded, and keeps saying so.
  if (order.payment.status === 'REFUNDED') return order.payment;
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
