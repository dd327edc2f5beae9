import { FAILED_EXECUTION_STATUSES } from '../failed-run.ts';
import { executionNameOf } from '../ids.ts';
import { isTerminal } from '../lifecycle.ts';
import type { Order } from '../order.ts';
import type { ExecutionStatus, ExecutionSummary, Snapshot, Violation } from './snapshot.ts';

/** Names are `orderId-run`, and an order id (a UUID) has 36 characters. */
const ORDER_ID_LENGTH = 36;

/** Every order has come to rest, or somebody knows of it: an open intervention or the failed list. */
export function executionViolations({ orders, executions, failedRuns }: Snapshot): Violation[] {
  const executionsOf = new Map<string, ExecutionSummary[]>();
  for (const execution of executions) {
    const orderId = execution.name.slice(0, ORDER_ID_LENGTH);
    executionsOf.set(orderId, [...(executionsOf.get(orderId) ?? []), execution]);
  }
  const listed = new Set(failedRuns.map(({ orderId, run }) => executionNameOf(orderId, run)));
  return orders.flatMap((order) => {
    const ofOrder = executionsOf.get(order.orderId) ?? [];
    return [...restViolations(order, ofOrder, listed), ...unlistedFailures(order, ofOrder, listed)];
  });
}

/** Whether an execution has ended without coming to its end. */
export function hasDied({ status }: ExecutionSummary): boolean {
  return (FAILED_EXECUTION_STATUSES as readonly ExecutionStatus[]).includes(status);
}

function restViolations(
  order: Order,
  executions: readonly ExecutionSummary[],
  listed: ReadonlySet<string>,
): Violation[] {
  if (order.status === 'MANUAL_INTERVENTION') return [];
  const running = executions.filter(({ status }) => status === 'RUNNING' || status === 'PENDING_REDRIVE');
  if (running.length > 0) {
    return [{ rule: 'nothing-running', keys: running.map(({ name }) => name), detail: `the order is ${order.status}` }];
  }
  // One that died without being listed is a wrong of its own.
  const isKnown = isTerminal(order.status) || listed.has(currentRunOf(order)) || executions.some(hasDied);
  if (isKnown) return [];
  const how = executions.map(({ name, status }) => `${name} ${status}`).join(', ') || 'no execution';
  return [{ rule: 'order-at-rest', keys: [order.orderId], detail: `it is ${order.status} with ${how}` }];
}

/** Only the latest run matters to anybody, and none does once the order has ended. */
function unlistedFailures(
  order: Order,
  executions: readonly ExecutionSummary[],
  listed: ReadonlySet<string>,
): Violation[] {
  const name = currentRunOf(order);
  const died = executions.find((execution) => execution.name === name && hasDied(execution));
  if (!died || isTerminal(order.status) || listed.has(name)) return [];
  return [{ rule: 'failed-run-listed', keys: [name], detail: `it is ${died.status}, and not on the failed list` }];
}

function currentRunOf({ orderId, run }: Order): string {
  return executionNameOf(orderId, run);
}
