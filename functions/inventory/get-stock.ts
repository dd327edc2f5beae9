import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { Problem } from '../shared/problem.ts';
import { skuInPath } from './sku-in-path.ts';
import { findStock } from './stock-store.ts';

/** `GET /inventory/{sku}`: the stock of a SKU, as of now. */
export async function getStock(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const sku = skuInPath(event);
  const stock = sku && (await findStock(sku));
  if (!stock) throw new Problem(404, 'sku-not-found', 'SKU not found', 'The catalogue does not have this SKU.');
  return jsonResponse(200, stock);
}

export const handler = apiHandler(getStock);
