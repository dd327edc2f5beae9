import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';

/** Digits of a key part: microseconds since 1970 fit until the year 2286, and keys of one width sort by number. */
const WIDTH = 16;

/**
 * Keys for the store that sort in the order of their making. They follow the clock, and end in the number of this run, so that
 * they never repeat, not even when a virtual clock goes on at the instant at which it stood.
 */
export class Sequence {
  private readonly clock: Clock;
  private readonly suffix: string;
  private last = 0;

  /** @param owner names the count of runs in the store */
  constructor(clock: Clock, store: Store, owner: string) {
    this.clock = clock;
    const counter = `${owner}/runs`;
    const run = Number(store.get(counter) ?? 0) + 1;
    // Committed before anything that is written after it, hence before the first key of this run.
    void store.write([{ key: counter, value: String(run) }]);
    this.suffix = `-${String(run).padStart(6, '0')}`;
  }

  next(): string {
    this.last = Math.max(this.clock.now() * 1000, this.last + 1);
    return String(this.last).padStart(WIDTH, '0') + this.suffix;
  }

  /** Whether a key was made since the host started. */
  isOfThisRun(key: string): boolean {
    return key.endsWith(this.suffix);
  }

  /** Sorts before every key made at an instant (epoch ms) or later, and behind all others. */
  static at(instantMs: number): string {
    return String(Math.max(0, instantMs) * 1000).padStart(WIDTH, '0');
  }
}
