import type { ClosingStatus } from './lifecycle.ts';

/** The states of the machine that call a function. One word each: the state, its function file and its construct. */
export type StepName =
  | 'ReserveInventory'
  | 'ChargePayment'
  | 'ResolvePayment'
  | 'ShipOrder'
  | 'ResolveShipment'
  | 'CompleteOrder'
  | 'RefundPayment'
  | 'ReleaseInventory'
  | 'CloseOrder'
  | 'OpenIntervention'
  | 'CloseIntervention';

/** Every state of the machine; FollowDecision only chooses. */
export type StateName = StepName | 'FollowDecision';

/**
 * - `compensatable`: can be undone by its compensation.
 * - `pivot`: the point of no return; once it has succeeded the saga only goes forward.
 * - `retriable`: must succeed in the end, and is repeated until it does.
 * - `resolving`: finds out what a step did that nobody answered for.
 * - `waiting`: for people.
 */
export type StepKind = 'compensatable' | 'pivot' | 'retriable' | 'resolving' | 'waiting';

/**
 * What the machine does when retries are used up and nobody can say whether the step took effect.
 * - `resolve`: ask the provider by key (a state of its own) before anything is decided.
 * - `compensate`: go back. Every compensation asks by key what really happened, so it is right in either case.
 * - `intervene`: call people.
 * - `fail`: end the execution as FAILED, which a redrive takes up at this very step. Never guess.
 */
export type OnUnknown = 'resolve' | 'compensate' | 'intervene' | 'fail';

export interface Exit {
  readonly next: StateName;
  /** Where that goes back: how the order then ends. */
  readonly closing?: ClosingStatus;
}

export interface SagaStep {
  readonly kind: StepKind;
  /** What undoes this step; null where nothing can or need be undone. */
  readonly compensation: StepName | null;
  readonly onUnknown: OnUnknown;
  /** Errors of a provider that pass by themselves, and how often the step is retried for them. */
  readonly transient: { readonly errors: readonly string[]; readonly retries: number } | null;
  /** Where the saga goes when the step has succeeded; null: it ends. */
  readonly next: StateName | null;
  /** Outcomes of the business: never retried; each names the state to go to. */
  readonly business: Readonly<Record<string, Exit>>;
  /** Where to go after any other error; null where that fails the execution. */
  readonly otherwise: Exit | null;
}

const CANCELLED_BY_CLIENT = { OrderCancelled: { next: 'RefundPayment', closing: 'CANCELLED' } } as const;

/**
 * Retries of the infrastructure errors: 2, 4, 8, 16, 32 and then up to 60 s apart, half of that on average (full jitter),
 * make 23 minutes. A provider that is away while we compensate is waited for as long.
 */
export const INFRASTRUCTURE_RETRIES = 50;

/**
 * Times that a provider is asked what it did: after up to 2, 4, 8, 16 and 32 s, a minute at most. Who does not say by then
 * is silent, and people are quicker to find out.
 */
export const RESOLVE_RETRIES = 5;

/** The saga as a table. The state machine is tested against it. */
export const SAGA_STEPS: Readonly<Record<StepName, SagaStep>> = {
  ReserveInventory: {
    kind: 'compensatable',
    compensation: 'ReleaseInventory',
    onUnknown: 'compensate',
    transient: null,
    next: 'ChargePayment',
    business: { InsufficientStock: { next: 'CloseOrder', closing: 'REJECTED' }, ...CANCELLED_BY_CLIENT },
    // By way of RefundPayment: in a later run of an order the payment may have been charged before.
    otherwise: { next: 'RefundPayment', closing: 'CANCELLED' },
  },
  ChargePayment: {
    kind: 'compensatable',
    compensation: 'RefundPayment',
    onUnknown: 'resolve',
    transient: { errors: ['PaymentGatewayUnavailable'], retries: 3 },
    next: 'ShipOrder',
    business: { PaymentDeclined: { next: 'ReleaseInventory', closing: 'PAYMENT_FAILED' }, ...CANCELLED_BY_CLIENT },
    otherwise: { next: 'ResolvePayment', closing: 'PAYMENT_FAILED' },
  },
  ResolvePayment: {
    kind: 'resolving',
    compensation: null,
    onUnknown: 'intervene',
    transient: { errors: ['PaymentGatewayUnavailable'], retries: RESOLVE_RETRIES },
    next: 'ShipOrder',
    business: { PaymentNotCharged: { next: 'ReleaseInventory', closing: 'PAYMENT_FAILED' }, ...CANCELLED_BY_CLIENT },
    otherwise: { next: 'OpenIntervention' },
  },
  ShipOrder: {
    kind: 'pivot',
    // A parcel that was handed over is not undone. Before that, RefundPayment cancels the booking by its key.
    compensation: null,
    onUnknown: 'resolve',
    transient: { errors: ['CarrierUnavailable'], retries: 2 },
    next: 'CompleteOrder',
    business: CANCELLED_BY_CLIENT,
    otherwise: { next: 'ResolveShipment', closing: 'CANCELLED' },
  },
  ResolveShipment: {
    kind: 'resolving',
    compensation: null,
    onUnknown: 'intervene',
    transient: { errors: ['CarrierUnavailable'], retries: RESOLVE_RETRIES },
    next: 'CompleteOrder',
    business: {
      ParcelNotBooked: { next: 'RefundPayment', closing: 'CANCELLED' },
      ShippingImpossible: { next: 'OpenIntervention' },
      ...CANCELLED_BY_CLIENT,
    },
    otherwise: { next: 'OpenIntervention' },
  },
  CompleteOrder: retriable(null),
  RefundPayment: {
    kind: 'retriable',
    compensation: null,
    onUnknown: 'intervene',
    transient: { errors: ['PaymentGatewayUnavailable', 'CarrierUnavailable'], retries: INFRASTRUCTURE_RETRIES },
    next: 'ReleaseInventory',
    // ShipOrder took effect and its answer was lost: then the order is shipped, and nothing goes back.
    business: { OrderAlreadyShipped: { next: 'CompleteOrder' } },
    otherwise: { next: 'OpenIntervention' },
  },
  ReleaseInventory: retriable('CloseOrder'),
  CloseOrder: retriable(null),
  OpenIntervention: {
    ...retriable('FollowDecision'),
    kind: 'waiting',
    // The deadline of the task. It is an outcome like another: CloseIntervention looks at the record, which decides.
    business: {
      'States.Timeout': { next: 'CloseIntervention' },
      // A step that was given up took effect after all: there is nothing left to decide.
      OrderAlreadyShipped: { next: 'CompleteOrder' },
      ...CANCELLED_BY_CLIENT,
    },
  },
  CloseIntervention: { ...retriable('FollowDecision'), kind: 'waiting' },
};

export const STEP_NAMES = Object.keys(SAGA_STEPS) as StepName[];

/** The happy path, in order. Each is one state transition, which Step Functions bills. */
export const FORWARD_STEPS = ['ReserveInventory', 'ChargePayment', 'ShipOrder', 'CompleteOrder'] as const;

/** States that rather fail the execution than guess; a redrive goes on at exactly that state. */
export const REDRIVABLE_STATES: readonly StepName[] = STEP_NAMES.filter(
  (name) => SAGA_STEPS[name].onUnknown === 'fail',
);

function retriable(next: StateName | null): SagaStep {
  return {
    kind: 'retriable',
    compensation: null,
    onUnknown: 'fail',
    transient: null,
    next,
    business: {},
    otherwise: null,
  };
}
