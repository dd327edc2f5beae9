import { type Timer, TimerHeap } from './timer-heap.ts';

/** How far virtual time jumps on its own. Longer waits (a seven-day deadline) are skipped only on request. */
export const VIRTUAL_HORIZON_MS = 60 * 60 * 1000;

/** `setTimeout` keeps its delay in 32 bits; a longer wait is armed again when this much of it has passed. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export interface TimerOptions {
  /** See {@link Timer.background}. */
  background?: boolean;
}

/**
 * The one clock of the host: every timer and every timestamp of every service comes from here.
 *
 * Whoever does work that is not finished says so (`work`, `busy`), since virtual time may only move when nobody does.
 */
export abstract class Clock {
  protected readonly timers = new TimerHeap();
  private armed = 0;
  private working = 0;
  private idleWaiters: (() => void)[] = [];

  /** Epoch milliseconds. */
  abstract now(): number;

  /** True when time stands still while there is work. */
  abstract readonly virtual: boolean;

  /** Calls `fire` once when the clock reaches `dueMs`; at once (but not synchronously) when that is past. */
  at(dueMs: number, fire: () => void, options: TimerOptions = {}): { cancel(): void } {
    this.armed += 1;
    const timer: Timer = { dueMs, fire, background: options.background ?? false, order: this.armed, cancelled: false };
    this.timers.push(timer);
    this.timersChanged();
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }

  after(delayMs: number, fire: () => void, options?: TimerOptions): { cancel(): void } {
    return this.at(this.now() + delayMs, fire, options);
  }

  /** Resolves after `delayMs` of this clock. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Marks work in progress until the returned function is called (calling it twice does no harm). */
  busy(): () => void {
    this.working += 1;
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.working -= 1;
      if (this.working === 0) this.workEnded();
    };
  }

  /** Runs a piece of work, during which virtual time stands still. */
  async work<T>(run: () => Promise<T>): Promise<T> {
    const done = this.busy();
    try {
      return await run();
    } finally {
      done();
    }
  }

  /** Resolves when nothing is being worked on and, on a virtual clock, no timer within the horizon is left. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.idleWaiters.push(resolve);
      if (this.working === 0) this.workEnded();
    });
  }

  /** Moves time forward by `byMs`, firing what falls due on the way. Only a virtual clock can. */
  abstract advance(byMs: number): Promise<void>;

  /** Ends all timers: nothing fires any more. */
  abstract stop(): void;

  protected get isWorking(): boolean {
    return this.working > 0;
  }

  protected abstract timersChanged(): void;
  protected abstract workEnded(): void;

  protected fireDue(): void {
    for (let next = this.timers.peek(); next && next.dueMs <= this.now(); next = this.timers.peek()) {
      this.timers.pop();
      next.fire();
    }
  }

  protected announceIdle(): void {
    const waiting = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiting) resolve();
  }

  protected get isAwaited(): boolean {
    return this.idleWaiters.length > 0;
  }
}

/** Calls `then` once the work that is already queued in this process (callbacks, settled promises) has had its turn. */
function onceSettled(then: () => void): void {
  // Two turns: a reply that is read in one turn may start the next request in the following one.
  setImmediate(() => setImmediate(then));
}

export class RealClock extends Clock {
  readonly virtual = false;
  private timeout: NodeJS.Timeout | undefined;
  private stopped = false;

  now(): number {
    return Date.now();
  }

  advance(): Promise<void> {
    return Promise.reject(new Error('Only a virtual clock can be advanced: start the host with --clock virtual.'));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timeout);
  }

  protected timersChanged(): void {
    if (this.stopped) return;
    clearTimeout(this.timeout);
    const next = this.timers.peek();
    if (!next) return;
    const delayMs = Math.min(Math.max(next.dueMs - this.now(), 0), LONGEST_TIMEOUT_MS);
    this.timeout = setTimeout(() => {
      this.fireDue();
      this.timersChanged();
    }, delayMs);
  }

  protected workEnded(): void {
    if (!this.isAwaited) return;
    onceSettled(() => {
      if (!this.isWorking) this.announceIdle();
    });
  }
}

/**
 * Time that stands still while there is work, and jumps to the next timer due within {@link VIRTUAL_HORIZON_MS} when there
 * is none: a retry after 30 s takes no time, and a test never sleeps.
 */
export class VirtualClock extends Clock {
  readonly virtual = true;
  private nowMs: number;
  private checking = false;
  private stopped = false;
  private advances: { untilMs: number; resolve: () => void }[] = [];
  private readonly moved: (nowMs: number) => void;

  /** `moved` is told of every jump, so that the host can keep time from running backwards over a restart. */
  constructor(startMs: number, moved: (nowMs: number) => void = () => {}) {
    super();
    this.nowMs = startMs;
    this.moved = moved;
  }

  now(): number {
    return this.nowMs;
  }

  advance(byMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.advances.push({ untilMs: this.nowMs + byMs, resolve });
      this.advances.sort((left, right) => left.untilMs - right.untilMs);
      this.check();
    });
  }

  stop(): void {
    this.stopped = true;
  }

  protected timersChanged(): void {
    this.check();
  }

  protected workEnded(): void {
    this.check();
  }

  private check(): void {
    if (this.checking || this.stopped) return;
    this.checking = true;
    onceSettled(() => {
      this.checking = false;
      if (!this.isWorking && !this.stopped) this.jump();
    });
  }

  /**
   * Called when idle: moves towards a request, or else the next foreground timer within the horizon, and stops on the way at
   * every timer that falls due before it, so that each fires at its own time.
   */
  private jump(): void {
    const request = this.advances[0];
    const targetMs = request?.untilMs ?? this.nextForegroundMs();
    const next = this.timers.peek();
    if (targetMs !== undefined && next && next.dueMs <= targetMs) {
      this.moveTo(next.dueMs);
      this.fireDue();
      this.check();
    } else if (request) {
      this.moveTo(request.untilMs);
      this.advances.shift();
      request.resolve();
      this.check();
    } else {
      this.announceIdle();
    }
  }

  private nextForegroundMs(): number | undefined {
    const dueMs = this.timers.earliestForeground()?.dueMs;
    return dueMs !== undefined && dueMs <= this.nowMs + VIRTUAL_HORIZON_MS ? dueMs : undefined;
  }

  private moveTo(instantMs: number): void {
    if (instantMs <= this.nowMs) return;
    this.nowMs = instantMs;
    this.moved(instantMs);
  }
}
