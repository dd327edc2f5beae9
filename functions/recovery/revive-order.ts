import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { Order } from '../../core/order.ts';
import { reviveSaga } from '../shared/revive-saga.ts';
import type { Round } from './round.ts';

/** Times that a saga is revived by itself. What has failed so often fails for a reason that needs somebody. */
const AUTOMATIC_REVIVALS = 3;

/**
 * Sees to it that somebody carries the order on, unless that has failed too often.
 * @param execution of its latest run, which has died; undefined when there is none
 */
export async function reviveOrder(
  round: Round,
  order: Order,
  execution: DescribeExecutionOutput | undefined,
): Promise<boolean> {
  const revivals = order.run - 1 + (execution?.redriveCount ?? 0);
  if (execution && revivals >= AUTOMATIC_REVIVALS) return false;
  const revival = await reviveSaga(order, round, round.store);
  if (revival === 'running' || revival === 'ended') return true;
  round.did(revival, order.orderId, { run: order.run, status: order.status });
  return true;
}
