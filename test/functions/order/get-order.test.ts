import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/order/get-order.ts';
import { applyChange } from '../../../core/order-change.ts';
import { eventItem, orderItem } from '../../../core/order-item.ts';
import { CREATED_AT, newOrder, ORDER_ID } from '../../orders.ts';
import { apiEvent } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { lambdaContext } from '../lambda-context.ts';

const dynamoDb = mockClient(DynamoDBDocumentClient);
let logs: CapturedLogs;
beforeEach(() => {
  logs = captureLogs();
  dynamoDb.reset();
  process.env['ORDERS_TABLE'] = 'Orders';
});
afterEach(() => logs.restore());

async function get(orderId: string, clientId = 'client-1') {
  const answer = await handler(apiEvent('GET', `/orders/${orderId}`, { orderId, clientId }), lambdaContext());
  return { ...answer, json: JSON.parse(answer.body) as Record<string, unknown> };
}

/** A rejected order: two events, and an item of another kind beside them. */
const created = newOrder();
const rejected = applyChange(
  created.order,
  { type: 'OrderRejected', details: {}, failure: { reason: 'InsufficientStock', detail: 'MUG-BLUE' } },
  { now: '2026-11-20T13:00:01.000Z', causationId: 'CloseOrder' },
);
const ITEMS = [
  eventItem(created.event),
  eventItem(rejected.event),
  { pk: `ORDER#${ORDER_ID}`, sk: 'HOLD', status: 'REFUSED' },
  orderItem(rejected.order),
];

test('an order is shown with its timeline: each event with its statuses and reason', async () => {
  dynamoDb.on(QueryCommand).resolves({ Items: ITEMS });

  const { statusCode, json } = await get(ORDER_ID);

  expect(statusCode).toBe(200);
  expect(json).toMatchObject({
    orderId: ORDER_ID,
    status: 'REJECTED',
    total: { amountMinor: 3480, currency: 'EUR' },
    payment: { status: 'NOT_CHARGED', chargedMinor: 0, refundedMinor: 0 },
    shipment: null,
    timeline: [
      { type: 'OrderCreated', time: CREATED_AT, version: 1, statusBefore: null, statusAfter: 'PENDING' },
      {
        type: 'OrderRejected',
        version: 2,
        statusBefore: 'PENDING',
        statusAfter: 'REJECTED',
        reason: 'InsufficientStock',
        detail: 'MUG-BLUE',
      },
    ],
  });
});

test('it is read consistently, in one query', async () => {
  dynamoDb.on(QueryCommand).resolves({ Items: ITEMS });

  await get(ORDER_ID);

  expect(dynamoDb.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toMatchObject([
    { TableName: 'Orders', ConsistentRead: true, ExpressionAttributeValues: { ':pk': `ORDER#${ORDER_ID}` } },
  ]);
});

test('given a collection of more than one page, then all of them are read', async () => {
  const next = { pk: `ORDER#${ORDER_ID}`, sk: 'EVENT#000001' };
  dynamoDb
    .on(QueryCommand)
    .resolvesOnce({ Items: ITEMS.slice(0, 1), LastEvaluatedKey: next })
    .resolves({ Items: ITEMS.slice(1) });

  const { json } = await get(ORDER_ID);

  expect(json['timeline']).toHaveLength(2);
  expect(dynamoDb.commandCalls(QueryCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual(next);
});

test('neither the payment token nor the fingerprint is shown', async () => {
  dynamoDb.on(QueryCommand).resolves({ Items: ITEMS });

  const { body } = await get(ORDER_ID);

  expect(body).not.toContain('tok_visa');
  expect(body).not.toContain(created.order.fingerprint);
});

describe('not found is answered', () => {
  const notFound = { statusCode: 404, headers: { 'Content-Type': 'application/problem+json' } };

  test('for an order that is not there', async () => {
    dynamoDb.on(QueryCommand).resolves({ Items: [] });
    expect(await get(ORDER_ID)).toMatchObject(notFound);
  });

  test("for another client's order, in the same words", async () => {
    dynamoDb.on(QueryCommand).resolves({ Items: ITEMS });
    const foreign = await get(ORDER_ID, 'client-2');
    dynamoDb.on(QueryCommand).resolves({ Items: [] });

    expect(foreign).toMatchObject(notFound);
    expect(foreign.body).toBe((await get(ORDER_ID)).body);
  });

  test.each(['1', 'ORDER#1', ORDER_ID.toUpperCase(), `${ORDER_ID} `])(
    'for %j, without asking the table',
    async (id) => {
      expect(await get(id)).toMatchObject(notFound);
      expect(dynamoDb.calls()).toEqual([]);
    },
  );
});

test('a request that no authorizer has seen is an internal error, not an answer', async () => {
  expect((await get(ORDER_ID, '')).statusCode).toBe(500);
});

test("staff are shown any client's order", async () => {
  dynamoDb.on(QueryCommand).resolves({ Items: ITEMS });
  const event = apiEvent('GET', `/orders/${ORDER_ID}`, {
    orderId: ORDER_ID,
    person: { subject: 'staff-1', roles: ['staff'] },
  });

  expect(await handler(event, lambdaContext())).toMatchObject({ statusCode: 200 });
});
