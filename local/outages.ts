import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** A span of epoch milliseconds in which no host served. */
interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The host writes down that often that it is there. */
const BEAT_MS = 60_000;
/** More than two beats without a sign: the host was down, or the machine slept. */
const SHORTEST_MS = 2 * BEAT_MS;
/** Nothing that is counted in time of service lives longer: 14 days in a queue, and the outages in them. */
const REMEMBERED = 1000;

const ALIVE_KEY = 'host/alive';
const SPANS_KEY = 'host/outages';
/** Where a virtual clock keeps how far it came. */
const VIRTUAL_CLOCK_KEY = 'host/clock';

/**
 * When the host was not there: ended, killed, or on a machine that slept. AWS is always there, so what it ends by age (messages
 * by their retention, events by their maximum age) has had that time to be delivered in. Here a laptop that is closed for a week
 * must not lose what waited for it: such ages count only the time in which the host served.
 */
export class Outages {
  private readonly store: Store;
  private readonly clock: Clock;
  private spans: Span[];
  private aliveMs: number;

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.clock = clock;
    this.spans = JSON.parse(store.get(SPANS_KEY) ?? '[]') as Span[];
    const virtualMs = clock.virtual ? Number(store.get(VIRTUAL_CLOCK_KEY) ?? 0) : 0;
    this.aliveMs = Math.max(Number(store.get(ALIVE_KEY) ?? 0), virtualMs);
  }

  /** Begins to serve: what passed since the last sign of life was an outage. */
  begin(): void {
    if (this.aliveMs > 0) this.noteGap();
    this.beat();
  }

  /** Ends to serve in good order: an outage begins now. */
  async end(): Promise<void> {
    await this.store.write([{ key: ALIVE_KEY, value: String(this.clock.now()) }]);
  }

  /** How many milliseconds of a span of time the host was not there. */
  within(fromMs: number, untilMs: number): number {
    let lostMs = 0;
    for (const span of this.spans) {
      lostMs += Math.max(0, Math.min(untilMs, span.untilMs) - Math.max(fromMs, span.fromMs));
    }
    return lostMs;
  }

  private beat(): void {
    this.aliveMs = this.clock.now();
    void this.store.write([{ key: ALIVE_KEY, value: String(this.aliveMs) }]);
    // Virtual time passes on request only, and never without the host.
    if (this.clock.virtual) return;
    const next = (): void => {
      this.noteGap();
      this.beat();
    };
    // Timers fire in the order of their times: after a sleep this one before all that fell due in it.
    this.clock.after(BEAT_MS, next, { background: true });
  }

  private noteGap(): void {
    const nowMs = this.clock.now();
    if (nowMs - this.aliveMs <= SHORTEST_MS) return;
    this.spans = [...this.spans, { fromMs: this.aliveMs, untilMs: nowMs }].slice(-REMEMBERED);
    void this.store.write([{ key: SPANS_KEY, value: JSON.stringify(this.spans) }]);
  }
}
