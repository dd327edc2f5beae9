import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  type ExecutionStatus,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { paymentKeyOf } from '../../core/ids.ts';
import { DECISIONS_BY_STEP, type InterventionRecord } from '../../core/intervention.ts';
import { interventionKey, orderKey } from '../../core/item-keys.ts';
import { applyChange, type OrderChange } from '../../core/order-change.ts';
import {
  eventItem,
  type InterventionItem,
  interventionItem,
  interventionOf,
  orderItem,
  type OrderItem,
  orderOf,
} from '../../core/order-item.ts';
import type { Order } from '../../core/order.ts';
import { CREATED_AT, newOrder, ORDER_ID } from '../orders.ts';
import type { DynamoDbTables } from './dynamodb-tables.ts';

export const TOKEN = 'the-token-of-the-task';
export const EXECUTION_ARN = `arn:aws:states:us-east-1:000000000000:execution:order-saga:${ORDER_ID}-1`;

/** Step Functions as the functions of the API find it: with an execution of the order, or none. */
export function givenStepFunctions() {
  process.env['STATE_MACHINE_ARN'] = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-saga';
  const sdk = mockClient(SFNClient);
  return {
    sdk,
    given(status: ExecutionStatus | 'NONE', redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' = 'REDRIVABLE'): void {
      sdk.reset();
      sdk.on(StartExecutionCommand).resolves({});
      sdk.on(RedriveExecutionCommand).resolves({});
      const describe = sdk.on(DescribeExecutionCommand);
      if (status === 'NONE') describe.rejects(new ExecutionDoesNotExist({ message: 'not there', $metadata: {} }));
      else describe.resolves({ status, redriveStatus, executionArn: EXECUTION_ARN });
    },
    started: () => sdk.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name),
    redriven: () => sdk.commandCalls(RedriveExecutionCommand).map(({ args }) => args[0].input.executionArn),
  };
}

const lines = newOrder().order.items.map(({ sku, quantity }) => ({ sku, quantity }));
const charged = { amountMinor: 3480, currency: 'EUR' };
export const RESERVED: OrderChange = { type: 'InventoryReserved', details: { items: lines } };
export const PAID: OrderChange = {
  type: 'PaymentConfirmed',
  details: { paymentKey: paymentKeyOf(ORDER_ID, 1), charged },
};

/** Stores the order with its history; nothing of it is in an execution. */
export async function givenOrder(tables: DynamoDbTables, ...changes: readonly OrderChange[]): Promise<Order> {
  const context = { now: CREATED_AT, causationId: 'test' };
  let current = newOrder();
  const events = [current.event];
  for (const change of changes) {
    current = applyChange(current.order, change, context);
    events.push(current.event);
  }
  for (const event of events) await tables.put('Orders', eventItem(event));
  await tables.put('Orders', orderItem(current.order));
  return current.order;
}

/** The order waits for people since no carrier takes it. */
export async function givenWaitingOrder(tables: DynamoDbTables): Promise<{ order: Order; record: InterventionRecord }> {
  const record: InterventionRecord = {
    orderId: ORDER_ID,
    number: 1,
    status: 'OPEN',
    reason: 'SHIPPING_IMPOSSIBLE',
    failedStep: 'ShipOrder',
    error: { name: 'CarrierUnavailable', message: 'The carrier does not answer.' },
    attempts: 3,
    allowedDecisions: DECISIONS_BY_STEP.ShipOrder,
    statusBefore: 'PAYMENT_CONFIRMED',
    openedAt: CREATED_AT,
    deadline: '2026-11-27T13:00:00.000Z',
    escalations: 0,
    run: 1,
    taskToken: TOKEN,
  };
  const { number: intervention, failedStep, reason: interventionReason, allowedDecisions, deadline } = record;
  const order = await givenOrder(tables, RESERVED, PAID, {
    type: 'ManualInterventionRequired',
    details: { intervention, failedStep, interventionReason, allowedDecisions, deadline },
  });
  await tables.put('Orders', interventionItem(record));
  return { order, record };
}

export async function storedOrder(tables: DynamoDbTables): Promise<Order> {
  return orderOf((await tables.get<OrderItem>('Orders', orderKey(ORDER_ID)))!);
}

export async function storedIntervention(tables: DynamoDbTables): Promise<InterventionRecord> {
  return interventionOf((await tables.get<InterventionItem>('Orders', interventionKey(ORDER_ID, 1)))!);
}
