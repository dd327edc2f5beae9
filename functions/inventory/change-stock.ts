import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { StoreUnavailableError } from '../../core/errors.ts';
import { deltaOf, missingForNew, newStock, type StockChange } from '../../core/stock-change.ts';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { invalidRequest, Problem } from '../shared/problem.ts';
import type { LoggedContext } from '../shared/with-log.ts';
import { type ChangeStockRequest, readStockRequest } from './read-stock-request.ts';
import { findChange, findStock, settleAnswer, writeChange } from './stock-store.ts';

/** Looks at a SKU: each but the first follows a write that somebody else was faster with. */
const LOOKS = 5;

/**
 * `PUT /inventory/{sku}`: sets what is known of a SKU, and takes units that came in or a correction after stocktaking, as a
 * delta. Every change leaves an entry that says who, when and what; the same Idempotency-Key changes nothing twice.
 */
export async function changeStock(event: APIGatewayProxyEvent, context: LoggedContext): Promise<APIGatewayProxyResult> {
  const request = readStockRequest(event);
  const change = await changeOnce(request, new Date().toISOString());
  const stock = await settleAnswer(change, request.digest);
  context.log.info('stock changed', { sku: request.sku, by: change.by, at: change.at, ...change.request });
  return jsonResponse(change.created ? 201 : 200, stock);
}

/** Makes the change, or finds it made. @throws Problem when it cannot be made, or the key belongs to another one */
async function changeOnce(request: ChangeStockRequest, at: string): Promise<StockChange> {
  const { sku, digest, body, fingerprint, by } = request;
  for (let look = 1; look <= LOOKS; look += 1) {
    const [recorded, stock] = await Promise.all([findChange(sku, digest), findStock(sku)]);
    if (recorded) return sameRequest(recorded, fingerprint);

    const made = stock ? undefined : newStock(sku, body);
    if (!stock && !made) throw unknownSku(request);
    const before = stock?.available ?? 0;
    if (before + deltaOf(body) < 0) throw tooFew(request, before);
    const change: StockChange = { sku, request: body, fingerprint, by, at, created: made !== undefined };
    if (await writeChange(change, digest, made)) return change;
  }
  throw new StoreUnavailableError(`SKU ${sku} was changed ${LOOKS} times meanwhile; try again.`);
}

function sameRequest(recorded: StockChange, fingerprint: string): StockChange {
  if (recorded.fingerprint === fingerprint) return recorded;
  throw new Problem(
    422,
    'idempotency-key-reused',
    'Idempotency-Key used for another change',
    'This Idempotency-Key belongs to another change of this SKU. Send the same body again, or take a new key.',
    { errors: [{ field: 'Idempotency-Key', message: 'was used with another body; take a new key for a new change' }] },
  );
}

function unknownSku({ sku, body }: ChangeStockRequest): Problem {
  const message = `is missing; the catalogue does not have ${sku} yet, and to make it needs this`;
  return invalidRequest(missingForNew(body).map((field) => ({ field, message })));
}

function tooFew({ sku, body: { adjust = 0 } }: ChangeStockRequest, available: number): Problem {
  const detail =
    `Of ${sku}, ${available} units are available: ${-adjust} cannot be taken off. Units that are held or shipped ` +
    'belong to orders.';
  const errors = [{ field: 'adjust', message: `must be at least ${-available}, which is what there is` }];
  return new Problem(409, 'too-few-available', 'Too few available', detail, { errors });
}

export const handler = apiHandler(changeStock);
