import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isTerminal } from '../../core/lifecycle.ts';
import type { Order } from '../../core/order.ts';
import requestSchema from '../../schemas/cancel-order-request.json' with { type: 'json' };
import { apiHandler, type ApiPrincipal, jsonResponse, principalOf } from '../shared/api-handler.ts';
import { mayReach, orderIdInPath, orderNotFound } from '../shared/order-in-path.ts';
import { OrderStore } from '../shared/order-store.ts';
import { invalidRequest, unavailable } from '../shared/problem.ts';
import { readOptionalJsonBody } from '../shared/read-request.ts';
import { reviveSaga } from '../shared/revive-saga.ts';
import { schemaValidator } from '../shared/schema-validator.ts';
import type { LoggedContext } from '../shared/with-log.ts';
import { requestCancellation } from './request-cancellation.ts';

/** A reason of 500 characters needs far less, however it is escaped. */
const LIMIT = { maxBytes: 16_384, because: 'a reason of 500 characters needs far less' };

const isCancelRequest = schemaValidator().compile<{ readonly reason?: string }>(requestSchema);

/**
 * `POST /orders/{orderId}/cancel` and `DELETE /orders/{orderId}`: asks for an order's cancellation, which the saga honours.
 * Asking again gets the same answer, and sees again to it that somebody carries the order on.
 */
export async function cancelOrder(event: APIGatewayProxyEvent, context: LoggedContext): Promise<APIGatewayProxyResult> {
  const principal = principalOf(event);
  const reason = readReason(event);
  const store = new OrderStore();
  const order = await findOrder(store, event, principal);
  const { orderId } = order;
  context.log = context.log.with({ orderId });

  const change = { now: new Date().toISOString(), causationId: `api-request/${event.requestContext.requestId}` };
  const cancelling = await requestCancellation(store, order, { principal, reason }, change);
  if (!isTerminal(cancelling.status)) {
    const revival = await reviveSaga(cancelling, change, store).catch((error: unknown) => {
      throw unavailable('The cancellation is recorded; its execution could not be looked at. Send it again.', error);
    });
    context.log.info('cancellation accepted', { status: cancelling.status, by: principal.kind, revival });
  }
  return jsonResponse(202, { orderId, status: cancelling.status, cancelRequested: true });
}

async function findOrder(store: OrderStore, event: APIGatewayProxyEvent, principal: ApiPrincipal): Promise<Order> {
  const orderId = orderIdInPath(event);
  const order = orderId && (await store.find(orderId));
  if (!order || !mayReach(principal, order)) throw orderNotFound();
  return order;
}

function readReason(event: APIGatewayProxyEvent): string | undefined {
  const { value, errors } = readOptionalJsonBody(event, isCancelRequest, LIMIT);
  if (errors.length > 0) throw invalidRequest(errors);
  return value?.reason;
}

export const handler = apiHandler(cancelOrder);
