import type { Execution, ExecutionStatus } from '../engine/execution.ts';
import type { KeptEvent } from '../history/event-log.ts';
import { type Frame, frameOf } from './frames.ts';

/** An execution on disk: how it stands, the last events of its log, and where its walkers are until it has succeeded. */
export interface ExecutionRecord {
  /** Revision of the machine. */
  readonly r: string;
  readonly b: number;
  readonly s: ExecutionStatus;
  readonly e?: number;
  /** Number of events, and the ids with which the chunks before the tail begin. */
  readonly n: number;
  readonly c?: readonly number[];
  readonly rd?: number;
  readonly rm?: number;
  readonly td?: number;
  readonly th?: string;
  readonly f?: Frame;
  readonly l: readonly KeptEvent[];
}

export function recordText(execution: Execution): string {
  const { header, status, stopMs, log, redriveCount, redriveMs, timeoutDueMs, traceHeader } = execution;
  const head: Omit<ExecutionRecord, 'l'> = {
    r: header.revisionId,
    b: header.startMs,
    s: status,
    ...(stopMs !== undefined && { e: stopMs }),
    n: log.count,
    ...(log.chunkStarts.length > 0 && { c: log.chunkStarts }),
    ...(redriveCount > 0 && { rd: redriveCount }),
    ...(redriveMs !== undefined && { rm: redriveMs }),
    ...(timeoutDueMs !== undefined && { td: timeoutDueMs }),
    ...(traceHeader !== undefined && { th: traceHeader }),
    // What failed may be redriven, and goes on from where it stood.
    ...(status !== 'SUCCEEDED' && { f: frameOf(execution.root) }),
  };
  return `${JSON.stringify(head).slice(0, -1)},"l":[${log.tailText}]}`;
}
