import { jest } from '@jest/globals';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/order/submit-order.ts';
import { orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { CREATED_AT, newOrder, ORDER_ID, submission } from '../../orders.ts';
import { apiEvent, type ApiRequest } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { lambdaContext } from '../lambda-context.ts';

const dynamoDb = mockClient(DynamoDBDocumentClient);
const stepFunctions = mockClient(SFNClient);
let logs: CapturedLogs;

const MUG = { sku: 'MUG-BLUE', name: 'Mug, blue', priceMinor: 1295, currency: 'EUR' };
const NOTEBOOK = { sku: 'NOTEBOOK-A5', name: 'Notebook A5', priceMinor: 890, currency: 'EUR' };

beforeEach(() => {
  logs = captureLogs();
  dynamoDb.reset();
  stepFunctions.reset();
  dynamoDb.on(BatchGetCommand).resolves({ Responses: { Inventory: [MUG, NOTEBOOK] } });
  dynamoDb.on(TransactWriteCommand).resolves({});
  dynamoDb.on(GetCommand).resolves({});
  stepFunctions.on(StartExecutionCommand).resolves({});
  process.env['ORDERS_TABLE'] = 'Orders';
  process.env['INVENTORY_TABLE'] = 'Inventory';
  process.env['STATE_MACHINE_ARN'] = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-saga';
});
afterEach(() => {
  logs.restore();
  jest.restoreAllMocks();
});

const HEADERS = { 'Idempotency-Key': 'key-1', 'Content-Type': 'application/json' };

async function submit(request: ApiRequest | object = submission()) {
  const asIs = 'body' in request || 'headers' in request;
  const answer = await handler(
    apiEvent('POST', '/orders', {
      headers: HEADERS,
      body: JSON.stringify(asIs ? submission() : request),
      ...(asIs && request),
    }),
    lambdaContext(),
  );
  return { ...answer, json: JSON.parse(answer.body) as Record<string, unknown> };
}

/** DynamoDB's refusal of a transaction, with one reason code for each action. */
const cancelled = (...codes: string[]) =>
  Object.assign(new Error('Transaction cancelled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

function givenStored(order: Order) {
  dynamoDb.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
  dynamoDb.on(GetCommand).resolves({ Item: orderItem(order) });
}

const started = () => stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);

describe('a new order', () => {
  test('is accepted at the prices of the catalogue, with the place where it can be followed', async () => {
    const answer = await submit();

    expect(answer.statusCode).toBe(202);
    expect(answer.headers).toMatchObject({ Location: `/dev/orders/${ORDER_ID}`, 'Content-Type': 'application/json' });
    expect(answer.json).toEqual({
      orderId: ORDER_ID,
      status: 'PENDING',
      total: { amountMinor: 3480, currency: 'EUR' },
      items: [
        { sku: 'MUG-BLUE', name: 'Mug, blue', quantity: 2, unitPriceMinor: 1295 },
        { sku: 'NOTEBOOK-A5', name: 'Notebook A5', quantity: 1, unitPriceMinor: 890 },
      ],
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) as string,
      links: { self: `/dev/orders/${ORDER_ID}` },
    });
  });

  test('is written in one transaction with its first event, both only if they are not there', async () => {
    await submit();

    const [write, ...others] = dynamoDb.commandCalls(TransactWriteCommand);
    expect(others).toEqual([]);
    const puts = write?.args[0].input.TransactItems?.map(({ Put }) => Put);
    expect(puts).toMatchObject([
      {
        TableName: 'Orders',
        ConditionExpression: 'attribute_not_exists(pk)',
        Item: { pk: `ORDER#${ORDER_ID}`, sk: 'ORDER', status: 'PENDING', version: 1, customer: submission().customer },
      },
      {
        TableName: 'Orders',
        ConditionExpression: 'attribute_not_exists(pk)',
        Item: { sk: 'EVENT#000001', type: 'OrderCreated', causationId: 'api-request/request-1' },
      },
    ]);
    expect(dynamoDb.commandCalls(GetCommand)).toEqual([]);
  });

  test('starts its saga under its own name, with nothing personal in the input', async () => {
    await submit();

    expect(started()).toEqual([
      {
        stateMachineArn: process.env['STATE_MACHINE_ARN'],
        name: `${ORDER_ID}-1`,
        input: JSON.stringify({ payloadVersion: 1, orderId: ORDER_ID, run: 1 }),
      },
    ]);
  });

  test('merges lines of one SKU', async () => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { Inventory: [MUG] } });
    const items = [1, 2].map((quantity) => ({ sku: 'MUG-BLUE', quantity }));

    const { json } = await submit(submission({ items }));

    expect(json['items']).toMatchObject([{ sku: 'MUG-BLUE', quantity: 3 }]);
    expect(json['total']).toEqual({ amountMinor: 3 * 1295, currency: 'EUR' });
  });

  test('is read whatever the case of its header names, and in base64', async () => {
    const body = Buffer.from(JSON.stringify(submission())).toString('base64');
    const headers = { 'idempotency-key': 'key-1', 'CONTENT-TYPE': 'application/json; charset=utf-8' };

    expect((await submit({ headers, body, isBase64Encoded: true })).statusCode).toBe(202);
  });

  test('leaves nothing of the customer in the log', async () => {
    await submit();

    expect(logs.lines()).toMatchObject([{ message: 'order accepted', orderId: ORDER_ID, created: true }]);
    expect(logs.text()).not.toMatch(/Ada|example\.com|St James|tok_visa/);
  });
});

