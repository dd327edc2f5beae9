import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { asOrderId } from '../../core/ids.ts';
import { orderView } from '../../core/order-view.ts';
import { apiHandler, clientIdOf, jsonResponse } from '../shared/api-handler.ts';
import { OrderStore } from '../shared/order-store.ts';
import { Problem } from '../shared/problem.ts';

/** What no order can be called is not looked up. */
const ORDER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** `GET /orders/{orderId}`: the order with its timeline. Another client's order is answered like one that is not there. */
export async function getOrder(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const clientId = clientIdOf(event);
  const orderId = event.pathParameters?.['orderId'] ?? '';
  const found = ORDER_ID.test(orderId) ? await new OrderStore().findWithEvents(asOrderId(orderId)) : undefined;
  if (!found || found.order.clientId !== clientId) {
    throw new Problem(404, 'order-not-found', 'Order not found', 'You have no order with this id.');
  }
  return jsonResponse(200, orderView(found.order, found.events));
}

export const handler = apiHandler(getOrder);
