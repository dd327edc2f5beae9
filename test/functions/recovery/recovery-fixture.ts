import { jest } from '@jest/globals';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  RedriveExecutionCommand,
  SFNClient,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ENVIRONMENT } from '../../../core/environment.ts';
import { type FailedRun, type FailedRunItem, failedRunItem, failedRunOf } from '../../../core/failed-run.ts';
import type { InterventionRecord } from '../../../core/intervention.ts';
import type { Snapshot } from '../../../core/invariants/snapshot.ts';
import {
  bookingKey,
  FAILED_RUN_SORT_PREFIX,
  holdKey,
  intentKey,
  interventionKey,
  orderKey,
  stockKey,
} from '../../../core/item-keys.ts';
import {
  eventItem,
  type InterventionItem,
  interventionItem,
  interventionOf,
  orderItem,
  type OrderItem,
  orderOf,
} from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { ORDER_ID } from '../../orders.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';
import { lambdaContext } from '../lambda-context.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:Saga';
/** An hour after the orders of the tests were written and changed. */
export const NOW = '2026-11-20T14:00:00.000Z';

interface Execution {
  readonly status: string;
  readonly redriveCount?: number;
  readonly error?: string;
  readonly cause?: string;
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Tables, executions and a bus, to which a function of recovery is let loose. */
export interface RecoveryUnderTest {
  readonly tables: DynamoDbTables;
  readonly logs: CapturedLogs;
  /** By name; what is not in it does not exist. */
  readonly executions: Map<string, Execution>;
  /** Tokens of tasks that wait. */
  readonly waiting: Set<string>;
  run<Result = Record<string, unknown>>(handler: unknown, event?: unknown, remainingMs?: number): Promise<Result>;
  given(
    snapshot: Partial<Pick<Snapshot, 'orders' | 'events' | 'holds' | 'stock' | 'intents' | 'bookings'>>,
  ): Promise<void>;
  givenIntervention(record: InterventionRecord): Promise<void>;
  givenFailedRun(failed: FailedRun): Promise<void>;
  order(): Promise<Order>;
  intervention(number: number): Promise<InterventionRecord>;
  failedRuns(): Promise<FailedRun[]>;
  started(): string[];
  redriven(): string[];
  sent(): unknown[];
  /** What was put on the bus, parsed. */
  published(): { type: string; data: Record<string, unknown>; eventId: string }[];
  at(now: string): void;
  /** Lets something happen before the n-th scan of a table. */
  beforeScan(table: string, count: number, happen: () => Promise<void>): void;
  close(): Promise<void>;
}

export async function recoveryUnderTest(): Promise<RecoveryUnderTest> {
  process.env[ENVIRONMENT.stateMachineArn] = MACHINE;
  process.env[ENVIRONMENT.eventBusName] = 'orders';
  const at = (now: string) => jest.useFakeTimers({ now: new Date(now), doNotFake: EVERYTHING_BUT_DATE });
  at(NOW);
  let beforeCall: (() => Promise<void>) | undefined;
  const tables = await dynamoDbTables(async (call) => {
    await beforeCall?.();
    return call();
  });
  const logs = captureLogs();
  const executions = new Map<string, Execution>();
  const waiting = new Set<string>();
  const states = mockStates(executions, waiting);
  const bus = mockClient(EventBridgeClient);
  bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: object[] }) => ({
    Entries: Entries.map((_, index) => ({ EventId: String(index) })),
  }));
  const named = (command: Parameters<typeof states.commandCalls>[0]) =>
    states.commandCalls(command).map(({ args: [{ input }] }) => input as Record<string, string>);
  return {
    tables,
    logs,
    executions,
    waiting,
    run: <Result>(handler: unknown, event: unknown = {}, remainingMs = 60_000) => {
      const context = lambdaContext({ getRemainingTimeInMillis: () => remainingMs });
      return (handler as Handler)(event, context) as Promise<Result>;
    },
    async given({ orders = [], events = [], holds = [], stock = [], intents = [], bookings = [] }) {
      for (const order of orders) await tables.put('Orders', orderItem(order));
      for (const event of events) await tables.put('Orders', eventItem(event));
      for (const hold of holds) await tables.put('Orders', { ...holdKey(hold.orderId), ...hold });
      for (const item of stock) await tables.put('Inventory', { ...stockKey(item.sku), ...item });
      for (const intent of intents) await tables.put('Payments', { ...intentKey(intent.key), ...intent });
      for (const booking of bookings) await tables.put('Shipments', { ...bookingKey(booking.key), ...booking });
    },
    givenIntervention: (record) => tables.put('Orders', interventionItem(record)),
    givenFailedRun: (failed) => tables.put('Orders', failedRunItem(failed)),
    order: async () => orderOf((await tables.get<OrderItem>('Orders', orderKey(ORDER_ID)))!),
    intervention: async (number) =>
      interventionOf((await tables.get<InterventionItem>('Orders', interventionKey(ORDER_ID, number)))!),
    async failedRuns() {
      const items = await tables.all<FailedRunItem>('Orders');
      return items.filter(({ sk }) => sk.startsWith(FAILED_RUN_SORT_PREFIX)).map(failedRunOf);
    },
    started: () => named(StartExecutionCommand as never).map(({ name }) => name ?? ''),
    redriven: () =>
      named(RedriveExecutionCommand as never).map(({ executionArn }) => executionArn?.split(':').at(-1) ?? ''),
    sent: () => named(SendTaskSuccessCommand as never).map(({ output }) => JSON.parse(output ?? '')),
    published: () =>
      bus
        .commandCalls(PutEventsCommand)
        .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
        .map(parsed),
    at,
    beforeScan(TableName, count, happen) {
      beforeCall = async () => {
        if (tables.sdk.commandCalls(ScanCommand, { TableName }).length !== count) return;
        beforeCall = undefined;
        await happen();
      };
    },
    async close() {
      logs.restore();
      states.restore();
      bus.restore();
      await tables.close();
      jest.useRealTimers();
    },
  };
}

const EVERYTHING_BUT_DATE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const satisfies readonly string[] as never;

function mockStates(executions: Map<string, Execution>, waiting: Set<string>) {
  const states = mockClient(SFNClient);
  const metadata = { $metadata: {}, message: 'no' };
  const nameIn = (arn: string) => arn.split(':').at(-1) ?? '';
  states.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    const execution = executions.get(nameIn(executionArn));
    if (!execution) throw new ExecutionDoesNotExist(metadata);
    const isDead = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution.status);
    const redriveStatus = isDead ? 'REDRIVABLE' : 'NOT_REDRIVABLE';
    return { executionArn, redriveCount: 0, redriveStatus, stopDate: new Date('2026-11-20T13:10:00Z'), ...execution };
  });
  states.on(StartExecutionCommand).callsFake(({ name }: { name: string }) => {
    executions.set(name, { status: 'RUNNING' });
    return {};
  });
  states.on(RedriveExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    executions.set(nameIn(executionArn), { status: 'RUNNING' });
    return {};
  });
  states.on(SendTaskSuccessCommand).callsFake(({ taskToken }: { taskToken: string }) => {
    if (!waiting.delete(taskToken)) throw new TaskTimedOut(metadata);
    return {};
  });
  return states;
}

function parsed({ DetailType = '', Detail = '{}' }: PutEventsRequestEntry) {
  const { data, metadata } = JSON.parse(Detail) as { data: Record<string, unknown>; metadata: { eventId: string } };
  return { type: DetailType, data, eventId: metadata.eventId };
}
