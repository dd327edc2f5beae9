import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { trackingView } from '../../core/delivery.ts';
import { apiHandler, jsonResponse, principalOf } from '../shared/api-handler.ts';
import { mayReach, orderIdInPath, orderNotFound } from '../shared/order-in-path.ts';
import { OrderStore } from '../shared/order-store.ts';

/**
 * `GET /orders/{orderId}/tracking`: where the parcel is. An order that is not shipped has no shipment yet, which is an answer
 * and no error: whoever asks again and again need not tell the two apart.
 */
export async function getTracking(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const principal = principalOf(event);
  const orderId = orderIdInPath(event);
  const order = orderId && (await new OrderStore().find(orderId));
  if (!order || !mayReach(principal, order)) throw orderNotFound();
  return jsonResponse(200, trackingView(order));
}

export const handler = apiHandler(getTracking);
