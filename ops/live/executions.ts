import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  paginateListExecutions,
} from '@aws-sdk/client-sfn';
import { FAILED_EXECUTION_STATUSES, type FailedExecutionStatus } from '../../core/failed-run.ts';
import { asOrderId, executionNameOf, type OrderId } from '../../core/ids.ts';
import type { ExecutionStatus } from '../../core/invariants/snapshot.ts';
import type { Instant } from '../../core/order.ts';
import type { LiveStack } from './live-stack.ts';

/** An execution of the saga: one run of one order. */
export interface Execution {
  readonly executionArn: string;
  readonly orderId: OrderId;
  readonly run: number;
  readonly status: ExecutionStatus;
  readonly startedAt: Instant;
  readonly stoppedAt?: Instant;
  readonly redriveCount: number;
}

export interface FailedExecution extends Execution {
  readonly status: FailedExecutionStatus;
  readonly stoppedAt: Instant;
}

/** Why an execution died: the grounds on which redrives are grouped. */
export interface Cause {
  /** Name of the error, or what stopped it. */
  readonly error: string;
  /** The state that it died in. */
  readonly state: string;
}

/** The execution of a run, or undefined when it never started (or Step Functions has forgotten it, after 90 days). */
export async function findExecution(stack: LiveStack, orderId: OrderId, run: number): Promise<Execution | undefined> {
  const executionArn = executionArnOf(stack, orderId, run);
  try {
    const { status, startDate, stopDate, redriveCount } = await stack.sfn.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return {
      ...{ executionArn, orderId, run, status: status as ExecutionStatus, redriveCount: redriveCount ?? 0 },
      startedAt: instant(startDate),
      ...(stopDate && { stoppedAt: instant(stopDate) }),
    };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** Executions that failed, timed out or were stopped, since an instant if one is given, the latest first. */
export async function failedExecutions(stack: LiveStack, sinceMs = 0): Promise<FailedExecution[]> {
  const found: FailedExecution[] = [];
  for (const statusFilter of FAILED_EXECUTION_STATUSES) {
    const query = { stateMachineArn: stack.outputs.StateMachineArn, statusFilter, maxResults: 1000 };
    for await (const { executions = [] } of paginateListExecutions({ client: stack.sfn }, query)) {
      for (const { name = '', executionArn = '', startDate, stopDate, redriveCount = 0 } of executions) {
        const runOf = readExecutionName(name);
        // A long intervention can lie between start and end: pages come by the start, so all are read.
        if (!runOf || (stopDate?.getTime() ?? 0) < sinceMs) continue;
        const times = { startedAt: instant(startDate), stoppedAt: instant(stopDate) };
        found.push({ executionArn, ...runOf, status: statusFilter, ...times, redriveCount });
      }
    }
  }
  return found.sort((left, right) => (left.stoppedAt < right.stoppedAt ? 1 : -1));
}

/** How many executions are running; counting ends at `most`. */
export async function countRunning(stack: LiveStack, most: number): Promise<number> {
  let counted = 0;
  const query = { stateMachineArn: stack.outputs.StateMachineArn, statusFilter: 'RUNNING' as const, maxResults: 1000 };
  for await (const { executions = [] } of paginateListExecutions({ client: stack.sfn }, query)) {
    counted += executions.length;
    if (counted >= most) return most;
  }
  return counted;
}

/** Why an execution died, from the end of its history. */
export async function causeOf(stack: LiveStack, executionArn: string): Promise<Cause> {
  let error: string | undefined;
  let nextToken: string | undefined;
  do {
    const page = await stack.sfn.send(
      new GetExecutionHistoryCommand({
        ...{ executionArn, reverseOrder: true, includeExecutionData: false, maxResults: 100 },
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    for (const event of page.events ?? []) {
      error ??= errorOfEnd(event);
      const state = event.stateEnteredEventDetails?.name;
      if (state !== undefined) return { error: error ?? 'unknown', state };
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return { error: error ?? 'unknown', state: '(none)' };
}

export function executionArnOf({ outputs }: LiveStack, orderId: OrderId, run: number): string {
  return `${outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${executionNameOf(orderId, run)}`;
}

/** The order and run of a name `orderId-run`; undefined for an execution that somebody started under another name. */
function readExecutionName(name: string): { orderId: OrderId; run: number } | undefined {
  const [, orderId, run] = /^([0-9a-f-]{36})-(\d+)$/.exec(name) ?? [];
  return orderId === undefined ? undefined : { orderId: asOrderId(orderId), run: Number(run) };
}

function errorOfEnd(event: HistoryEvent): string | undefined {
  switch (event.type) {
    case 'ExecutionFailed':
      return event.executionFailedEventDetails?.error ?? 'failed without an error';
    case 'ExecutionTimedOut':
      return event.executionTimedOutEventDetails?.error ?? 'States.Timeout';
    case 'ExecutionAborted':
      return event.executionAbortedEventDetails?.error ?? 'stopped';
    default:
      return undefined;
  }
}

function instant(date: Date | undefined): Instant {
  return (date ?? new Date(0)).toISOString();
}
