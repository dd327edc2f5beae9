import { isTerminal } from '../lifecycle.ts';
import type { Order } from '../order.ts';
import type { ExecutionStatus, ExecutionSummary, Snapshot, Violation } from './snapshot.ts';

const FAILED: readonly ExecutionStatus[] = ['FAILED', 'TIMED_OUT', 'ABORTED'];
/** Names are `orderId-run`, and an order id (a UUID) has 36 characters. */
const ORDER_ID_LENGTH = 36;

/** Every order has come to rest, or somebody knows of it: an open intervention or a failed execution to redrive. */
export function executionViolations({ orders, executions }: Snapshot): Violation[] {
  const executionsOf = new Map<string, ExecutionSummary[]>();
  for (const execution of executions) {
    const orderId = execution.name.slice(0, ORDER_ID_LENGTH);
    executionsOf.set(orderId, [...(executionsOf.get(orderId) ?? []), execution]);
  }
  return orders.flatMap((order) => restViolations(order, executionsOf.get(order.orderId) ?? []));
}

function restViolations(order: Order, executions: readonly ExecutionSummary[]): Violation[] {
  if (order.status === 'MANUAL_INTERVENTION') return [];
  const running = executions.filter(({ status }) => status === 'RUNNING' || status === 'PENDING_REDRIVE');
  if (running.length > 0) {
    return [{ rule: 'nothing-running', keys: running.map(({ name }) => name), detail: `the order is ${order.status}` }];
  }
  const isKnown = isTerminal(order.status) || executions.some(({ status }) => FAILED.includes(status));
  if (isKnown) return [];
  const how = executions.map(({ name, status }) => `${name} ${status}`).join(', ') || 'no execution';
  return [{ rule: 'order-at-rest', keys: [order.orderId], detail: `it is ${order.status} with ${how}` }];
}
