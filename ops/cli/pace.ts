import { setTimeout as pause } from 'node:timers/promises';

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600 } as const;

/** `10/s`, `600/m`, `1/h` or `10` (per second) as a number per second; undefined for anything else, and for none at all. */
export function readRate(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/(s|m|h))?$/.exec(text) ?? [];
  const perSecond = Number(amount) / UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
  return perSecond > 0 ? perSecond : undefined;
}

/** Time as a pace needs it. */
export interface PaceClock {
  /** Milliseconds that only grow. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const REAL_CLOCK: PaceClock = { now: () => performance.now(), sleep: pause };

/** Lets callers through at most so often per second, evenly, without making up for time in which nobody came. */
export class Pace {
  private readonly intervalMs: number;
  private readonly clock: PaceClock;
  private nextMs = -Infinity;

  constructor(perSecond: number, clock: PaceClock = REAL_CLOCK) {
    this.intervalMs = 1000 / perSecond;
    this.clock = clock;
  }

  /**
   * Resolves when it is the caller's turn.
   * @param count turns that the caller takes at once: ten events of one request
   */
  async turn(count = 1): Promise<void> {
    const now = this.clock.now();
    const dueMs = Math.max(now, this.nextMs);
    this.nextMs = dueMs + this.intervalMs * count;
    if (dueMs > now) await this.clock.sleep(dueMs - now);
  }
}
