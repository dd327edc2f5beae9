import { jest } from '@jest/globals';
import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { CREATED_AT, newOrder, ORDER_ID, submission } from '../../orders.ts';
import type { CapturedLogs } from '../capture-logs.ts';
import { dynamoDb, givenAws, givenStored, NOTEBOOK, started, stepFunctions, submit } from './submit-order-fixture.ts';

let logs: CapturedLogs;
beforeEach(() => (logs = givenAws()));
afterEach(() => {
  logs.restore();
  jest.restoreAllMocks();
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
