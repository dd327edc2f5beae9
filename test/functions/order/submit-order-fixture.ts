import { jest } from '@jest/globals';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/order/submit-order.ts';
import { orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { submission } from '../../orders.ts';
import { apiEvent, type ApiRequest } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { lambdaContext } from '../lambda-context.ts';

export const MUG = { sku: 'MUG-BLUE', name: 'Mug, blue', priceMinor: 1295, currency: 'EUR' };
export const NOTEBOOK = { sku: 'NOTEBOOK-A5', name: 'Notebook A5', priceMinor: 890, currency: 'EUR' };

export const dynamoDb = mockClient(DynamoDBDocumentClient);
export const stepFunctions = mockClient(SFNClient);

/** AWS as submit-order finds it when all is well: both SKUs in the catalogue, no order yet. Returns the captured log. */
export function givenAws(): CapturedLogs {
  dynamoDb.reset();
  stepFunctions.reset();
  dynamoDb.on(BatchGetCommand).resolves({ Responses: { Inventory: [MUG, NOTEBOOK] } });
  dynamoDb.on(TransactWriteCommand).resolves({});
  dynamoDb.on(GetCommand).resolves({});
  stepFunctions.on(StartExecutionCommand).resolves({});
  process.env['ORDERS_TABLE'] = 'Orders';
  process.env['INVENTORY_TABLE'] = 'Inventory';
  process.env['STATE_MACHINE_ARN'] = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-saga';
  // Jitter of nothing: waits between attempts are over at once.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  return captureLogs();
}

/** The order's id is taken: the transaction fails its condition, and a read finds the order. */
export function givenStored(order: Order): void {
  const codes = ['ConditionalCheckFailed', 'None'];
  const cancelled = Object.assign(new Error('Transaction cancelled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
  dynamoDb.on(TransactWriteCommand).rejects(cancelled);
  dynamoDb.on(GetCommand).resolves({ Item: orderItem(order) });
}

const HEADERS = { 'Idempotency-Key': 'key-1', 'Content-Type': 'application/json' };

/** Sends a body under the key `key-1`. */
export const submit = (body: object = submission()) => submitRaw({ headers: HEADERS, body: JSON.stringify(body) });

export async function submitRaw(request: ApiRequest) {
  const answer = await handler(apiEvent('POST', '/orders', request), lambdaContext());
  return { ...answer, json: JSON.parse(answer.body) as Record<string, unknown> };
}

/** The executions that were asked for. */
export const started = () => stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
