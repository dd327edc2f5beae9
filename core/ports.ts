import type { OrderId, PaymentKey, ShipmentKey } from './ids.ts';
import type { Money } from './money.ts';
import type { EventLine } from './events.ts';
import type { Instant, ShippingAddress } from './order.ts';

/**
 * - `CREATED`: known to the provider, not charged.
 * - `SUCCEEDED`: charged. `REFUNDED`: charged, and all of it given back.
 * - `DECLINED`, `CANCELLED`: not charged, and never will be under this key.
 */
export type IntentStatus = 'CREATED' | 'SUCCEEDED' | 'DECLINED' | 'CANCELLED' | 'REFUNDED';

export interface PaymentIntent {
  readonly key: PaymentKey;
  readonly status: IntentStatus;
  readonly chargedMinor: number;
  readonly refundedMinor: number;
  readonly declineCode?: string;
}

export interface IntentRequest {
  /** Idempotency key: the same key never charges twice, whoever asks, and however often. */
  readonly key: PaymentKey;
  readonly orderId: OrderId;
  readonly amount: Money;
  readonly token: string;
  /** Charge in the same call (Stripe's `confirm: true`): one call for the ordinary order. */
  readonly confirm: boolean;
}

/**
 * A payment provider. Each method rejects with PaymentGatewayUnavailable when the provider could not be asked, and what
 * charges with PaymentOutcomeUnknown when it was asked and did not answer.
 */
export interface PaymentProvider {
  /** Creates the intent of the key, or finds it; with `confirm`, charges it. A decline is a status, not an error. */
  createIntent(request: IntentRequest): Promise<PaymentIntent>;
  /** Charges an intent that was created without. */
  confirm(key: PaymentKey): Promise<PaymentIntent>;
  /**
   * Makes sure that the key is not charged from now on, even if it was never heard of. Atomic: answers CANCELLED, or the
   * intent as it stands when it was already charged, and never both for two callers.
   */
  cancel(key: PaymentKey): Promise<PaymentIntent>;
  /** Gives money back, once per refund key. */
  refund(key: PaymentKey, refundKey: string, amountMinor: number): Promise<PaymentIntent>;
  /** What the provider knows under the key. */
  find(key: PaymentKey): Promise<PaymentIntent | undefined>;
}

export interface BookingRequest {
  /** Idempotency key: one parcel per key. */
  readonly key: ShipmentKey;
  readonly orderId: OrderId;
  readonly address: ShippingAddress;
  readonly items: readonly EventLine[];
}

export interface Booking {
  readonly key: ShipmentKey;
  readonly status: 'BOOKED' | 'CANCELLED';
  /** Present when BOOKED. */
  readonly parcel?: { readonly carrier: string; readonly trackingNumber: string; readonly estimatedDelivery: Instant };
}

/**
 * A carrier. Each method rejects with CarrierUnavailable when the carrier could not be asked, and `book` with
 * ShipmentOutcomeUnknown when it was asked and did not answer.
 */
export interface Carrier {
  /** Books the parcel of the key, or finds it. A key that was cancelled stays CANCELLED. */
  book(request: BookingRequest): Promise<Booking>;
  find(key: ShipmentKey): Promise<Booking | undefined>;
  /**
   * Makes sure that the key is not booked from now on, even if it was never heard of, unless it is. Atomic: answers
   * CANCELLED, or BOOKED with the parcel that there is.
   */
  ruleOut(key: ShipmentKey): Promise<Booking>;
  /** Makes sure that no parcel of this key goes out: calls off the one that there may be. */
  cancel(key: ShipmentKey): Promise<Booking>;
}
