import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { headerOf } from './api-handler.ts';
import { Problem, type FieldError } from './problem.ts';
import { fieldErrors } from './schema-validator.ts';

/** A part of a request as it was understood, or what is wrong with it: a request names all its errors at once. */
export interface Read<Value> {
  readonly value?: Value;
  readonly errors: readonly FieldError[];
}

const KEY_HEADER = 'Idempotency-Key';
const KEY_RULE = 'must be 1 to 255 printable ASCII characters, the same at every retry of one request, such as a UUID';

export function readIdempotencyKey(event: Pick<APIGatewayProxyEvent, 'headers'>): Read<string> {
  const key = headerOf(event, KEY_HEADER) ?? '';
  if (key === '') return { errors: [{ field: KEY_HEADER, message: `is missing; add the header, which ${KEY_RULE}` }] };
  return /^[ -~]{1,255}$/.test(key)
    ? { value: key, errors: [] }
    : { errors: [{ field: KEY_HEADER, message: KEY_RULE }] };
}

/** The largest body that a route reads, and why no request needs more. */
export interface BodyLimit {
  readonly maxBytes: number;
  readonly because: string;
}

/** As {@link readJsonBody}, where the body may be left out: then there is no value, and no error either. */
export function readOptionalJsonBody<Body>(
  event: APIGatewayProxyEvent,
  validate: ValidateFunction<Body>,
  limit: BodyLimit,
): Read<Body> {
  return event.body === null || event.body === '' ? { errors: [] } : readJsonBody(event, validate, limit);
}

/**
 * Parses and checks a JSON body.
 * @throws Problem 415 or 413 for what is not read at all
 */
export function readJsonBody<Body>(
  event: APIGatewayProxyEvent,
  validate: ValidateFunction<Body>,
  limit: BodyLimit,
): Read<Body> {
  refuseOtherThanJson(headerOf(event, 'Content-Type'));
  let body: unknown;
  try {
    body = JSON.parse(bodyText(event, limit));
  } catch (error) {
    if (error instanceof Problem) throw error;
    return { errors: [{ field: 'body', message: 'is not JSON; send one JSON object' }] };
  }
  return validate(body) ? { value: body, errors: [] } : { errors: fieldErrors(validate, 'body') };
}

/** A missing Content-Type is taken as JSON (RFC 9110 §8.3 lets the recipient look); another one is surely a mistake. */
function refuseOtherThanJson(contentType: string | undefined): void {
  if (contentType === undefined || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType.trim())) return;
  const detail = 'Send the body as JSON, with the header Content-Type: application/json.';
  throw new Problem(415, 'unsupported-media-type', 'Unsupported media type', detail);
}

function bodyText(
  event: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>,
  { maxBytes, because }: BodyLimit,
): string {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (Buffer.byteLength(text) <= maxBytes) return text;
  throw new Problem(
    413,
    'content-too-large',
    'Content too large',
    `The body has more than ${maxBytes} bytes; ${because}.`,
  );
}
