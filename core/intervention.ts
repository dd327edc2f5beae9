import type { OrderId } from './ids.ts';
import type { OrderStatus } from './lifecycle.ts';
import type { Instant } from './order.ts';
import type { Role } from './role.ts';

/** Steps behind which staff can be called; every other step goes back by itself, or fails its execution for a redrive. */
export type FailedStep = 'ChargePayment' | 'ShipOrder' | 'RefundPayment';

/** What staff can decide. */
export type Decision = 'RETRY' | 'REFUND_AND_CANCEL' | 'SHIPPED_MANUALLY' | 'MARK_REFUNDED' | 'WRITE_OFF';

/**
 * - `PAYMENT_OUTCOME_UNKNOWN`, `SHIPMENT_OUTCOME_UNKNOWN`: the provider does not even say whether it acted.
 * - `SHIPPING_IMPOSSIBLE`: the carrier was unavailable for good, and surely has no parcel.
 * - `COMPENSATION_FAILED`: the payment could not be given back, or the parcel not called off.
 */
export type InterventionReason =
  'PAYMENT_OUTCOME_UNKNOWN' | 'SHIPMENT_OUTCOME_UNKNOWN' | 'SHIPPING_IMPOSSIBLE' | 'COMPENSATION_FAILED';

/**
 * What can be decided about each failed step. A parcel cannot be sent by hand when the money is on its way back, nor before
 * it has come in.
 */
export const DECISIONS_BY_STEP = {
  ChargePayment: ['RETRY', 'REFUND_AND_CANCEL', 'MARK_REFUNDED', 'WRITE_OFF'],
  ShipOrder: ['RETRY', 'REFUND_AND_CANCEL', 'SHIPPED_MANUALLY', 'MARK_REFUNDED', 'WRITE_OFF'],
  RefundPayment: ['RETRY', 'MARK_REFUNDED', 'WRITE_OFF'],
} as const satisfies Record<FailedStep, readonly Decision[]>;

export const FAILED_STEPS = Object.keys(DECISIONS_BY_STEP) as FailedStep[];

/**
 * Each decision: where the order is once it is carried out (`BEFORE`: wherever the step leads that is tried again), and
 * whether it disposes of money, which takes the role admin.
 */
export const DECISIONS = {
  RETRY: { target: 'BEFORE', disposesOfMoney: false },
  REFUND_AND_CANCEL: { target: 'CANCELLED', disposesOfMoney: false },
  SHIPPED_MANUALLY: { target: 'SHIPPED', disposesOfMoney: false },
  MARK_REFUNDED: { target: 'CANCELLED', disposesOfMoney: true },
  WRITE_OFF: { target: 'CANCELLED', disposesOfMoney: true },
} as const satisfies Record<Decision, { target: OrderStatus | 'BEFORE'; disposesOfMoney: boolean }>;

/**
 * What happens at the deadline if staff have not decided: goods that surely did not leave are not kept from being sold, and
 * the customer's money not kept either. Where an outcome is unknown nothing is guessed: `null` extends and escalates.
 */
export const DEADLINE_DECISIONS = {
  SHIPPING_IMPOSSIBLE: 'REFUND_AND_CANCEL',
  PAYMENT_OUTCOME_UNKNOWN: null,
  SHIPMENT_OUTCOME_UNKNOWN: null,
  COMPENSATION_FAILED: null,
} as const satisfies Record<InterventionReason, Decision | null>;

/** Who decided: a person (the subject of their token), the client by cancelling, or the deadline. No personal data. */
export type Decider =
  | { readonly kind: 'person'; readonly subject: string; readonly role: Role }
  | { readonly kind: 'client'; readonly subject: string }
  | { readonly kind: 'deadline' };

/** A decision as it is kept: what, by whom, when and why. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly decidedBy: Decider;
  readonly decidedAt: Instant;
  /** Why, in the words of whoever decided. */
  readonly note?: string;
  /** Of SHIPPED_MANUALLY. */
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** Of MARK_REFUNDED: where the refund can be found. */
  readonly reference?: string;
  /** Of WRITE_OFF. */
  readonly reason?: string;
  /** Of MARK_REFUNDED and WRITE_OFF: how much, where the provider cannot say what was charged. */
  readonly amountMinor?: number;
  /** The request that made it, so that the same request again gets the same answer. */
  readonly request?: DecisionRequestId;
}

/** Hashes: of who sent an Idempotency-Key and which, and of the body that came with it. */
export interface DecisionRequestId {
  readonly key: string;
  readonly body: string;
}

export const INTERVENTION_STATUSES = ['OPEN', 'DECIDED', 'CLOSED'] as const;
export type InterventionStatus = (typeof INTERVENTION_STATUSES)[number];

/** An order that waits for people. `DECIDED`: the saga is yet to hear of it; `CLOSED`: it has. */
export interface Intervention {
  readonly orderId: OrderId;
  /** From 1, per order. */
  readonly number: number;
  readonly status: InterventionStatus;
  readonly reason: InterventionReason;
  readonly failedStep: FailedStep;
  /** The last error of the step: its name and, where there is one, its message. Free of personal data. */
  readonly error: { readonly name: string; readonly message?: string };
  /** Invocations of the step before it was given up. */
  readonly attempts: number;
  readonly allowedDecisions: readonly Decision[];
  readonly statusBefore: OrderStatus;
  readonly openedAt: Instant;
  readonly deadline: Instant;
  /** Deadlines that have passed. */
  readonly escalations: number;
  readonly decided?: DecisionRecord;
  /** When the saga heard of the decision. */
  readonly closedAt?: Instant;
}

/** An intervention as it is kept: with what only the house may know. */
export interface InterventionRecord extends Intervention {
  /** The execution that waits, `orderId-run`. */
  readonly run: number;
  /** Whoever has it can resume the execution. It leaves this record in no event, log or answer, and goes when it was used. */
  readonly taskToken?: string;
  /** Which of all waits the token is of; of two, the one whose text sorts last is the later one. */
  readonly wait?: string;
}

/** An intervention as the API shows it. */
export interface InterventionView extends Omit<InterventionRecord, 'taskToken' | 'wait' | 'decided'> {
  readonly decided?: Omit<DecisionRecord, 'request'>;
}

/** Shows an intervention, member by member: what is not named here stays inside, the token above all. */
export function interventionView(record: InterventionRecord): InterventionView {
  const { orderId, number, status, reason, failedStep, error, attempts, allowedDecisions } = record;
  const { statusBefore, openedAt, deadline, escalations, run, decided, closedAt } = record;
  return {
    ...{ orderId, number, status, reason, failedStep, error, attempts, allowedDecisions },
    ...{ statusBefore, openedAt, deadline, escalations, run },
    ...(decided && { decided: decisionView(decided) }),
    ...(closedAt !== undefined && { closedAt }),
  };
}

function decisionView({ request: _request, ...decided }: DecisionRecord): Omit<DecisionRecord, 'request'> {
  return decided;
}

/** The intervention as it was when it was decided: whoever asks again gets the same answer, however far it has come. */
export function asDecided({ closedAt: _closedAt, ...record }: InterventionRecord): InterventionRecord {
  return { ...record, status: 'DECIDED' };
}
