import type { StoredRecord } from './stream-log.ts';

/**
 * Writes whose records stay in memory, once or twice as many: a second under load, in which whoever follows the
 * stream comes by. Who is later reads from the store.
 */
const KEPT_WRITES = 1024;

/** A record as it was written. `described` is what GetRecords says of it, once somebody has asked. */
export type RecentRecord = StoredRecord & { described?: object };

interface Write {
  /** Sequence number of the first of its records. */
  readonly first: number;
  readonly records: readonly RecentRecord[];
}

/** The records at the end of one stream: they need not be read from the store and parsed once more for each reader. */
export class RecentRecords {
  private writes: Write[] = [];
  /** All records from this sequence number on are here. */
  private start: number;

  constructor(start: number) {
    this.start = start;
  }

  append(first: number, records: readonly RecentRecord[]): void {
    if (this.writes.length >= 2 * KEPT_WRITES) {
      this.writes = this.writes.slice(-KEPT_WRITES);
      this.start = this.writes[0]?.first ?? first;
    }
    this.writes.push({ first, records });
  }

  /** Records from one sequence number to another, at most `limit`; undefined when some of them are not here any more. */
  between(from: number, to: number, limit: number): (readonly [number, RecentRecord])[] | undefined {
    if (from < this.start) return undefined;
    const found: (readonly [number, RecentRecord])[] = [];
    for (const { first, records } of this.writes.slice(this.indexOf(from))) {
      for (const [position, record] of records.entries()) {
        const sequence = first + position;
        if (sequence > to || found.length === limit) return found;
        if (sequence >= from) found.push([sequence, record]);
      }
    }
    return found;
  }

  /** Where the write stands that holds a sequence number, or would. O(log n). */
  private indexOf(sequence: number): number {
    let [low, high] = [0, this.writes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { first, records } = this.writes[middle] as Write;
      if (first + records.length <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
