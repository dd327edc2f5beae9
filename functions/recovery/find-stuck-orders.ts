import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { executionNameOf } from '../../core/ids.ts';
import { statusShards } from '../../core/item-keys.ts';
import { isTerminal, type OrderStatus } from '../../core/lifecycle.ts';
import type { Order } from '../../core/order.ts';
import { describeRun } from '../shared/revive-saga.ts';
import { failedRunFrom, hasFailed } from './failed-execution.ts';
import { findFailedRun, putFailedRun } from './failed-run-store.ts';
import { type Listed, listPartition } from './list-by-status.ts';
import { reviveOrder } from './revive-order.ts';
import type { Round } from './round.ts';

const MINUTE_MS = 60_000;
/** An order is started within a second of being written. */
const STARTED_WITHIN_MS = 2 * MINUTE_MS;
/** A step that is retried for as long as it goes changes nothing on the order for 23 minutes. */
const QUIET_AFTER_MS = 30 * MINUTE_MS;

/**
 * How long orders of a status are left alone. One in MANUAL_INTERVENTION may wait for days, and terminal ones for ever: the
 * partitions of those are not read.
 */
const LEFT_ALONE_MS: readonly (readonly [OrderStatus, number])[] = [
  ['PENDING', STARTED_WITHIN_MS],
  ['INVENTORY_RESERVED', QUIET_AFTER_MS],
  ['PAYMENT_CONFIRMED', QUIET_AFTER_MS],
  ['SHIPPED', QUIET_AFTER_MS],
];

/**
 * Finds orders that are under way without anybody carrying them on. A run that never started is started. What died without
 * being on the failed list, or ended and left its order behind, is reported; the former is also put on the list.
 */
export async function findStuckOrders(round: Round): Promise<void> {
  for (const [status, ms] of LEFT_ALONE_MS) {
    const since = round.ago(ms);
    await Promise.all(
      statusShards(status).map((shard) =>
        round.each(listPartition(shard, { before: since, quietSince: since }), (listed) => look(round, listed)),
      ),
    );
  }
}

async function look(round: Round, { orderId }: Listed): Promise<void> {
  const order = await round.store.get(orderId);
  if (!isUnderWay(order)) return;
  const execution = await describeRun(order);
  if (!execution) {
    await reviveOrder(round, order, execution);
    return;
  }
  if (execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE') return;
  // The saga may have ended between the two: then the order has changed.
  const current = await round.store.get(orderId);
  if (current.version === order.version && order.updatedAt < round.ago(QUIET_AFTER_MS))
    await report(round, order, execution);
}

function isUnderWay({ status }: Order): boolean {
  return status !== 'MANUAL_INTERVENTION' && !isTerminal(status);
}

async function report(round: Round, order: Order, execution: DescribeExecutionOutput): Promise<void> {
  const { orderId, run, status } = order;
  const name = executionNameOf(orderId, run);
  if (!hasFailed(execution.status)) {
    const detail = `it is ${status}, and its execution ${name} ended as ${execution.status}`;
    round.found.push({ rule: 'order-at-rest', keys: [orderId], detail });
    return;
  }
  if (await findFailedRun(orderId, run)) return;
  const detail = `it is ${status}, and ${name} is ${execution.status} without being on the failed list`;
  round.found.push({ rule: 'failed-run-listed', keys: [orderId], detail });
  const { error, cause, redriveCount, stopDate } = execution;
  const stoppedAtMs = stopDate?.getTime() ?? Date.parse(round.now);
  const failed = failedRunFrom({ name, status: execution.status, stoppedAtMs, error, cause, redriveCount });
  if (failed && (await putFailedRun(failed))) round.did('listed', orderId, { run });
}
