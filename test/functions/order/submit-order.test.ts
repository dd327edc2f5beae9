import { jest } from '@jest/globals';
import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { schemaValidator } from '../../../functions/shared/schema-validator.ts';
import common from '../../../schemas/common.json' with { type: 'json' };
import answerSchema from '../../../schemas/submit-order-answer.json' with { type: 'json' };
import { ORDER_ID, submission } from '../../orders.ts';
import type { CapturedLogs } from '../capture-logs.ts';
import {
  dynamoDb,
  givenAws,
  MUG,
  NOTEBOOK,
  started,
  stepFunctions,
  submit,
  submitRaw,
} from './submit-order-fixture.ts';

let logs: CapturedLogs;
beforeEach(() => (logs = givenAws()));
afterEach(() => {
  logs.restore();
  jest.restoreAllMocks();
});

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

  test('is answered as the schema says', async () => {
    const validate = schemaValidator([common]).compile(answerSchema);

    validate((await submit()).json);

    expect(validate.errors).toBeNull();
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
        input: JSON.stringify({ payloadVersion: 2, orderId: ORDER_ID, run: 1 }),
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

    expect((await submitRaw({ headers, body, isBase64Encoded: true })).statusCode).toBe(202);
  });

  test('leaves nothing of the customer in the log', async () => {
    await submit();

    expect(logs.lines()).toMatchObject([{ message: 'order accepted', orderId: ORDER_ID, created: true }]);
    expect(logs.text()).not.toMatch(/Ada|example\.com|St James|tok_visa/);
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
    expect(json).toMatchObject({ type: `urn:problem-type:order-saga:${type}`, errors: [{ field: 'items' }] });
  });

  test('asks again for the keys that DynamoDB hands back', async () => {
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
