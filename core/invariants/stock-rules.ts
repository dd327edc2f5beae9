import type { Order } from '../order.ts';
import { isTerminal } from '../lifecycle.ts';
import type { Hold, StockItem } from '../stock.ts';
import type { Snapshot, Violation } from './snapshot.ts';

/** Units of one SKU in the holds of all orders. */
export interface UnitsInHolds {
  readonly held: number;
  readonly committed: number;
}

/** Goods are neither made nor lost, and each held unit is held for somebody. */
export function stockViolations({ orders, stock, holds }: Pick<Snapshot, 'orders' | 'stock' | 'holds'>): Violation[] {
  const units = new Map<string, UnitsInHolds>();
  for (const hold of holds) addUnits(units, hold);
  return [
    ...stock.flatMap((item) => [...countViolations(item), ...sumViolations(item, units.get(item.sku))]),
    ...holdsViolations({ orders, holds }),
  ];
}

/** Adds what a hold holds, or has taken out of the house, to the sums. */
export function addUnits(units: Map<string, UnitsInHolds>, { status, items }: Hold): void {
  if (status !== 'HELD' && status !== 'COMMITTED') return;
  for (const { sku, quantity } of items) {
    const { held, committed } = units.get(sku) ?? NO_UNITS;
    const isHeld = status === 'HELD';
    units.set(sku, { held: held + (isHeld ? quantity : 0), committed: committed + (isHeld ? 0 : quantity) });
  }
}

/** What is wrong with the counts of a SKU by themselves. */
export function countViolations({ sku, received, adjusted, available, held, committed }: StockItem): Violation[] {
  const found: Violation[] = [];
  if (available + held + committed !== received + adjusted) {
    const detail = `available ${available} + held ${held} + committed ${committed} is not received ${received} + adjusted ${adjusted}`;
    found.push({ rule: 'stock-conserved', keys: [sku], detail });
  }
  if (Math.min(available, held, committed) < 0) {
    const detail = `available ${available}, held ${held}, committed ${committed}`;
    found.push({ rule: 'stock-not-negative', keys: [sku], detail });
  }
  return found;
}

/** Whether the counts of a SKU are the sums of the holds. */
export function sumViolations({ sku, held, committed }: StockItem, units: UnitsInHolds = NO_UNITS): Violation[] {
  if (held === units.held && committed === units.committed) return [];
  const detail = `held ${held} and committed ${committed}, but the holds say ${units.held} and ${units.committed}`;
  return [{ rule: 'held-is-in-holds', keys: [sku], detail }];
}

/** Whether each order's hold is what its status asks for. */
export function holdsViolations({ orders, holds }: Pick<Snapshot, 'orders' | 'holds'>): Violation[] {
  const holdOf = new Map(holds.map((hold) => [hold.orderId, hold]));
  return orders.flatMap((order) => holdViolations(order, holdOf.get(order.orderId)));
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

const NO_UNITS: UnitsInHolds = { held: 0, committed: 0 };
