import type { ClientId, OrderId, PaymentKey, ShipmentKey, Sku } from './ids.ts';
import type { OrderStatus } from './lifecycle.ts';
import type { Money } from './money.ts';
import type { StepName } from './saga-steps.ts';

/** Instants are ISO 8601 in UTC with milliseconds (`Date.toISOString`), which sort as text. */
export type Instant = string;

/** Personal data: stays in the order item; never in an event, a log, an execution or an error. */
export interface Customer {
  /** The client's own name for its customer. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** Personal data, see {@link Customer}. */
export interface ShippingAddress {
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** One SKU of the order, as bought: later price changes do not touch it. */
export interface OrderLine {
  readonly sku: Sku;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

export type PaymentStatus = 'NOT_CHARGED' | 'CHARGED' | 'DECLINED' | 'FAILED' | 'REFUNDED' | 'WRITTEN_OFF';

export interface OrderPayment {
  /** What the client gave us to charge; a secret, shown to nobody. */
  readonly token: string;
  readonly status: PaymentStatus;
  readonly chargedMinor: number;
  readonly refundedMinor: number;
  /** What staff gave back by other means than the provider. */
  readonly refundedOutsideMinor?: number;
  /** What staff gave up. */
  readonly writtenOffMinor?: number;
  /** What staff decided about money that the provider could not give back; RefundPayment carries it out. */
  readonly settlement?: Settlement;
  /** Key of the intent at the provider, once there is a charge. */
  readonly key?: PaymentKey;
  /** The provider's word for why it declined, such as `insufficient_funds`. */
  readonly declineCode?: string;
}

/** How money is settled outside of the provider. */
export interface Settlement {
  readonly kind: 'REFUNDED_OUTSIDE' | 'WRITTEN_OFF';
  /** What was refunded or written off, where the provider cannot be asked what there is. The order's total if left out. */
  readonly amountMinor?: number;
}

export type DeliveryStatus = 'IN_TRANSIT' | 'DELIVERED' | 'RETURNED';

/** What the carrier says of a parcel. */
export interface DeliveryNews {
  readonly status: DeliveryStatus;
  /** When it happened, by the carrier's clock where the carrier said so. */
  readonly at: Instant;
}

/** A parcel that staff handed to a carrier by themselves. */
export interface ManualShipment {
  readonly carrier: string;
  readonly trackingNumber: string;
}

export interface OrderShipment {
  readonly key: ShipmentKey;
  readonly carrier: string;
  readonly trackingNumber: string;
  /** Unknown for a parcel that staff shipped by hand. */
  readonly estimatedDelivery?: Instant;
  /** Shipped by staff: the carrier's own system holds no booking of it. */
  readonly manual?: boolean;
  /** How far the parcel has come; no news yet when absent. */
  readonly delivery?: DeliveryNews;
  /** The news before that, in the order of its way, also those that arrived late. */
  readonly earlier?: readonly DeliveryNews[];
}

/** State of the order's stock: one hold for all lines. It mirrors the HOLD item and is written together with it. */
export type HoldStatus = 'NONE' | 'HELD' | 'COMMITTED' | 'RELEASED';

/**
 * What a step recorded when it took effect. An invocation that comes again (a retry, a redrive, a duplicate) returns
 * the outcome from here instead of acting twice.
 */
export interface StepRecord {
  /** How often the saga had been sent to the step on purpose. */
  readonly visit: number;
  /** Version of the order, and so the event, that the step wrote. */
  readonly version: number;
  readonly outcome: string;
}

export interface Order {
  readonly orderId: OrderId;
  readonly clientId: ClientId;
  readonly status: OrderStatus;
  /** 1 for a new order; every change adds one and writes one event. */
  readonly version: number;
  /** Which execution of the saga the order is in; execution names are `orderId-run`. */
  readonly run: number;
  /** When that run was begun, if it is not the first one. */
  readonly restartedAt?: Instant;
  readonly customer: Customer;
  readonly shippingAddress: ShippingAddress;
  readonly items: readonly OrderLine[];
  readonly total: Money;
  readonly payment: OrderPayment;
  readonly shipment?: OrderShipment;
  readonly hold: HoldStatus;
  /** Wish of the client; honoured between two steps. Refused once `shipping` is set. */
  readonly cancelRequested: boolean;
  /** Why, in the words of whoever asked for it: free text, so it may hold personal data, see {@link Customer}. */
  readonly cancelReason?: string;
  /** ShipOrder has claimed the order: from here on it cannot be cancelled. Refused once `cancelRequested` is set. */
  readonly shipping: boolean;
  readonly steps: Readonly<Partial<Record<StepName, StepRecord>>>;
  /** How often the saga was sent to a step on purpose: staff's RETRY adds one. Absent: once. */
  readonly visits?: Readonly<Partial<Record<StepName, number>>>;
  /** Number of the latest intervention; none when absent. */
  readonly interventions?: number;
  /** Staff have shipped the order; ShipOrder records it. */
  readonly manualShipment?: ManualShipment;
  /** Why the order ended other than COMPLETED: the name of the error, and the detail that belongs to it. */
  readonly failure?: Failure;
  /** Of the request that made the order; see fingerprint.ts. */
  readonly fingerprint: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Reason of a business outcome, free of personal data. */
export interface Failure {
  /** Name of the error, such as `PaymentDeclined`. */
  readonly reason: string;
  /** Such as the decline code or the SKUs that are short. */
  readonly detail?: string;
}
