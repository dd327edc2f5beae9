import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { asClientId } from '../../core/ids.ts';
import { createOrder, type ChangedOrder } from '../../core/order-change.ts';
import { orderIdOf } from '../../core/order-id.ts';
import type { Order } from '../../core/order.ts';
import { priceLines } from '../../core/pricing.ts';
import { mergedLines, submissionFingerprint } from '../../core/submission.ts';
import { apiHandler, clientIdOf, jsonResponse } from '../shared/api-handler.ts';
import { OrderStore } from '../shared/order-store.ts';
import { Problem, unavailable } from '../shared/problem.ts';
import { startSaga } from '../shared/start-saga.ts';
import type { LoggedContext } from '../shared/with-log.ts';
import { readCatalogue } from './read-catalogue.ts';
import { readSubmitRequest, type SubmitRequest } from './read-submit-request.ts';
import { keyReused, notPriced } from './submit-problems.ts';

/**
 * `POST /orders`: stores the order with its first event, then starts its saga. The order id follows from the client and
 * its Idempotency-Key, so a request that comes again finds the order, starts what was not started, and gets the same answer.
 */
export async function submitOrder(event: APIGatewayProxyEvent, context: LoggedContext): Promise<APIGatewayProxyResult> {
  const clientId = asClientId(clientIdOf(event));
  const request = readSubmitRequest(event);
  const orderId = orderIdOf(clientId, request.idempotencyKey);
  context.log = context.log.with({ orderId, clientId });

  const fingerprint = submissionFingerprint(request.body);
  const orders = new OrderStore();
  const newOrder = () => makeOrder({ request, identity: { orderId, clientId, fingerprint }, causedBy: event });
  const { order, created } = await storeOnce(orders, orderId, newOrder);
  if (order.fingerprint !== fingerprint) throw keyReused();

  if (order.status === 'PENDING') {
    await startSaga(order).catch((error: unknown) => {
      throw unavailable(
        'The order is stored but could not be started. Send the same request again, with the same key.',
        error,
      );
    });
  }
  context.log.info('order accepted', { created, lines: order.items.length });
  return accepted(order, event);
}

interface NewOrderRequest {
  readonly request: SubmitRequest;
  readonly identity: Pick<Order, 'orderId' | 'clientId' | 'fingerprint'>;
  readonly causedBy: Pick<APIGatewayProxyEvent, 'requestContext'>;
}

/** The order as bought, at the catalogue's prices. @throws Problem 422 when the catalogue cannot price it. */
async function makeOrder({ request: { body }, identity, causedBy }: NewOrderRequest): Promise<ChangedOrder> {
  const lines = mergedLines(body.items);
  const pricing = priceLines(lines, await readCatalogue(lines.map(({ sku }) => sku)));
  if (pricing.kind !== 'priced') throw notPriced(pricing, body);
  const { customer, shippingAddress, payment } = body;
  const { lines: items, currency } = pricing;
  return createOrder(
    { ...identity, customer, shippingAddress, items, currency, paymentToken: payment.token },
    { now: new Date().toISOString(), causationId: `api-request/${causedBy.requestContext.requestId}` },
  );
}

/**
 * Stores the order, or finds the one of the same key. What can no longer be made (a SKU has left the catalogue since) may
 * have been made before: only then is it looked for first, so that the ordinary request costs no read.
 */
async function storeOnce(orders: OrderStore, orderId: Order['orderId'], newOrder: () => Promise<ChangedOrder>) {
  let made: ChangedOrder;
  try {
    made = await newOrder();
  } catch (error) {
    const order = error instanceof Problem ? await orders.find(orderId) : undefined;
    if (!order) throw error;
    return { order, created: false };
  }
  return orders.create(made);
}

/** Only what never changes on an order: whoever asks again gets the same bytes, however far the order has come. */
function accepted({ orderId, total, items, createdAt }: Order, { requestContext }: APIGatewayProxyEvent) {
  // With the stage or the base path of a custom domain, whichever the client came by.
  const location = `${requestContext.path.replace(/\/$/, '')}/${orderId}`;
  const body = {
    orderId,
    status: 'PENDING',
    total: { amountMinor: total.amountMinor, currency: total.currency },
    items: items.map(({ sku, name, quantity, unitPriceMinor }) => ({ sku, name, quantity, unitPriceMinor })),
    createdAt,
    links: { self: location },
  };
  return jsonResponse(202, body, { Location: location });
}

export const handler = apiHandler(submitOrder);
