import type { APIGatewayProxyEvent } from 'aws-lambda';
import { asOrderId, type OrderId } from '../../core/ids.ts';
import type { Order } from '../../core/order.ts';
import type { ApiPrincipal } from './api-handler.ts';
import { Problem } from './problem.ts';

/** What no order can be called is not looked up. */
const ORDER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The id of the order in a path; undefined when no order can have it. */
export function orderIdInPath(event: Pick<APIGatewayProxyEvent, 'pathParameters'>): OrderId | undefined {
  const orderId = event.pathParameters?.['orderId'] ?? '';
  return ORDER_ID.test(orderId) ? asOrderId(orderId) : undefined;
}

/** The same for an order that is not there and for one of another client. */
export function orderNotFound(): Problem {
  return new Problem(404, 'order-not-found', 'Order not found', 'You have no order with this id.');
}

/** Clients reach their own orders, staff all. */
export function mayReach(principal: ApiPrincipal, { clientId }: Pick<Order, 'clientId'>): boolean {
  return principal.kind === 'person' || principal.clientId === clientId;
}
