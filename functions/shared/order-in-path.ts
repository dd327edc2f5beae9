import type { APIGatewayProxyEvent } from 'aws-lambda';
import { isOrderId, type OrderId } from '../../core/ids.ts';
import type { Order } from '../../core/order.ts';
import type { ApiPrincipal } from './api-handler.ts';
import { Problem } from './problem.ts';

/** The id of the order in a path; undefined when no order can have it. */
export function orderIdInPath(event: Pick<APIGatewayProxyEvent, 'pathParameters'>): OrderId | undefined {
  const orderId = event.pathParameters?.['orderId'] ?? '';
  return isOrderId(orderId) ? orderId : undefined;
}

/** The same for an order that is not there and for one of another client. */
export function orderNotFound(): Problem {
  return new Problem(404, 'order-not-found', 'Order not found', 'You have no order with this id.');
}

/** Clients reach their own orders, staff all. */
export function mayReach(principal: ApiPrincipal, { clientId }: Pick<Order, 'clientId'>): boolean {
  return principal.kind === 'person' || principal.clientId === clientId;
}
