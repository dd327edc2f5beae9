import { effectOf } from './change-effects.ts';
import { obstacleTo } from './change-obstacles.ts';
import { type CommonData, EVENT_SCHEMA_VERSION, type EventDetails, type OrderEvent } from './events.ts';
import { IllegalTransitionError } from './errors.ts';
import { eventIdOf } from './ids.ts';
import type { DecisionRecord, FailedStep } from './intervention.ts';
import { CHANGES, type EventType, isAllowed, type OrderStatus } from './lifecycle.ts';
import { times, sum } from './money.ts';
import type { Failure, Instant, Order, StepRecord } from './order.ts';
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
