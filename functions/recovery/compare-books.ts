import middy from '@middy/core';
import type { Violation } from '../../core/invariants/snapshot.ts';
import type { Instant } from '../../core/order.ts';
import { OrderStore } from '../shared/order-store.ts';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { type FirstLook, lookAgain, lookAtAllOrders } from './compare-orders.ts';
import { compareStock } from './compare-stock.ts';
import type { OrderBooks } from './order-books.ts';
import { releaseOutlivedHold } from './release-outlived-hold.ts';
import { type DriftContext, reportDrift } from './report-drift.ts';

/** An order that nobody has touched for so long is at rest, and so are its payment and its parcel. */
const AT_REST_MS = 15 * 60_000;
/** Left of the function's time when a comparison gives up, and fails for the alarm of its errors to be heard. */
const RESERVE_MS = 30_000;

export interface ComparisonResult {
  readonly orders: number;
  readonly skus: number;
  /** Holds that outlived their orders and were released. */
  readonly released: number;
  /** What contradicts the invariants, by rule. */
  readonly violations: Readonly<Record<string, number>>;
  /** Events of drift that were published; what was told within a day is not told again. */
  readonly drifts: number;
}

/**
 * Compares stock, holds, the provider's ledger and orders, and tells what contradicts. Of all that, only a hold that outlived
 * its order is repaired; money never is.
 *
 * It takes time in proportion to the items: each order is read once with all that belongs to it, page by page, and memory
 * holds a few pages, the SKUs and the orders in doubt (a thousand at most). In 15 minutes that is some millions of orders.
 */
export async function compareBooks(_event: unknown, context: LoggedContext): Promise<ComparisonResult> {
  const { log } = context;
  const now = new Date().toISOString();
  const causationId = `comparison/${context.awsRequestId}`;
  const restingSince = new Date(Date.parse(now) - AT_REST_MS).toISOString();
  const onPage = (): void => {
    if (context.getRemainingTimeInMillis() < RESERVE_MS) throw new Error('The comparison has no time left.');
  };
  const first = await lookAtAllOrders(restingSince, onPage);
  const { confirmed, released } = await lookAtDoubts(first.doubts, restingSince, { now, causationId, log });
  const stock = await compareStock(first.units, onPage);
  const found = [...confirmed, ...stock.confirmed];

  const drifts = await reportDrift(found, { now, causationId, log });
  const result = { orders: first.orders, skus: stock.skus, released, violations: countByRule(found), drifts };
  log.info('comparison done', { ...result, inDoubt: first.doubts.size });
  return result;
}

/** Looks again at the orders in doubt, and releases holds that outlived theirs. */
async function lookAtDoubts(
  doubts: FirstLook['doubts'],
  restingSince: Instant,
  context: DriftContext,
): Promise<{ readonly confirmed: readonly Violation[]; readonly released: number }> {
  const store = new OrderStore();
  const confirmed: Violation[] = [];
  let released = 0;
  for (const [orderId, before] of doubts) {
    const again = await lookAgain(orderId, before, restingSince);
    const isReleased = again.books !== undefined && (await release(store, again.books, context));
    if (isReleased) released += 1;
    confirmed.push(...again.confirmed.filter(({ rule }) => !isReleased || rule !== 'hold-fits-order'));
  }
  return { confirmed, released };
}

async function release(store: OrderStore, books: OrderBooks, context: DriftContext): Promise<boolean> {
  const { orderId } = books;
  try {
    const isReleased = await releaseOutlivedHold(store, books, context);
    if (isReleased) context.log.warn('a hold that outlived its order was released', { orderId });
    return isReleased;
  } catch (error) {
    // The stock is not there, or has no answer: then it is told like any other drift.
    context.log.error('a hold that outlived its order could not be released', { orderId, error });
    return false;
  }
}

function countByRule(violations: readonly Violation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of violations) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}

export const handler = middy<unknown, ComparisonResult, Error, LoggedContext>().use(withLog()).handler(compareBooks);
