import { quietAll } from './abort.ts';
import type { Execution, ExecutionStatus } from './execution.ts';

/** Nothing of the execution goes on; what its states wait for is let go. */
export function finish(execution: Execution, status: ExecutionStatus, nowMs: number): void {
  execution.status = status;
  execution.stopMs = nowMs;
  execution.timeoutTimer?.cancel();
  execution.calls = [];
  quietAll(execution, execution.root);
}

/** Ends an execution with the failure of one of its states. */
export function failExecution(
  execution: Execution,
  nowMs: number,
  error: string | undefined,
  cause: string | undefined,
): void {
  if (execution.ended) return;
  execution.step(execution.root, 'ExecutionFailed', error, cause);
  execution.failure = { error, cause };
  finish(execution, 'FAILED', nowMs);
}

/** Ends an execution from outside of its states: the event follows none. */
export function endFromOutside(
  execution: Execution,
  status: 'ABORTED' | 'TIMED_OUT',
  type: 'ExecutionAborted' | 'ExecutionTimedOut',
  nowMs: number,
  error?: string,
  cause?: string,
): void {
  if (execution.ended) return;
  execution.event(execution.root, 0, type, error, cause);
  // States.Timeout stands in the history only.
  if (status === 'ABORTED') execution.failure = { error, cause };
  finish(execution, status, nowMs);
}
