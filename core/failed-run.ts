import type { OrderId } from './ids.ts';
import { FAILED_RUNS_SHARD, failedRunKey, type ItemKey } from './item-keys.ts';
import type { Instant } from './order.ts';

/** How an execution ends that has not come to its end. Business outcomes end as SUCCEEDED. */
export const FAILED_EXECUTION_STATUSES = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type FailedExecutionStatus = (typeof FAILED_EXECUTION_STATUSES)[number];

/** An entry of the failed list: an execution that died, and with it an order that is stuck until somebody redrives it. */
export interface FailedRun {
  readonly orderId: OrderId;
  readonly run: number;
  readonly status: FailedExecutionStatus;
  readonly stoppedAt: Instant;
  /** Name of the error; of an aborted execution what whoever stopped it gave, if anything. */
  readonly error: string;
  /** In short, and free of personal data. */
  readonly cause?: string;
  /** How often the execution had been redriven before it ended like this. */
  readonly redriveCount: number;
}

/** The RUN item: the entry, its key and the keys of the index that lists it. */
export interface FailedRunItem extends FailedRun, ItemKey {
  readonly statusShard: string;
  readonly createdAtId: string;
}

export function failedRunItem(failed: FailedRun): FailedRunItem {
  const { orderId, run, stoppedAt } = failed;
  const createdAtId = `${stoppedAt}#${orderId}`;
  return { ...failedRunKey(orderId, run), ...failed, statusShard: FAILED_RUNS_SHARD, createdAtId };
}

/** The entry in a RUN item, without the keys. */
export function failedRunOf(item: FailedRunItem): FailedRun {
  const { pk: _pk, sk: _sk, statusShard: _shard, createdAtId: _stopped, ...failed } = item;
  return failed;
}
