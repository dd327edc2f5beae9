import type { APIGatewayProxyResult } from 'aws-lambda';
import { orderView } from '../../core/order-view.ts';
import type { Order } from '../../core/order.ts';
import { invalidRequest, unavailable } from '../../functions/shared/problem.ts';
import { problemResponse } from '../../functions/shared/problem-response.ts';
import { schemaValidator } from '../../functions/shared/schema-validator.ts';
import common from '../../schemas/common.json' with { type: 'json' };
import openapi from '../../schemas/openapi.json' with { type: 'json' };
import order from '../../schemas/order.json' with { type: 'json' };
import problem from '../../schemas/problem.json' with { type: 'json' };
import request from '../../schemas/submit-order-request.json' with { type: 'json' };
import { shipmentKeyOf } from '../../core/ids.ts';
import { newOrder, ORDER_ID } from '../orders.ts';
import { everyEvent } from '../every-event.ts';

const ajv = schemaValidator([common]);
const errorsOf = (schema: object, value: unknown) => {
  const validate = ajv.compile(schema);
  validate(JSON.parse(JSON.stringify(value)));
  return validate.errors ?? [];
};

const fresh = newOrder().order;
const shipped: Order = {
  ...fresh,
  status: 'COMPLETED',
  shippingAddress: { ...fresh.shippingAddress, line2: 'Flat 2', region: 'Greater London' },
  payment: { ...fresh.payment, status: 'CHARGED', chargedMinor: 3480, declineCode: 'none' },
  shipment: {
    key: shipmentKeyOf(ORDER_ID, 1),
    carrier: 'Sandbox Post',
    trackingNumber: 'SP1',
    estimatedDelivery: '2026-11-24T12:00:00.000Z',
  },
  failure: { reason: 'CarrierUnavailable', detail: 'at first' },
};

test.each([
  ['a new order', fresh],
  ['an order with everything that there can be', shipped],
])('%s is shown as the schema says', (_, one) => {
  expect(errorsOf(order, orderView(one, everyEvent()))).toEqual([]);
});

test('what the schema of an order does not know is an error: nothing inside gets out unnoticed', () => {
  const leaking = { ...orderView(fresh, []), fingerprint: fresh.fingerprint };

  expect(errorsOf(order, leaking)).toMatchObject([{ params: { additionalProperty: 'fingerprint' } }]);
});

test.each([
  ['an invalid request', invalidRequest([{ field: 'items', message: 'is missing; add it' }])],
  ['something that does not answer', unavailable('Send it again.', new Error('silence'))],
])('%s is answered by a problem document', (_, one) => {
  const { body, headers }: APIGatewayProxyResult = problemResponse(one);

  expect(headers).toMatchObject({ 'Content-Type': 'application/problem+json' });
  expect(errorsOf(problem, JSON.parse(body))).toEqual([]);
});

test('the example of the description is a valid request', () => {
  const { example } = openapi.paths['/orders'].post.requestBody.content['application/json'];

  expect(errorsOf(request, example)).toEqual([]);
});
