import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
} from '@aws-sdk/client-sfn';
import { interventionItem, orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { reviveSaga } from '../../../functions/shared/revive-saga.ts';
import { CREATED_AT, ORDER_ID } from '../../orders.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';
import {
  EXECUTION_ARN,
  givenOrder,
  givenStepFunctions,
  givenWaitingOrder,
  RESERVED,
  storedIntervention,
  storedOrder,
} from '../waiting-order.ts';

const stepFunctions = givenStepFunctions();
let tables: DynamoDbTables;
beforeAll(async () => (tables = await dynamoDbTables()));
beforeEach(() => tables.clear());
afterAll(() => tables.close());

const CONTEXT = { now: CREATED_AT, causationId: 'api-request/1' };
const DAY_MS = 24 * 60 * 60 * 1000;
const daysLater = (days: number) => new Date(Date.parse(CREATED_AT) + days * DAY_MS).toISOString();
const notRedrivable = (message: string) => new ExecutionNotRedrivable({ message, $metadata: {} });

describe('an order that never began', () => {
  test('is begun', async () => {
    stepFunctions.given('NONE');

    expect(await reviveSaga(await givenOrder(tables), CONTEXT)).toBe('started');

    expect(stepFunctions.started()).toEqual([`${ORDER_ID}-1`]);
    expect((await storedOrder(tables)).version).toBe(1);
  });

  test('in its second run, after a crash between the two writes, begins that run', async () => {
    const order = await givenOrder(tables, { type: 'SagaRestarted', details: { run: 2, reason: 'ExecutionFailed' } });
    stepFunctions.given('NONE');

    expect(await reviveSaga(order, CONTEXT)).toBe('started');

    expect(stepFunctions.started()).toEqual([`${ORDER_ID}-2`]);
  });
});

test('an execution that is not found after 90 days may be forgotten: another run begins, under a name of its own', async () => {
  stepFunctions.given('NONE');
  const order = await givenOrder(tables, RESERVED);

  expect(await reviveSaga(order, { ...CONTEXT, now: daysLater(90) })).toBe('restarted');

  expect(stepFunctions.started()).toEqual([`${ORDER_ID}-2`]);
  expect(await storedOrder(tables)).toMatchObject({ run: 2, restartedAt: daysLater(90), status: 'INVENTORY_RESERVED' });
  // Should that start not have happened: the next one begins the same run, since it is young.
  stepFunctions.given('NONE');
  expect(await reviveSaga(await storedOrder(tables), { ...CONTEXT, now: daysLater(91) })).toBe('started');
  expect(stepFunctions.started()).toEqual([`${ORDER_ID}-2`]);
});

test.each(['RUNNING', 'PENDING_REDRIVE'] as const)('an execution that is %s is left alone', async (status) => {
  stepFunctions.given(status);

  expect(await reviveSaga(await givenOrder(tables, RESERVED), CONTEXT)).toBe('running');

  expect([...stepFunctions.started(), ...stepFunctions.redriven()]).toEqual([]);
});

describe.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)('an execution that is %s', (status) => {
  test('is redriven', async () => {
    stepFunctions.given(status);

    expect(await reviveSaga(await givenOrder(tables, RESERVED), CONTEXT)).toBe('redriven');

    expect(stepFunctions.redriven()).toEqual([EXECUTION_ARN]);
    expect((await storedOrder(tables)).run).toBe(1);
  });

  test('and can no longer be redriven is followed by another run', async () => {
    stepFunctions.given(status, 'NOT_REDRIVABLE');

    expect(await reviveSaga(await givenOrder(tables, RESERVED), CONTEXT)).toBe('restarted');

    expect(stepFunctions.redriven()).toEqual([]);
    expect(stepFunctions.started()).toEqual([`${ORDER_ID}-2`]);
    expect(await storedOrder(tables)).toMatchObject({ run: 2, version: 3 });
  });
});

test('an execution that turns out to be past its redrive is followed by another run', async () => {
  stepFunctions.given('FAILED');
  stepFunctions.sdk.on(RedriveExecutionCommand).rejects(notRedrivable('Execution redrivable period exceeded'));

  expect(await reviveSaga(await givenOrder(tables, RESERVED), CONTEXT)).toBe('restarted');
});

test('an execution that another caller has redriven in this moment runs', async () => {
  stepFunctions.given('FAILED');
  stepFunctions.sdk.on(RedriveExecutionCommand).rejects(notRedrivable('Execution is RUNNING and cannot be redriven'));

  expect(await reviveSaga(await givenOrder(tables, RESERVED), CONTEXT)).toBe('running');

  expect(stepFunctions.started()).toEqual([]);
});

describe('an execution that succeeded', () => {
  test('has ended its order, though the caller has not seen that yet', async () => {
    const seen = await givenOrder(tables);
    await tables.put('Orders', orderItem({ ...seen, status: 'CANCELLED', version: 2 }));
    stepFunctions.given('SUCCEEDED', 'NOT_REDRIVABLE');

    expect(await reviveSaga(seen, CONTEXT)).toBe('ended');

    expect(stepFunctions.started()).toEqual([]);
  });

  test('and left its order under way is followed by another run', async () => {
    stepFunctions.given('SUCCEEDED', 'NOT_REDRIVABLE');

    expect(await reviveSaga(await givenOrder(tables, RESERVED), CONTEXT)).toBe('restarted');
  });
});

describe('a new run', () => {
  test('of an order that was decided closes the intervention, whose execution will not hear of it', async () => {
    const { order, record } = await givenWaitingOrder(tables);
    const under = { ...order, status: 'PAYMENT_CONFIRMED', cancelRequested: true } satisfies Order;
    await tables.put('Orders', orderItem(under));
    await tables.put('Orders', interventionItem({ ...record, status: 'DECIDED' }));
    stepFunctions.given('ABORTED', 'NOT_REDRIVABLE');

    expect(await reviveSaga(under, CONTEXT)).toBe('restarted');

    const closed = await storedIntervention(tables);
    expect(closed).toMatchObject({ status: 'CLOSED', closedAt: CREATED_AT });
    expect(closed).not.toHaveProperty('taskToken');
  });

  test('of an order that waits for people leaves the intervention open', async () => {
    const { order } = await givenWaitingOrder(tables);
    stepFunctions.given('ABORTED', 'NOT_REDRIVABLE');

    expect(await reviveSaga(order, CONTEXT)).toBe('restarted');

    expect((await storedIntervention(tables)).status).toBe('OPEN');
  });

  test('is begun once by two callers at once', async () => {
    const order = await givenOrder(tables, RESERVED);
    stepFunctions.given('FAILED', 'NOT_REDRIVABLE');
    stepFunctions.sdk.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
      if (executionArn === EXECUTION_ARN) return { status: 'FAILED', redriveStatus: 'NOT_REDRIVABLE', executionArn };
      if (stepFunctions.started().some((name) => executionArn.endsWith(`:${name}`))) return { status: 'RUNNING' };
      throw new ExecutionDoesNotExist({ message: 'not there', $metadata: {} });
    });

    const revivals = await Promise.all([reviveSaga(order, CONTEXT), reviveSaga(order, CONTEXT)]);

    expect(revivals.filter((revival) => revival === 'restarted')).toHaveLength(1);
    expect((await storedOrder(tables)).run).toBe(2);
    expect(new Set(stepFunctions.started())).toEqual(new Set([`${ORDER_ID}-2`]));
  });
});
