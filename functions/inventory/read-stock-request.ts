import type { APIGatewayProxyEvent } from 'aws-lambda';
import { fingerprintOf } from '../../core/fingerprint.ts';
import { asSku, type Sku } from '../../core/ids.ts';
import type { StockRequest } from '../../core/stock-change.ts';
import requestSchema from '../../schemas/change-stock-request.json' with { type: 'json' };
import { headerOf, principalOf } from '../shared/api-handler.ts';
import { type FieldError, invalidRequest } from '../shared/problem.ts';
import { readIdempotencyKey, readJsonBody } from '../shared/read-request.ts';
import { schemaValidator } from '../shared/schema-validator.ts';
import { skuInPath } from './sku-in-path.ts';

export interface ChangeStockRequest {
  readonly sku: Sku;
  readonly body: StockRequest;
  /** Stands for the caller and the Idempotency-Key. */
  readonly digest: string;
  readonly fingerprint: string;
  /** Subject of the person who asks. */
  readonly by: string;
}

/** A name of 200 characters, escaped, and a few numbers. */
const LIMIT = { maxBytes: 8_192, because: 'a name of 200 characters and a few numbers need far less' };

const isStockRequest = schemaValidator().compile<StockRequest>(requestSchema);

/** @throws Problem 415 or 413 for what is not read at all; 400 naming every wrong field */
export function readStockRequest(event: APIGatewayProxyEvent): ChangeStockRequest {
  const principal = principalOf(event);
  const by = principal.kind === 'person' ? principal.subject : principal.clientId;
  const { value: body, errors } = readJsonBody(event, isStockRequest, LIMIT);
  const key = readKey(event, body);
  const sku = skuInPath(event);
  const allErrors = [
    ...(sku === undefined ? [{ field: 'sku', message: 'must be 1 to 64 letters, digits or . _ -' }] : []),
    ...key.errors,
    ...errors,
    ...(body ? deltaErrors(body) : []),
  ];
  if (allErrors.length > 0 || body === undefined || sku === undefined) throw invalidRequest(allErrors);
  const digest = fingerprintOf([by, key.value ?? `request ${event.requestContext.requestId}`]).slice(0, 32);
  return { sku: asSku(sku), body, digest, fingerprint: fingerprintOf({ ...body }), by };
}

/** What sets values may come twice; what adds units may not, and so needs a key. */
function readKey(event: APIGatewayProxyEvent, body: StockRequest | undefined) {
  const isDelta = body === undefined ? speaksOfUnits(event) : body.receive !== undefined || body.adjust !== undefined;
  return isDelta || headerOf(event, 'Idempotency-Key') !== undefined ? readIdempotencyKey(event) : { errors: [] };
}

/** Of a body that is wrong: whether it was meant to add units, so that a missing key is named in the same answer. */
function speaksOfUnits({ body, isBase64Encoded }: APIGatewayProxyEvent): boolean {
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
  return /"(receive|adjust)"\s*:/.test(text);
}

function deltaErrors({ receive, adjust }: StockRequest): FieldError[] {
  if (receive === undefined || adjust === undefined) return [];
  return [{ field: 'adjust', message: 'cannot go with receive; send one of them, and the other under another key' }];
}
