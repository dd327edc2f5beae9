import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { orderView } from '../../core/order-view.ts';
import { apiHandler, jsonResponse, principalOf } from '../shared/api-handler.ts';
import { mayReach, orderIdInPath, orderNotFound } from '../shared/order-in-path.ts';
import { OrderStore } from '../shared/order-store.ts';

/**
 * `GET /orders/{orderId}`: the order with its timeline. Clients get their own, staff any; another client's order is answered like
 * one that is not there.
 */
export async function getOrder(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const principal = principalOf(event);
  const orderId = orderIdInPath(event);
  const found = orderId && (await new OrderStore().findWithEvents(orderId));
  if (!found || !mayReach(principal, found.order)) throw orderNotFound();
  return jsonResponse(200, orderView(found.order, found.events));
}

export const handler = apiHandler(getOrder);
