import type { ClosingStatus } from './lifecycle.ts';

/** The states of the machine that call a function. One word each: the state, its function file and its construct. */
export type StepName =
  | 'ReserveInventory'
  | 'ChargePayment'
  | 'ShipOrder'
  | 'CompleteOrder'
  | 'RefundPayment'
  | 'ReleaseInventory'
  | 'CloseOrder';

/**
 * - `compensatable`: can be undone by its compensation.
 * - `pivot`: the point of no return; once it has succeeded the saga only goes forward.
 * - `retriable`: must succeed in the end, and is repeated until it does.
 */
export type StepKind = 'compensatable' | 'pivot' | 'retriable';

/**
 * What the machine does when retries are used up and nobody can say whether the step took effect.
 * - `compensate`: go back. Every compensation asks by key what really happened, so it is right in either case.
 * - `fail`: end the execution as FAILED, which a redrive takes up at this very step. Never guess.
 */
export type OnUnknown = 'compensate' | 'fail';

export interface SagaStep {
  readonly kind: StepKind;
  /** What undoes this step; null where nothing can or need be undone. */
  readonly compensation: StepName | null;
  readonly onUnknown: OnUnknown;
  /** Errors of a provider that pass by themselves, and how often the step is retried for them. */
  readonly transient: { readonly errors: readonly string[]; readonly retries: number } | null;
  /** Business outcomes: never retried; each names the state to go to and, where that goes back, how the order ends. */
  readonly business: Readonly<Record<string, { readonly next: StepName; readonly closing?: ClosingStatus }>>;
  /** For `compensate`: where to go after any other error, and how the order then ends. */
  readonly otherwise: { readonly next: StepName; readonly closing: ClosingStatus } | null;
}

const CANCELLED_BY_CLIENT = (next: StepName) => ({ OrderCancelled: { next, closing: 'CANCELLED' } }) as const;

/**
 * Retries of the infrastructure errors: 2, 4, 8, 16, 32 and then up to 60 s apart, half of that on average (full jitter),
 * make 23 minutes. A provider that is away while we compensate is waited for as long.
 */
export const INFRASTRUCTURE_RETRIES = 50;

/** The saga as a table. The state machine is tested against it. */
export const SAGA_STEPS: Readonly<Record<StepName, SagaStep>> = {
  ReserveInventory: {
    kind: 'compensatable',
    compensation: 'ReleaseInventory',
    onUnknown: 'compensate',
    transient: null,
    business: {
      InsufficientStock: { next: 'CloseOrder', closing: 'REJECTED' },
      ...CANCELLED_BY_CLIENT('ReleaseInventory'),
    },
    otherwise: { next: 'ReleaseInventory', closing: 'CANCELLED' },
  },
  ChargePayment: {
    kind: 'compensatable',
    compensation: 'RefundPayment',
    onUnknown: 'compensate',
    transient: { errors: ['PaymentGatewayUnavailable'], retries: 3 },
    business: {
      PaymentDeclined: { next: 'ReleaseInventory', closing: 'PAYMENT_FAILED' },
      ...CANCELLED_BY_CLIENT('RefundPayment'),
    },
    otherwise: { next: 'RefundPayment', closing: 'PAYMENT_FAILED' },
  },
  ShipOrder: {
    kind: 'pivot',
    // A parcel that was handed over is not undone. Before that, RefundPayment cancels the booking by its key.
    compensation: null,
    onUnknown: 'compensate',
    transient: { errors: ['CarrierUnavailable'], retries: 2 },
    business: {},
    otherwise: { next: 'RefundPayment', closing: 'CANCELLED' },
  },
  CompleteOrder: retriable(null),
  RefundPayment: {
    ...retriable(['PaymentGatewayUnavailable', 'CarrierUnavailable']),
    // ShipOrder took effect and its answer was lost: then the order is shipped, and nothing goes back.
    business: { OrderAlreadyShipped: { next: 'CompleteOrder' } },
  },
  ReleaseInventory: retriable(null),
  CloseOrder: retriable(null),
};

export const STEP_NAMES = Object.keys(SAGA_STEPS) as StepName[];

/** The happy path, in order. Each is one state transition, which Step Functions bills. */
export const FORWARD_STEPS = ['ReserveInventory', 'ChargePayment', 'ShipOrder', 'CompleteOrder'] as const;

/** States that rather fail the execution than guess; a redrive goes on at exactly that state. */
export const REDRIVABLE_STATES: readonly StepName[] = STEP_NAMES.filter(
  (name) => SAGA_STEPS[name].onUnknown === 'fail',
);

function retriable(transientErrors: readonly string[] | null): SagaStep {
  return {
    kind: 'retriable',
    compensation: null,
    onUnknown: 'fail',
    transient: transientErrors && { errors: transientErrors, retries: INFRASTRUCTURE_RETRIES },
    business: {},
    otherwise: null,
  };
}
