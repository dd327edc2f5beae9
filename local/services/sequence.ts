import type { Clock } from '../clock.ts';

/** Digits of a key part: microseconds since 1970 fit until the year 2286, and keys of one width sort by number. */
const WIDTH = 16;

/**
 * Numbers for store keys that sort in the order of their making and never repeat, not even over a restart, since they
 * follow the clock.
 */
export class Sequence {
  private readonly clock: Clock;
  private last = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  next(): string {
    this.last = Math.max(this.clock.now() * 1000, this.last + 1);
    return String(this.last).padStart(WIDTH, '0');
  }

  /** The smallest key part that could have been made at an instant (epoch ms). */
  static at(instantMs: number): string {
    return String(Math.max(0, instantMs) * 1000).padStart(WIDTH, '0');
  }
}
