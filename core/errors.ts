import type { OrderStatus } from './lifecycle.ts';

/**
 * Base of the errors that steer the saga. `name` is, letter by letter, the string in `ErrorEquals` of the state machine
 * (the Lambda runtime reports it as `errorType`), so it is written out and survives minification. Messages go into the
 * execution history: they carry no personal data.
 */
export abstract class SagaError extends Error {
  abstract override readonly name: string;
  /** Trying again can help. */
  abstract readonly retryable: boolean;
  /** An outcome of the business, not a failure of the system: the saga ends successfully with it. */
  abstract readonly business: boolean;
}

/** The order asks for more than there is. Message: the SKUs that are short. */
export class InsufficientStockError extends SagaError {
  override readonly name = 'InsufficientStock';
  override readonly retryable = false;
  override readonly business = true;
}

/** The payment provider said no. Message: its decline code. */
export class PaymentDeclinedError extends SagaError {
  override readonly name = 'PaymentDeclined';
  override readonly retryable = false;
  override readonly business = true;
}

/** The client asked for cancellation, and the step that noticed has recorded its effect before it threw this. */
export class OrderCancelledError extends SagaError {
  override readonly name = 'OrderCancelled';
  override readonly retryable = false;
  override readonly business = true;
}

/** The money is to go back, but the parcel has gone out (ShipOrder's answer was lost): the saga goes forward after all. */
export class OrderAlreadyShippedError extends SagaError {
  override readonly name = 'OrderAlreadyShipped';
  override readonly retryable = false;
  override readonly business = true;
}

/** The payment provider did not do what was asked, or did not say so. Safe to ask again under the same key. */
export class PaymentGatewayUnavailableError extends SagaError {
  override readonly name = 'PaymentGatewayUnavailable';
  override readonly retryable = true;
  override readonly business = false;
}

/** The carrier did not do what was asked, or did not say so. Safe to ask again under the same key. */
export class CarrierUnavailableError extends SagaError {
  override readonly name = 'CarrierUnavailable';
  override readonly retryable = true;
  override readonly business = false;
}

/** The provider gave no answer to a charge: it may have charged or not. Not repeated but resolved: the provider is asked by key. */
export class PaymentOutcomeUnknownError extends SagaError {
  override readonly name = 'PaymentOutcomeUnknown';
  override readonly retryable = false;
  override readonly business = false;
}

/** The carrier gave no answer to a booking: there may be a parcel or not. Not repeated but resolved. */
export class ShipmentOutcomeUnknownError extends SagaError {
  override readonly name = 'ShipmentOutcomeUnknown';
  override readonly retryable = false;
  override readonly business = false;
}

/** Resolved: nothing was charged, and nothing can be any more under the keys that were used. */
export class PaymentNotChargedError extends SagaError {
  override readonly name = 'PaymentNotCharged';
  override readonly retryable = false;
  override readonly business = true;
}

/** Resolved: no parcel was booked, and none can be any more under the keys that were used. */
export class ParcelNotBookedError extends SagaError {
  override readonly name = 'ParcelNotBooked';
  override readonly retryable = false;
  override readonly business = true;
}

/** Resolved: no parcel was booked, since the carrier was unavailable for good. People must decide. */
export class ShippingImpossibleError extends SagaError {
  override readonly name = 'ShippingImpossible';
  override readonly retryable = false;
  override readonly business = true;
}

/** DynamoDB kept refusing for throttling or for conflicting transactions, longer than a function should wait. */
export class StoreUnavailableError extends SagaError {
  override readonly name = 'StoreUnavailable';
  override readonly retryable = true;
  override readonly business = false;
}

/** A change that the lifecycle does not allow: a late invocation, or a defect. */
export class IllegalTransitionError extends SagaError {
  override readonly name = 'IllegalTransition';
  override readonly retryable = false;
  override readonly business = false;

  constructor(change: string, status: OrderStatus | null, why: string) {
    super(`${change} is not allowed for an order ${status === null ? 'that does not exist' : `in ${status}`}: ${why}.`);
  }
}

/** Somebody else has decided the intervention first; the record says who and what. */
export class InterventionDecidedError extends SagaError {
  override readonly name = 'InterventionDecided';
  override readonly retryable = false;
  override readonly business = true;
}

/** A provider was asked, under a key that has been used, for something else than the first time; or too late. */
export class ProviderConflictError extends SagaError {
  override readonly name = 'ProviderConflict';
  override readonly retryable = false;
  override readonly business = false;
}

/** The saga is going back, or has gone: this invocation comes late and moves nothing. */
export class HoldClosedError extends SagaError {
  override readonly name = 'HoldClosed';
  override readonly retryable = false;
  override readonly business = false;
}

/** The stock does not hold what the order's hold says it holds: a defect, or somebody wrote past us. */
export class StockMismatchError extends SagaError {
  override readonly name = 'StockMismatch';
  override readonly retryable = false;
  override readonly business = false;
}

export class OrderNotFoundError extends SagaError {
  override readonly name = 'OrderNotFound';
  override readonly retryable = false;
  override readonly business = false;
}

/** The state machine and a function disagree about the payload. Message: each field and what is wrong with it. */
export class InvalidPayloadError extends SagaError {
  override readonly name = 'InvalidPayload';
  override readonly retryable = false;
  override readonly business = false;
}

/**
 * Failures of the ground we stand on, retried for at least 15 minutes. Step Functions has no wildcard for `Lambda.*`,
 * so each is named; TooManyRequestsException is the one that the CDK's default retrier leaves out. `Runtime.*` is Lambda's
 * name for a process that died under an invocation; Step Functions passes it on where Lambda gives one, and says
 * Lambda.Unknown where not. Crashes and timeouts are safe to repeat since every effect is guarded by a condition or an
 * idempotency key.
 */
export const INFRASTRUCTURE_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
  'States.Timeout',
  'StoreUnavailable',
] as const;
