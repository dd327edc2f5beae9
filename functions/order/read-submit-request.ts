import type { APIGatewayProxyEvent } from 'aws-lambda';
import { MAX_QUANTITY_PER_SKU, mergedLines, type Submission } from '../../core/submission.ts';
import requestSchema from '../../schemas/submit-order-request.json' with { type: 'json' };
import { invalidRequest, type FieldError } from '../shared/problem.ts';
import { readIdempotencyKey, readJsonBody } from '../shared/read-request.ts';
import { schemaValidator } from '../shared/schema-validator.ts';

export interface SubmitRequest {
  readonly idempotencyKey: string;
  readonly body: Submission;
}

/** The largest request that the schema lets pass is near 8 KiB; four times that leaves room for blanks and escapes. */
const LIMIT = { maxBytes: 32_768, because: 'an order of 25 lines needs far less' };

const isSubmission = schemaValidator().compile<Submission>(requestSchema);

/**
 * Reads and checks a submission.
 * @throws Problem 415 or 413 for what is not read at all; 400 naming every wrong field, header and body alike.
 */
export function readSubmitRequest(event: APIGatewayProxyEvent): SubmitRequest {
  const body = readJsonBody(event, isSubmission, LIMIT);
  const key = readIdempotencyKey(event);
  const errors = [...key.errors, ...body.errors, ...(body.value ? quantityErrors(body.value.items) : [])];
  if (errors.length > 0 || body.value === undefined || key.value === undefined) throw invalidRequest(errors);
  return { idempotencyKey: key.value, body: body.value };
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
