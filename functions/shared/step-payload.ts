import { InvalidPayloadError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { ClosingStatus } from '../../core/lifecycle.ts';
import type { Failure } from '../../core/order.ts';
import { fieldErrors, schemaValidator } from './schema-validator.ts';

/** What the state machine passes to every step: the execution's input, and no personal data. */
export interface StepPayload {
  readonly payloadVersion: 1;
  readonly orderId: OrderId;
  /** Which execution of the saga this is. */
  readonly run: number;
  /** How often the saga was sent to this step on purpose; retries and redrives do not count. 1 when absent. */
  readonly visit?: number;
}

/** CloseOrder is told in addition how the order ends, and why. */
export interface ClosePayload extends StepPayload {
  readonly closing: { readonly status: ClosingStatus } & Failure;
}

const stepProperties = {
  // A payload of another version is refused: an execution may outlive the deployment that started it.
  payloadVersion: { const: 1, description: '1' },
  orderId: {
    type: 'string',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
    description: 'an order id (a UUID of version 5)',
  },
  run: { type: 'integer', minimum: 1, description: 'a whole number from 1' },
  visit: { type: 'integer', minimum: 1, description: 'a whole number from 1' },
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

/** A function that checks a payload against a schema. It throws InvalidPayload naming every wrong field. */
export function payloadReader<Payload extends StepPayload>(schema: object): (payload: unknown) => Payload {
  const validate = schemaValidator().compile<Payload>(schema);
  return (payload) => {
    if (validate(payload)) return payload;
    const errors = fieldErrors(validate, 'payload').map(({ field, message }) => `${field} ${message}`);
    throw new InvalidPayloadError(`${errors.join('; ')}.`);
  };
}
