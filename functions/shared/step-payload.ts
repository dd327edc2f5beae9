import { InvalidPayloadError } from '../../core/errors.ts';
import { ORDER_ID_PATTERN, type OrderId } from '../../core/ids.ts';
import { FAILED_STEPS, type FailedStep } from '../../core/intervention.ts';
import type { ClosingStatus } from '../../core/lifecycle.ts';
import type { Failure, Instant } from '../../core/order.ts';
import { fieldErrors, schemaValidator } from './schema-validator.ts';

/**
 * What the state machine passes to every step: the execution's input, and no personal data. Version 1, of executions that
 * an earlier deployment started, could name a `visit`; since version 2 the order itself knows it.
 */
export interface StepPayload {
  readonly payloadVersion: 1 | 2;
  readonly orderId: OrderId;
  /** Which execution of the saga this is. */
  readonly run: number;
}

/** The version that new executions are started with; functions accept the one before as well. */
export const PAYLOAD_VERSION = 2;

/** What the machine knows of a step that it gave up. */
export interface StepFailure {
  readonly step: FailedStep;
  /** Name of the error. */
  readonly error: string;
  /** As Step Functions has it: JSON of the function's error, a text of Lambda's own, or nothing. */
  readonly cause?: string;
  /** Invocations. */
  readonly attempts: number;
}

/** CloseOrder is told in addition how the order ends, and why. */
export interface ClosePayload extends StepPayload {
  readonly closing: { readonly status: ClosingStatus } & Failure;
}

const stepProperties = {
  // An execution may outlive the deployment that started it: the version before is accepted, an unknown one refused.
  payloadVersion: { enum: [1, 2], description: '1 or 2' },
  orderId: {
    type: 'string',
    pattern: `^${ORDER_ID_PATTERN}$`,
    description: 'an order id (a UUID of version 5)',
  },
  run: { type: 'integer', minimum: 1, description: 'a whole number from 1' },
  visit: { type: 'integer', minimum: 1, description: 'a whole number from 1' },
};

const failure = {
  type: 'object',
  description: 'the step that was given up, and its error',
  properties: {
    step: { enum: FAILED_STEPS, description: `one of ${FAILED_STEPS.join(', ')}` },
    error: { type: 'string', minLength: 1, description: 'the name of the error' },
    cause: { type: 'string', description: 'the cause of the error' },
    attempts: { type: 'integer', minimum: 1, description: 'a whole number from 1' },
  },
  required: ['step', 'error', 'attempts'],
  additionalProperties: false,
};

export const STEP_PAYLOAD_SCHEMA = {
  type: 'object',
  properties: stepProperties,
  required: ['payloadVersion', 'orderId', 'run'],
  additionalProperties: false,
};

export const CLOSE_PAYLOAD_SCHEMA = {
  type: 'object',
  properties: {
    ...stepProperties,
    closing: {
      type: 'object',
      description: 'how the order ends',
      properties: {
        status: {
          enum: ['REJECTED', 'PAYMENT_FAILED', 'CANCELLED'],
          description: 'REJECTED, PAYMENT_FAILED or CANCELLED',
        },
        reason: { type: 'string', minLength: 1, description: 'the name of the error that led here' },
        detail: { type: 'string', description: 'the detail of the error' },
      },
      required: ['status', 'reason'],
      additionalProperties: false,
    },
  },
  required: ['payloadVersion', 'orderId', 'run', 'closing'],
  additionalProperties: false,
};

/** ResolveShipment is told why ShipOrder was given up. */
export interface ResolvePayload extends StepPayload {
  readonly failure: StepFailure;
}

export const RESOLVE_PAYLOAD_SCHEMA = {
  type: 'object',
  properties: { ...stepProperties, failure },
  required: ['payloadVersion', 'orderId', 'run', 'failure'],
  additionalProperties: false,
};

/** What both states of an intervention are told. */
export interface InterventionPayload extends StepPayload {
  /** Number of the latest intervention whose decision this execution has followed; 0 for none. */
  readonly followed: number;
  readonly deadlineSeconds: number;
}

const interventionProperties = {
  ...stepProperties,
  followed: { type: 'integer', minimum: 0, description: 'a whole number from 0' },
  deadlineSeconds: { type: 'number', exclusiveMinimum: 0, description: 'seconds, more than 0' },
};

export interface OpenPayload extends InterventionPayload {
  readonly failure: StepFailure;
  /** Set when the saga asked the provider what the step had done, and that failed too: the name of that error. */
  readonly resolving?: string;
  readonly taskToken: string;
  readonly turn: Turn;
}

/**
 * Which try of which visit of the state this is. The token of an earlier one is worth nothing any more; Step Functions gives
 * every try another.
 */
export interface Turn {
  /** Redrives of the execution; none when absent. A redrive begins to count tries anew. */
  readonly redrives?: number;
  readonly enteredAt: Instant;
  /** Tries before this one. */
  readonly retries: number;
}

export const OPEN_PAYLOAD_SCHEMA = {
  type: 'object',
  properties: {
    ...interventionProperties,
    failure,
    resolving: { type: 'string', description: 'the name of an error' },
    taskToken: { type: 'string', minLength: 1, description: 'the token of the waiting task' },
    turn: {
      type: 'object',
      description: 'which try of which visit of the state this is',
      properties: {
        redrives: { type: 'integer', minimum: 0, description: 'a whole number from 0' },
        enteredAt: { type: 'string', format: 'date-time', description: 'an instant' },
        retries: { type: 'integer', minimum: 0, description: 'a whole number from 0' },
      },
      required: ['enteredAt', 'retries'],
      additionalProperties: false,
    },
  },
  required: ['payloadVersion', 'orderId', 'run', 'followed', 'deadlineSeconds', 'failure', 'taskToken', 'turn'],
  additionalProperties: false,
};

export const CLOSE_INTERVENTION_PAYLOAD_SCHEMA = {
  type: 'object',
  properties: interventionProperties,
  required: ['payloadVersion', 'orderId', 'run', 'followed', 'deadlineSeconds'],
  additionalProperties: false,
};

/** A function that checks a payload against a schema. It throws InvalidPayload naming every wrong field. */
export function payloadReader<Payload extends StepPayload>(schema: object): (payload: unknown) => Payload {
  const validate = schemaValidator().compile<Payload>(schema);
  return (payload) => {
    if (validate(payload)) return payload;
    const errors = fieldErrors(validate, 'payload').map(({ field, message }) => `${field} ${message}`);
    throw new InvalidPayloadError(`${errors.join('; ')}.`);
  };
}
