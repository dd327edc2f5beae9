import type { APIGatewayProxyEvent } from 'aws-lambda';
import { MAX_QUANTITY_PER_SKU, mergedLines, type Submission } from '../../core/submission.ts';
import requestSchema from '../../schemas/submit-order-request.json' with { type: 'json' };
import { headerOf } from '../shared/api-handler.ts';
import { invalidRequest, Problem, type FieldError } from '../shared/problem.ts';
import { fieldErrors, schemaValidator } from '../shared/schema-validator.ts';

export interface SubmitRequest {
  readonly idempotencyKey: string;
  readonly body: Submission;
}

/** The largest request that the schema lets pass is near 8 KiB; four times that leaves room for blanks and escapes. */
const MAX_BODY_BYTES = 32_768;
const KEY_HEADER = 'Idempotency-Key';
const KEY_RULE = 'must be 1 to 255 printable ASCII characters, the same at every retry of one order, such as a UUID';

const isSubmission = schemaValidator().compile<Submission>(requestSchema);

/**
 * Reads and checks a submission.
 * @throws Problem 415 or 413 for what is not read at all; 400 naming every wrong field, header and body alike.
 */
export function readSubmitRequest(event: APIGatewayProxyEvent): SubmitRequest {
  refuseOtherThanJson(headerOf(event, 'Content-Type'));
  const idempotencyKey = headerOf(event, KEY_HEADER) ?? '';
  const { body, errors } = readBody(bodyText(event));
  const allErrors = [...keyErrors(idempotencyKey), ...errors, ...(body ? quantityErrors(body.items) : [])];
  if (allErrors.length > 0 || body === undefined) throw invalidRequest(allErrors);
  return { idempotencyKey, body };
}

function keyErrors(key: string): FieldError[] {
  if (key === '') return [{ field: KEY_HEADER, message: `is missing; add the header, which ${KEY_RULE}` }];
  return /^[ -~]{1,255}$/.test(key) ? [] : [{ field: KEY_HEADER, message: KEY_RULE }];
}

/** A missing Content-Type is taken as JSON (RFC 9110 §8.3 lets the recipient look); another one is surely a mistake. */
function refuseOtherThanJson(contentType: string | undefined): void {
  if (contentType === undefined || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType.trim())) return;
  const detail = 'Send the order as JSON, with the header Content-Type: application/json.';
  throw new Problem(415, 'unsupported-media-type', 'Unsupported media type', detail);
}

function bodyText(event: APIGatewayProxyEvent): string {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (Buffer.byteLength(text) <= MAX_BODY_BYTES) return text;
  const detail = `The body has more than ${MAX_BODY_BYTES} bytes; an order of 25 lines needs far less.`;
  throw new Problem(413, 'content-too-large', 'Content too large', detail);
}

/** The bound of a line also holds for its SKU: a thousand of something are not to be had in two lines either. */
function quantityErrors(items: Submission['items']): FieldError[] {
  const tooMany = mergedLines(items).filter(({ quantity }) => quantity > MAX_QUANTITY_PER_SKU);
  return items.flatMap(({ sku }, index) => {
    const merged = tooMany.find((line) => line.sku === sku);
    if (!merged) return [];
    const message = `the lines of ${sku} add up to ${merged.quantity}; an order takes at most ${MAX_QUANTITY_PER_SKU} of one SKU`;
    return [{ field: `items[${index}].quantity`, message }];
  });
}

function readBody(text: string): { body?: Submission; errors: FieldError[] } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { errors: [{ field: 'body', message: 'is not JSON; send one JSON object' }] };
  }
  return isSubmission(body) ? { body, errors: [] } : { errors: fieldErrors(isSubmission, 'body') };
}
