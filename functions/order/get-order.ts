import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { orderView } from '../../core/order-view.ts';
import { apiHandler, clientIdOf, jsonResponse } from '../shared/api-handler.ts';
import { orderIdInPath, orderNotFound } from '../shared/order-in-path.ts';
import { OrderStore } from '../shared/order-store.ts';

/** `GET /orders/{orderId}`: the order with its timeline. Another client's order is answered like one that is not there. */
export async function getOrder(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const clientId = clientIdOf(event);
  const orderId = orderIdInPath(event);
  const found = orderId && (await new OrderStore().findWithEvents(orderId));
  if (!found || found.order.clientId !== clientId) throw orderNotFound();
  return jsonResponse(200, orderView(found.order, found.events));
}

export const handler = apiHandler(getOrder);
