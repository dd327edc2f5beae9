import { type Timer, TimerHeap } from './timer-heap.ts';

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
  private begun = 0;
  private idleWaiters: (() => void)[] = [];

  /** Epoch milliseconds. */
  abstract now(): number;

  /** True when time stands still while there is work. */
  abstract readonly virtual: boolean;

  /** Calls `fire` once when the clock reaches `dueMs`; at once (but not synchronously) when that is past. */
  at(dueMs: number, fire: () => void, options: TimerOptions = {}): { cancel(): void } {
    this.armed += 1;
    const timer: Timer = { dueMs, fire, background: options.background ?? false, order: this.armed };
    this.timers.push(timer);
    this.timersChanged();
    return { cancel: () => this.timers.cancel(timer) };
  }

  after(delayMs: number, fire: () => void, options?: TimerOptions): { cancel(): void } {
    return this.at(this.now() + delayMs, fire, options);
  }

  /** Resolves after `delayMs` of this clock. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /**
   * Resolves after `delayMs` of this clock, as `sleep`, also where somebody who says that they work waits for it: a call
   * that takes long while its caller is busy. Virtual time then moves once all work has come to a standstill.
   */
  pass(delayMs: number): Promise<void> {
    return this.sleep(delayMs);
  }

  /** Marks work in progress until the returned function is called (calling it twice does no harm). */
  busy(): () => void {
    this.working += 1;
    this.begun += 1;
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

  /** Two moments with the same mark had no work begin or end between them. */
  protected get workMark(): string {
    return `${this.begun}/${this.working}`;
  }

  protected abstract timersChanged(): void;
  protected abstract workEnded(): void;

  protected fireDue(): void {
    for (let next = this.timers.peek(); next && next.dueMs <= this.now(); next = this.timers.peek()) {
      this.timers.pop();
      const { fire } = next;
      // It has had its turn: to cancel it from now on means nothing.
      next.fire = undefined;
      fire?.();
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
export function onceSettled(then: () => void): void {
  // Two turns: a reply that is read in one turn may start the next request in the following one.
  setImmediate(() => setImmediate(then));
}
