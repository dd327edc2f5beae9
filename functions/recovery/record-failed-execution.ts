import middy from '@middy/core';
import type { EventBridgeEvent } from 'aws-lambda';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { failedRunFrom } from './failed-execution.ts';
import { putFailedRun } from './failed-run-store.ts';

/** Of `Step Functions Execution Status Change`: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export interface ExecutionStatusChange {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly stopDate: number | null;
  readonly error?: string | null;
  readonly cause?: string | null;
  readonly redriveCount?: number;
}

/** Puts an execution that died on the failed list: its order is stuck until somebody redrives it. */
export async function recordFailedExecution(
  event: EventBridgeEvent<'Step Functions Execution Status Change', ExecutionStatusChange>,
  { log }: LoggedContext,
): Promise<void> {
  const { name, status, stopDate, error, cause, redriveCount } = event.detail;
  const stoppedAtMs = stopDate ?? Date.parse(event.time);
  const failed = failedRunFrom({ name, status, stoppedAtMs, error, cause, redriveCount });
  if (!failed) {
    // Somebody tried the machine out under a name of their own.
    log.warn('an execution that belongs to no order has ended', { execution: name, status });
    return;
  }
  const recorded = await putFailedRun(failed);
  const { orderId, run } = failed;
  log.warn('an execution is on the failed list', { orderId, run, status, error: failed.error, recorded });
}

export const handler = middy<
  EventBridgeEvent<'Step Functions Execution Status Change', ExecutionStatusChange>,
  void,
  Error,
  LoggedContext
>()
  .use(withLog())
  .handler(recordFailedExecution);
