import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { FailedRun } from '../../core/failed-run.ts';
import { FAILED_RUN_SORT_PREFIX, FAILED_RUNS_SHARD } from '../../core/item-keys.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import type { Order } from '../../core/order.ts';
import { currentIntervention } from '../intervention/record-decision.ts';
import { describeRun } from '../shared/revive-saga.ts';
import { hasFailed } from './failed-execution.ts';
import { findFailedRun, removeFailedRun } from './failed-run-store.ts';
import { type Listed, listPartition } from './list-by-status.ts';
import { reviveOrder } from './revive-order.ts';
import type { Round } from './round.ts';

/** Whoever decides or cancels revives the saga in the same breath; after a minute that has been lost. */
const LOST_AFTER_MS = 60_000;

/**
 * Goes through the failed list: takes off it what is no longer stuck, and revives what people have decided on since. What is
 * left waits for operators, who know whether the cause is gone.
 */
export async function closeFailedRuns(round: Round): Promise<void> {
  await round.each(listPartition(FAILED_RUNS_SHARD), (listed) => goThrough(round, listed));
}

async function goThrough(round: Round, { orderId, sk }: Listed): Promise<void> {
  const failed = await findFailedRun(orderId, Number(sk.slice(FAILED_RUN_SORT_PREFIX.length)));
  if (!failed) return;
  const order = await round.store.find(orderId);
  if (!order || isTerminal(order.status) || order.run > failed.run) return takeOff(round, failed);

  const execution = await describeRun(order);
  if (isUnderWay(execution)) return takeOff(round, failed);
  const isDead = !execution || hasFailed(execution.status);
  if (isDead && failed.stoppedAt < round.ago(LOST_AFTER_MS) && (await isDecided(order))) {
    await reviveOrder(round, order, execution);
  }
}

function isUnderWay(execution: DescribeExecutionOutput | undefined): boolean {
  return execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE';
}

/** Whether a person has said how the order is to go on. */
async function isDecided(order: Order): Promise<boolean> {
  if (order.status === 'MANUAL_INTERVENTION') return false;
  return order.cancelRequested || (await currentIntervention(order))?.status === 'DECIDED';
}

async function takeOff(round: Round, failed: FailedRun): Promise<void> {
  if (await removeFailedRun(failed)) round.did('unlisted', failed.orderId, { run: failed.run });
}
