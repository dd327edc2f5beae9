import type { ClientId, EventId, OrderId, PaymentKey, ShipmentKey, Sku } from './ids.ts';
import type { Decision, FailedStep, InterventionReason } from './intervention.ts';
import type { EventType, OrderStatus } from './lifecycle.ts';
import type { Money } from './money.ts';
import type { DeliveryStatus, Instant } from './order.ts';

/** `source` of everything that we put on the bus. */
export const EVENT_SOURCE = 'order-saga';
/** Raised when a consumer could no longer read the data of an event type; adding an optional field does not raise it. */
export const EVENT_SCHEMA_VERSION = 1;

/** In the data of every event. No personal data: who needs the customer reads the order. */
export interface CommonData {
  readonly orderId: OrderId;
  readonly clientId: ClientId;
  /** `null` only in OrderCreated. */
  readonly statusBefore: OrderStatus | null;
  readonly statusAfter: OrderStatus;
  /** Name of the error that led here, such as `InsufficientStock`. */
  readonly reason?: string;
  /** Detail of the reason, such as a decline code. */
  readonly detail?: string;
}

export interface EventLine {
  readonly sku: Sku;
  readonly quantity: number;
}

/** What each type adds to {@link CommonData}. */
export interface EventDetails {
  OrderCreated: { readonly items: readonly (EventLine & { readonly unitPriceMinor: number })[]; readonly total: Money };
  InventoryReserved: { readonly items: readonly EventLine[] };
  PaymentConfirmed: { readonly paymentKey: PaymentKey; readonly charged: Money };
  FulfillmentStarted: { readonly shipmentKey: ShipmentKey };
  OrderShipped: {
    readonly shipmentKey: ShipmentKey;
    readonly carrier: string;
    readonly trackingNumber: string;
    /** Unknown for a parcel that staff shipped by hand. */
    readonly estimatedDelivery?: Instant;
    readonly manual?: boolean;
  };
  OrderCompleted: { readonly total: Money };
  OrderRejected: object;
  PaymentFailed: object;
  OrderCancelled: object;
  PaymentRefunded: {
    readonly paymentKey: PaymentKey;
    readonly refunded: Money;
    /** Given back by staff, by other means than the provider. */
    readonly outside?: boolean;
  };
  PaymentWrittenOff: { readonly paymentKey: PaymentKey; readonly writtenOff: Money };
  InventoryReleased: { readonly items: readonly EventLine[] };
  CancellationRequested: object;
  ManualInterventionRequired: {
    readonly intervention: number;
    readonly failedStep: FailedStep;
    readonly interventionReason: InterventionReason;
    readonly allowedDecisions: readonly Decision[];
    readonly deadline: Instant;
  };
  ManualInterventionEscalated: {
    readonly intervention: number;
    /** Deadlines that have passed by now. */
    readonly escalation: number;
    readonly deadline: Instant;
  };
  ManualInterventionResolved: {
    readonly intervention: number;
    readonly decision: Decision;
    readonly decidedBy: 'person' | 'client' | 'deadline';
  };
  SagaRestarted: {
    readonly run: number;
    /** How the run before was found. */
    readonly reason: string;
  };
  ShipmentUpdated: {
    readonly deliveryStatus: DeliveryStatus;
    /** When it happened at the carrier; news can arrive late, and after newer ones. */
    readonly at?: Instant;
  };
}

export type EventData<Type extends EventType = EventType> = { [T in Type]: CommonData & EventDetails[T] }[Type];

/** One change of one order, as its EVENT item keeps it: written once together with the change, never altered. */
export interface OrderEvent<Type extends EventType = EventType> {
  readonly eventId: EventId;
  readonly orderId: OrderId;
  readonly version: number;
  readonly type: Type;
  readonly schemaVersion: number;
  readonly occurredAt: Instant;
  /** The same for all events of one order. */
  readonly correlationId: string;
  /** What made the change: the execution and the step, or the API request. */
  readonly causationId: string;
  readonly data: EventData<Type>;
}

/** An event as it travels on the bus (`source`, `detail-type` and `detail` of EventBridge). */
export interface EventEnvelope {
  readonly source: typeof EVENT_SOURCE;
  readonly detailType: EventType;
  readonly detail: {
    readonly metadata: Pick<
      OrderEvent,
      'eventId' | 'version' | 'schemaVersion' | 'occurredAt' | 'correlationId' | 'causationId'
    >;
    readonly data: EventData;
  };
}

/** Wraps a recorded event for the bus. Delivery is at least once and unordered: dedupe by eventId, order by version. */
export function envelopeOf(event: OrderEvent): EventEnvelope {
  const { eventId, version, schemaVersion, occurredAt, correlationId, causationId, data } = event;
  return {
    source: EVENT_SOURCE,
    detailType: event.type,
    detail: { metadata: { eventId, version, schemaVersion, occurredAt, correlationId, causationId }, data },
  };
}
