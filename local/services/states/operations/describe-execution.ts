import type { ExecutionStatus } from '../engine/execution.ts';
import type { ExecutionRecord } from '../persistence/execution-record.ts';
import type { StoredExecution } from '../persistence/execution-store.ts';
import type { KeptLog } from '../persistence/kept-log.ts';
import { executionArn, machineArn, type Place } from './arns.ts';
import { seconds } from './input.ts';

/** How long after its end an execution may be redriven: 14 days. */
export const REDRIVE_WINDOW_MS = 14 * 24 * 60 * 60 * 1000;
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
}

/** DescribeExecution: everything is in the record, or in the first and the last event of the history. */
export function describeExecution(
  { machine, name, record, log }: StoredExecution,
  place: Place,
  nowMs?: number,
): ExecutionDescription {
  const { s: status, b: startMs, e: stopMs, n: lastEvent, rd: redriveCount = 0, rm: redriveMs } = record;
  const output = status === 'SUCCEEDED' ? log.text(lastEvent) : undefined;
  const failure = failureOf(record, log);
  const reason = notRedrivable(status, lastEvent, nowMs === undefined || stopMs === undefined ? 0 : nowMs - stopMs);
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
  };
}

/** What the last event of an execution that did not succeed says of its end. */
export function failureOf(
  { s: status, n: lastEvent }: ExecutionRecord,
  log: KeptLog,
): { error?: string; cause?: string } | undefined {
  if (status === 'SUCCEEDED' || status === 'RUNNING') return undefined;
  return Object.values(log.event(lastEvent, false)).at(-1) as { error?: string; cause?: string };
}

/** Why an execution cannot be redriven, in AWS's words; undefined when it can. */
export function notRedrivable(status: ExecutionStatus, events: number, sinceEndMs = 0): string | undefined {
  if (status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (events >= MOST_EVENTS_TO_REDRIVE) return 'Execution history event limit exceeded';
  if (sinceEndMs > REDRIVE_WINDOW_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
