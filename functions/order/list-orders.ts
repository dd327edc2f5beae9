import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { pageCursor } from '../../core/page-cursor.ts';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { readOrderPage } from './order-lists.ts';
import { listOf, readListRequest } from './read-list-request.ts';

/** `GET /orders`: one page of the orders, newest first. Clients are shown their own, staff all. */
export async function listOrders(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const request = readListRequest(event);
  const { orders, next } = await readOrderPage(request);
  const nextCursor = next === undefined ? null : pageCursor(listOf(request.filters), next);
  return jsonResponse(200, { orders, nextCursor });
}

export const handler = apiHandler(listOrders);
