import type { Order } from '../order.ts';
import { isTerminal } from '../lifecycle.ts';
import type { Hold } from '../stock.ts';
import type { Snapshot, Violation } from './snapshot.ts';

/** Goods are neither made nor lost, and each held unit is held for somebody. */
export function stockViolations({ orders, stock, holds }: Snapshot): Violation[] {
  const held = unitsIn(holds, 'HELD');
  const committed = unitsIn(holds, 'COMMITTED');
  const violations = stock.flatMap((item): Violation[] => {
    const { sku, received, available, adjusted } = item;
    const found: Violation[] = [];
    if (available + item.held + item.committed !== received + adjusted) {
      const detail = `available ${available} + held ${item.held} + committed ${item.committed} is not received ${received} + adjusted ${adjusted}`;
      found.push({ rule: 'stock-conserved', keys: [sku], detail });
    }
    if (Math.min(available, item.held, item.committed) < 0) {
      const detail = `available ${available}, held ${item.held}, committed ${item.committed}`;
      found.push({ rule: 'stock-not-negative', keys: [sku], detail });
    }
    const [inHolds, inCommitted] = [held.get(sku) ?? 0, committed.get(sku) ?? 0];
    if (item.held !== inHolds || item.committed !== inCommitted) {
      const detail = `held ${item.held} and committed ${item.committed}, but the holds say ${inHolds} and ${inCommitted}`;
      found.push({ rule: 'held-is-in-holds', keys: [sku], detail });
    }
    return found;
  });
  const holdOf = new Map(holds.map((hold) => [hold.orderId, hold]));
  return [...violations, ...orders.flatMap((order) => holdViolations(order, holdOf.get(order.orderId)))];
}

function holdViolations(order: Order, hold: Hold | undefined): Violation[] {
  const [keys, rule] = [[order.orderId], 'hold-fits-order' as const];
  const found: Violation[] = [];
  // A hold that was refused, or released before it was ever made, is not mirrored in the order: nothing had changed.
  const mirrored = hold === undefined || hold.items.length === 0 ? 'NONE' : hold.status;
  if (order.hold !== mirrored) {
    found.push({ rule, keys, detail: `the order says ${order.hold}, the hold ${hold?.status ?? 'does not exist'}` });
  }
  const expected = order.status === 'COMPLETED' ? 'COMMITTED' : 'NONE or RELEASED';
  if (isTerminal(order.status) && !expected.includes(order.hold)) {
    found.push({ rule, keys, detail: `a ${order.status} order has stock ${order.hold}, not ${expected}` });
  }
  return found;
}

function unitsIn(holds: readonly Hold[], status: Hold['status']): Map<string, number> {
  const units = new Map<string, number>();
  for (const hold of holds) {
    if (hold.status !== status) continue;
    for (const { sku, quantity } of hold.items) units.set(sku, (units.get(sku) ?? 0) + quantity);
  }
  return units;
}
