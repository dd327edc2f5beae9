import type { ExecutionRecord } from '../persistence/execution-record.ts';
import type { StoredExecution } from '../persistence/execution-store.ts';
import type { KeptLog } from '../persistence/kept-log.ts';
import { executionArn, machineArn, type Place } from './arns.ts';
import { seconds } from './input.ts';

/** How long after its end an execution may be redriven: 14 days. */
export const REDRIVE_WINDOW_MS = 14 * 24 * 60 * 60 * 1000;
/** An execution is open for a year at most. */
const LONGEST_EXECUTION_MS = 365 * 24 * 60 * 60 * 1000;
/** A history longer than this leaves no room for a redrive. */
const MOST_EVENTS_TO_REDRIVE = 24_999;

export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: number;
  readonly stopDate: number | undefined;
  readonly input: string;
  readonly inputDetails: { readonly included: true };
  readonly output: string | undefined;
  readonly outputDetails: { readonly included: true } | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveCount: number;
  readonly redriveDate: number | undefined;
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason: string | undefined;
  readonly traceHeader: string | undefined;
}

/** DescribeExecution: everything is in the record, or in the first and the last event of the history. */
export function describeExecution(
  { machine, name, record, log }: StoredExecution,
  place: Place,
  seen: RedriveView = {},
): ExecutionDescription {
  const { s: status, b: startMs, e: stopMs, n: lastEvent, rd: redriveCount = 0, rm: redriveMs } = record;
  const output = status === 'SUCCEEDED' ? log.text(lastEvent) : undefined;
  const failure = failureOf(record, log);
  const reason = notRedrivable(record, seen);
  return {
    executionArn: executionArn(place, machine, name),
    stateMachineArn: machineArn(place, machine),
    name,
    status,
    startDate: seconds(startMs),
    stopDate: stopMs === undefined ? undefined : seconds(stopMs),
    input: log.text(1),
    inputDetails: { included: true },
    output,
    outputDetails: output === undefined ? undefined : { included: true },
    error: failure?.error,
    cause: failure?.cause,
    redriveCount,
    redriveDate: redriveMs === undefined ? undefined : seconds(redriveMs),
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason,
    traceHeader: record.th,
  };
}

/** What the last event of an execution that did not succeed says of its end. */
export function failureOf(
  { s: status, n: lastEvent }: ExecutionRecord,
  log: KeptLog,
): { error?: string; cause?: string } | undefined {
  // States.Timeout stands in the history only: "error and cause" of a timed-out execution are empty.
  if (status === 'SUCCEEDED' || status === 'RUNNING' || status === 'TIMED_OUT') return undefined;
  return Object.values(log.event(lastEvent, false)).at(-1) as { error?: string; cause?: string };
}

/** What a redrive depends on besides the execution itself. */
interface RedriveView {
  /** When it is asked; left out, no time has passed since the execution ended. */
  readonly nowMs?: number;
  /** Whether the state machine is gone. */
  readonly deleted?: boolean;
}

type Redrivable = Pick<ExecutionRecord, 's' | 'n' | 'b'> & { readonly e?: number | undefined };

/** Why an execution cannot be redriven, in AWS's words; undefined when it can. */
export function notRedrivable(
  { s: status, n: events, b: startMs, e: stopMs }: Redrivable,
  { nowMs, deleted }: RedriveView = {},
): string | undefined {
  if (deleted) return 'State machine is in DELETING status';
  if (status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (events >= MOST_EVENTS_TO_REDRIVE) return 'Execution history event limit exceeded';
  const now = nowMs ?? stopMs ?? startMs;
  if (now - startMs > LONGEST_EXECUTION_MS) return 'Execution has exceeded the max execution time';
  if (now - (stopMs ?? now) > REDRIVE_WINDOW_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