describe('the same key and body again', () => {
  test('gets the same bytes, however far the order has come, and starts nothing once it is under way', async () => {
    const first = await submit();
    const write = dynamoDb.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems?.[0]?.Put?.Item as Order;
    givenStored({ ...write, status: 'SHIPPED', version: 5 });
    stepFunctions.resetHistory();

    const again = await submit();

    expect(again.statusCode).toBe(202);
    expect(again.body).toBe(first.body);
    expect(again.headers).toEqual(first.headers);
    expect(started()).toEqual([]);
  });

  test('starts the saga while the order is still pending, since the first start may not have happened', async () => {
    givenStored(newOrder().order);

    expect((await submit()).statusCode).toBe(202);

    expect(started()).toMatchObject([{ name: `${ORDER_ID}-1` }]);
  });

  test('starts the run that the order is in', async () => {
    givenStored({ ...newOrder().order, run: 3 });

    await submit();

    expect(started()).toMatchObject([{ name: `${ORDER_ID}-3` }]);
  });

  test('is content with an execution that is there already', async () => {
    givenStored(newOrder().order);
    stepFunctions.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'exists', $metadata: {} }));

    expect((await submit()).statusCode).toBe(202);
  });

  test('finds its order even when a SKU has left the catalogue since', async () => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { Inventory: [NOTEBOOK] } });
    dynamoDb.on(GetCommand).resolves({ Item: orderItem({ ...newOrder().order, status: 'COMPLETED' }) });

    const answer = await submit();

    expect(answer.statusCode).toBe(202);
    expect(answer.json['createdAt']).toBe(CREATED_AT);
    expect(dynamoDb.commandCalls(TransactWriteCommand)).toEqual([]);
  });
});

describe('the same key with another body', () => {
  const other = submission({ items: [{ sku: 'MUG-BLUE', quantity: 9 }] });
  beforeEach(() => givenStored(newOrder().order));

  test('is refused and starts nothing', async () => {
    const answer = await submit(other);

    expect(answer.statusCode).toBe(422);
    expect(answer.headers).toMatchObject({ 'Content-Type': 'application/problem+json' });
    expect(answer.json).toMatchObject({
      type: 'urn:problem-type:order-saga:idempotency-key-reused',
      errors: [{ field: 'Idempotency-Key' }],
    });
    expect(started()).toEqual([]);
  });

  test('is refused for the key, not for its SKU, when that is unknown too', async () => {
    const unknown = submission({ items: [{ sku: 'NO-SUCH', quantity: 1 }] });

    expect((await submit(unknown)).json['type']).toBe('urn:problem-type:order-saga:idempotency-key-reused');
  });
});

describe('what the catalogue cannot sell', () => {
  test('names every line with an unknown SKU and writes nothing', async () => {
    const items = ['NO-1', 'MUG-BLUE', 'NO-2'].map((sku) => ({ sku, quantity: 1 }));

    const { statusCode, json } = await submit(submission({ items }));

    expect(statusCode).toBe(422);
    expect(json).toMatchObject({
      type: 'urn:problem-type:order-saga:unknown-sku',
      status: 422,
      detail: 'The catalogue does not have: NO-1, NO-2.',
      errors: [{ field: 'items[0].sku' }, { field: 'items[2].sku' }],
    });
    expect(dynamoDb.commandCalls(TransactWriteCommand)).toEqual([]);
    expect(started()).toEqual([]);
  });

  test.each([
    ['CHF', 890, 'mixed-currencies'],
    ['EUR', Number.MAX_SAFE_INTEGER, 'total-too-large'],
  ])('is refused: a second line in %s at %s', async (currency, priceMinor, type) => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { Inventory: [MUG, { ...NOTEBOOK, currency, priceMinor }] } });

    const { statusCode, json } = await submit();

    expect(statusCode).toBe(422);
    expect(json['type']).toBe(`urn:problem-type:order-saga:${type}`);
  });

  test('asks again for the keys that DynamoDB hands back', async () => {
    // Jitter of nothing: the wait between attempts is over at once.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const left = { Inventory: { Keys: [{ pk: 'SKU#NOTEBOOK-A5', sk: 'STOCK' }] } };
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { Inventory: [MUG] }, UnprocessedKeys: left })
      .resolves({ Responses: { Inventory: [NOTEBOOK] } });

    expect((await submit()).statusCode).toBe(202);

    expect(dynamoDb.commandCalls(BatchGetCommand)[1]?.args[0].input.RequestItems).toEqual(left);
  });

  test('does not sell for nothing what has no valid price', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .resolves({ Responses: { Inventory: [{ sku: 'MUG-BLUE', name: 'Mug', currency: 'EUR' }] } });

    expect((await submit()).statusCode).toBe(500);
    expect(logs.text()).toContain('The catalogue has no valid price for SKU MUG-BLUE');
  });
});

describe('when something does not answer', () => {
  test('a stored order that could not be started is answered 503, to be sent again', async () => {
    stepFunctions
      .on(StartExecutionCommand)
      .rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));

    const answer = await submit();

    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'Retry-After': '2', 'Content-Type': 'application/problem+json' });
    expect(answer.json['detail']).toMatch(/stored but could not be started/);
    expect(logs.lines()).toMatchObject([{ level: 'ERROR', orderId: ORDER_ID, status: 503 }]);
  });

  test('a catalogue that throttles is answered 503', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .rejects(Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' }));

    expect(await submit()).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '2' } });
  });

  test('an unforeseen failure is answered 500 without its words, which the log has', async () => {
    dynamoDb.on(TransactWriteCommand).rejects(new Error('table Orders is on fire'));

    const answer = await submit();

    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('fire');
    expect(logs.text()).toContain('table Orders is on fire');
  });
});
