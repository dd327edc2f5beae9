import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isRepeated, newsIn, obstacleToNews, trackingView } from '../../core/delivery.ts';
import type { EventDetails } from '../../core/events.ts';
import type { OrderChange } from '../../core/order-change.ts';
import type { DeliveryStatus, Order } from '../../core/order.ts';
import requestSchema from '../../schemas/update-fulfilment-request.json' with { type: 'json' };
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { orderIdInPath, orderNotFound } from '../shared/order-in-path.ts';
import { OrderStore } from '../shared/order-store.ts';
import { invalidRequest, Problem } from '../shared/problem.ts';
import { readJsonBody } from '../shared/read-request.ts';
import { schemaValidator } from '../shared/schema-validator.ts';
import type { LoggedContext } from '../shared/with-log.ts';

type News = EventDetails['ShipmentUpdated'];

/** Two short members; anything larger is something else. */
const LIMIT = { maxBytes: 4_096, because: 'news of a parcel are a status and an instant' };

const isRequest = schemaValidator().compile<{ readonly status: DeliveryStatus; readonly occurredAt?: string }>(
  requestSchema,
);

/**
 * `PATCH /orders/{orderId}/fulfilment`: news of a parcel, as a carrier's webhook sends them: repeated, late and out of order. What
 * is known already is answered the same and changes nothing; what contradicts it is refused.
 */
export async function updateFulfilment(
  event: APIGatewayProxyEvent,
  context: LoggedContext,
): Promise<APIGatewayProxyResult> {
  const news = readNews(event);
  const store = new OrderStore();
  const orderId = orderIdInPath(event);
  const found = orderId && (await store.find(orderId));
  if (!found) throw orderNotFound();
  context.log = context.log.with({ orderId: found.orderId });

  const { order, repeated } = await store.commit(
    found,
    {
      change: (current) => shipmentUpdated(current, news),
      isMade: ({ shipment }) => shipment !== undefined && isRepeated(shipment, newsIn(news)),
    },
    { now: new Date().toISOString(), causationId: `api-request/${event.requestContext.requestId}` },
  );
  context.log.info('news of a parcel', { deliveryStatus: news.deliveryStatus, repeated });
  return jsonResponse(200, trackingView(order));
}

/** @throws Problem 409 when the order is not shipped, or its parcel is further on its way */
function shipmentUpdated({ shipment, status }: Order, news: News): OrderChange {
  if (!shipment || (status !== 'SHIPPED' && status !== 'COMPLETED')) {
    const detail = `The order is ${status}: it has no parcel of which there can be news.`;
    throw new Problem(409, 'order-not-shipped', 'Order not shipped', detail);
  }
  const obstacle = obstacleToNews(shipment, newsIn(news));
  if (obstacle !== undefined) {
    const detail = `The parcel cannot be ${news.deliveryStatus} now: ${obstacle}. Late news give occurredAt, when it happened.`;
    throw new Problem(409, 'delivery-contradicted', 'The parcel is further on its way', detail);
  }
  return { type: 'ShipmentUpdated', details: news };
}

function readNews(event: APIGatewayProxyEvent): News {
  const { value, errors } = readJsonBody(event, isRequest, LIMIT);
  if (value === undefined) throw invalidRequest(errors);
  const { status, occurredAt } = value;
  return { deliveryStatus: status, ...(occurredAt !== undefined && { at: new Date(occurredAt).toISOString() }) };
}

export const handler = apiHandler(updateFulfilment);
