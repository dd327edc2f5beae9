import { orderKey } from '../../core/item-keys.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import type { OrderItem } from '../../core/order-item.ts';
import type { FailedExecution } from './executions.ts';
import type { LiveStack } from './live-stack.ts';
import { readItems } from './read-items.ts';

/**
 * Those of the executions that hold an order up. Left out: orders that are at their end, and executions that a later run of
 * the same order has taken over from.
 */
export async function stuckAmong(
  stack: LiveStack,
  executions: readonly FailedExecution[],
): Promise<{ stuck: FailedExecution[]; settled: FailedExecution[] }> {
  const orderIds = [...new Set(executions.map(({ orderId }) => orderId))];
  const orders = await readItems<OrderItem>(stack, orderIds.map(orderKey));
  const orderOf = new Map(orders.map((order) => [order.orderId, order]));
  const isStuck = ({ orderId, run }: FailedExecution): boolean => {
    const order = orderOf.get(orderId);
    return order !== undefined && !isTerminal(order.status) && order.run === run;
  };
  return { stuck: executions.filter(isStuck), settled: executions.filter((one) => !isStuck(one)) };
}
