import type { Violation } from '../../core/invariants/snapshot.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Instant } from '../../core/order.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';
import { OrderStore } from '../shared/order-store.ts';

/** What a round does about an item, in one word each. */
export const DEEDS = ['started', 'redriven', 'restarted', 'delivered', 'closed', 'listed', 'unlisted'] as const;
export type Deed = (typeof DEEDS)[number];

/** Deeds that somebody else should have done; the others only tidy up. */
export const ACTED: readonly Deed[] = ['started', 'redriven', 'restarted', 'delivered', 'listed'];

/**
 * Items that a round looks at, each of which may cost a DescribeExecution: below the 300 that Step Functions takes at once in
 * us-east-1 (it refills 15 a second), which operators use too.
 */
const LOOKS = 200;
/** Left of the function's time when a round stops: enough for the slowest single item and the report. */
const RESERVE_MS = 20_000;

export interface RoundProps {
  readonly now: Instant;
  readonly causationId: string;
  readonly log: InvocationLog;
  /** Milliseconds that the function still has. */
  readonly remainingMs: () => number;
}

/** One run of the reconciler: what it may still do, what it has done and what it has found. */
export class Round {
  readonly now: Instant;
  readonly causationId: string;
  readonly store = new OrderStore();
  readonly found: Violation[] = [];
  readonly done: Record<Deed, number> = countsOf(DEEDS);
  /** Items that could not be dealt with; the next round meets them again. */
  failed = 0;
  /** Whether there was more to look at than a round does. */
  isCutShort = false;
  private readonly log: InvocationLog;
  private readonly remainingMs: () => number;
  private looks = 0;

  constructor({ now, causationId, log, remainingMs }: RoundProps) {
    this.now = now;
    this.causationId = causationId;
    this.log = log;
    this.remainingMs = remainingMs;
  }

  /** The instant so long before this round. */
  ago(ms: number): Instant {
    return new Date(Date.parse(this.now) - ms).toISOString();
  }

  did(deed: Deed, orderId: OrderId, fields: object = {}): void {
    this.done[deed] += 1;
    this.log.warn(`reconciled: ${deed}`, { orderId, ...fields });
  }

  /**
   * Deals with items until there are no more or the round has done enough. One that fails does not keep the others waiting.
   */
  async each<Item extends { readonly orderId: OrderId }>(
    items: AsyncIterable<Item>,
    deal: (item: Item) => Promise<void>,
  ): Promise<void> {
    for await (const item of items) {
      if (this.looks >= LOOKS || this.remainingMs() < RESERVE_MS) {
        this.isCutShort = true;
        return;
      }
      this.looks += 1;
      try {
        await deal(item);
      } catch (error) {
        this.failed += 1;
        this.log.error('an order could not be reconciled', { orderId: item.orderId, error });
      }
    }
  }
}

function countsOf<Word extends string>(words: readonly Word[]): Record<Word, number> {
  return Object.fromEntries(words.map((word) => [word, 0])) as Record<Word, number>;
}
