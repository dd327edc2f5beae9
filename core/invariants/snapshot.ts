import type { OrderEvent } from '../events.ts';
import type { FailedRun } from '../failed-run.ts';
import type { EventId } from '../ids.ts';
import type { InterventionRecord } from '../intervention.ts';
import type { Order } from '../order.ts';
import type { Booking, PaymentIntent } from '../ports.ts';
import type { Hold, StockItem } from '../stock.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** One execution of the saga, the latest state of it. */
export interface ExecutionSummary {
  /** `orderId-run`. */
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Where they were read: input, output and error as text, to be searched for what must not be in them. */
  readonly text?: string;
  /** The same for the whole history, which is the one place besides its record where a task token may be. */
  readonly history?: string;
}

/** Of an intervention what the invariants are about; a record as it is stored will do, and is searched as a whole. */
export type KnownIntervention = Pick<InterventionRecord, 'orderId' | 'number' | 'status' | 'run' | 'taskToken'>;

/** A message to a customer about an event, as the mail service has it or as the Notifications table says. */
export interface SentMail {
  readonly eventId: EventId;
  readonly channel: string;
}

export interface NotificationEntry extends SentMail {
  /** `unknown`: the send got no answer, so it may have happened. */
  readonly status: 'claimed' | 'sent' | 'delivered' | 'bounced' | 'unknown';
}

/**
 * Everything that the house holds at one quiet moment: no execution running outside an open intervention, streams and queues
 * drained.
 */
export interface Snapshot {
  readonly orders: readonly Order[];
  readonly events: readonly OrderEvent[];
  readonly holds: readonly Hold[];
  readonly stock: readonly StockItem[];
  readonly intents: readonly PaymentIntent[];
  readonly bookings: readonly Booking[];
  readonly notifications: readonly NotificationEntry[];
  readonly mails: readonly SentMail[];
  /** Of the bus's archive or the audit log; an event may be in it more than once. */
  readonly publishedEventIds: Iterable<string>;
  readonly executions: readonly ExecutionSummary[];
  readonly interventions: readonly KnownIntervention[];
  /** The failed list. */
  readonly failedRuns: readonly Pick<FailedRun, 'orderId' | 'run' | 'error' | 'cause'>[];
}

/** Something that must never be. */
export interface Violation {
  readonly rule: Rule;
  /** What is concerned: order ids, SKUs, event ids. */
  readonly keys: readonly string[];
  /** What is, and what should be. Free of personal data. */
  readonly detail: string;
}

export type Rule =
  | 'stock-conserved'
  | 'stock-not-negative'
  | 'held-is-in-holds'
  | 'hold-fits-order'
  | 'money-conserved'
  | 'payment-fits-ledger'
  | 'parcel-fits-order'
  | 'versions-without-gap'
  | 'events-tell-the-status'
  | 'event-published'
  | 'order-at-rest'
  | 'nothing-running'
  | 'failed-run-listed'
  | 'intervention-fits-order'
  | 'decision-delivered'
  | 'one-mail-per-event'
  | 'personal-data-in-place'
  | 'task-token-in-place';
