import { historiesViolations } from '../../core/invariants/event-rules.ts';
import { openViolations } from '../../core/invariants/intervention-rules.ts';
import { moneyViolations } from '../../core/invariants/money-rules.ts';
import type { Violation } from '../../core/invariants/snapshot.ts';
import { holdsViolations } from '../../core/invariants/stock-rules.ts';
import { asOrderId, type OrderId } from '../../core/ids.ts';
import type { OrderBooks } from './order-books.ts';
import { readProviderBooks } from './sandbox-books.ts';

/** An order id is a UUID; the keys of violations are such ids, or begin with one. */
const ORDER_ID_LENGTH = 36;

/** What of the invariants is broken in some orders, by order. All that they ask for is in the orders' and the providers' books. */
export async function judgeOrders(books: readonly OrderBooks[]): Promise<Map<OrderId, Violation[]>> {
  const orders = books.flatMap(({ order }) => order ?? []);
  const snapshot = {
    orders,
    events: books.flatMap(({ events }) => events),
    holds: books.flatMap(({ hold }) => hold ?? []),
    interventions: books.flatMap(({ interventions }) => interventions),
    ...(await readProviderBooks(orders)),
  };
  return byOrder([
    ...holdsViolations(snapshot),
    ...moneyViolations(snapshot),
    ...historiesViolations(snapshot),
    ...openViolations(snapshot),
  ]);
}

export function byOrder(violations: readonly Violation[]): Map<OrderId, Violation[]> {
  const found = new Map<OrderId, Violation[]>();
  for (const violation of violations) {
    const orderId = asOrderId((violation.keys[0] ?? '').slice(0, ORDER_ID_LENGTH));
    found.set(orderId, [...(found.get(orderId) ?? []), violation]);
  }
  return found;
}
