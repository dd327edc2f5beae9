import type { Violation } from '../../core/invariants/snapshot.ts';
import { addUnits, type UnitsInHolds } from '../../core/invariants/stock-rules.ts';
import { ENVIRONMENT } from '../../core/environment.ts';
import { asOrderId, type OrderId } from '../../core/ids.ts';
import { orderKey } from '../../core/item-keys.ts';
import { moneyViolations } from '../../core/invariants/money-rules.ts';
import type { Instant } from '../../core/order.ts';
import type { PaymentIntent } from '../../core/ports.ts';
import { batchGet } from '../shared/batch-get.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { byOrder, judgeOrders } from './judge-orders.ts';
import { type OrderBooks, readOrderBooks, scanOrderBooks } from './order-books.ts';
import { scanIntents } from './sandbox-books.ts';

/** Parts of the table that are read at the same time: four pages of a megabyte, and their orders, are in memory at once. */
const SEGMENTS = 4;
/** Orders in doubt that are looked at again. With more than that a look at a thousand says enough. */
const DOUBTS = 1000;

/** What a first look at all orders has come to. */
export interface FirstLook {
  /** Orders, or their money, that break an invariant: what has to be looked at again. */
  readonly doubts: ReadonlyMap<OrderId, readonly Violation[]>;
  /** What all holds add up to, by SKU. */
  readonly units: Map<string, UnitsInHolds>;
  readonly orders: number;
}

/**
 * Reads every order with its events, hold, interventions, payments and parcels once. Judged are those that have been at rest
 * since then; summed up are all.
 * @param onPage called before each page; throws when time is up
 */
export async function lookAtAllOrders(restingSince: Instant, onPage: () => void): Promise<FirstLook> {
  const doubts = new Map<OrderId, Violation[]>();
  const units = new Map<string, UnitsInHolds>();
  let orders = 0;
  const doubt = (found: ReadonlyMap<OrderId, Violation[]>): void => {
    for (const [orderId, violations] of found) {
      if (doubts.size < DOUBTS) doubts.set(orderId, [...(doubts.get(orderId) ?? []), ...violations]);
    }
  };
  const lookAtSegment = async (number: number): Promise<void> => {
    for await (const page of scanOrderBooks({ number, of: SEGMENTS })) {
      onPage();
      orders += page.length;
      for (const { hold } of page) if (hold) addUnits(units, hold);
      doubt(await judgeOrders(page.filter((books) => isAtRest(books, restingSince))));
    }
  };
  await Promise.all(Array.from({ length: SEGMENTS }, (_, number) => lookAtSegment(number)));
  for await (const intents of scanIntents()) {
    onPage();
    doubt(await withoutOrder(intents));
  }
  return { doubts, units, orders };
}

/** What is still so when an order in doubt is looked at again, with consistent reads. */
export async function lookAgain(
  orderId: OrderId,
  before: readonly Violation[],
  restingSince: Instant,
): Promise<{ readonly books: OrderBooks | undefined; readonly confirmed: readonly Violation[] }> {
  const books = await readOrderBooks(orderId);
  if (!books) return { books, confirmed: before.filter(({ rule }) => rule === 'money-conserved') };
  if (!isAtRest(books, restingSince)) return { books, confirmed: [] };
  const now = (await judgeOrders([books])).get(orderId) ?? [];
  const isSame = (violation: Violation) =>
    before.some((earlier) => JSON.stringify(earlier) === JSON.stringify(violation));
  return { books, confirmed: now.filter(isSame) };
}

function isAtRest({ order }: OrderBooks, since: Instant): boolean {
  return !order || order.updatedAt < since;
}

/** Charges of orders that do not exist. */
async function withoutOrder(intents: readonly PaymentIntent[]): Promise<Map<OrderId, Violation[]>> {
  const charged = intents.filter(({ chargedMinor }) => chargedMinor > 0);
  const ids = [...new Set(charged.map(({ key }) => asOrderId(key.slice(0, key.indexOf('#')))))];
  const known = new Set<string>();
  for (let start = 0; start < ids.length; start += KEYS_AT_ONCE) {
    const keys = ids.slice(start, start + KEYS_AT_ONCE).map(orderKey);
    const table = requireEnvironment(ENVIRONMENT.ordersTable);
    const found = await batchGet(table, keys, { ProjectionExpression: 'orderId', ConsistentRead: true });
    for (const { orderId } of found) known.add(orderId as string);
  }
  const strangers = charged.filter(({ key }) => !known.has(key.slice(0, key.indexOf('#'))));
  return byOrder(moneyViolations({ orders: [], intents: strangers, bookings: [] }));
}

const KEYS_AT_ONCE = 100;
