import { Clock, onceSettled } from './clock.ts';

/** `setTimeout` keeps its delay in 32 bits; a longer wait is armed again when this much of it has passed. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own time. */
export class RealClock extends Clock {
  readonly virtual = false;
  private timeout: NodeJS.Timeout | undefined;
  /** When the timeout ends. */
  private armedForMs = Infinity;
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
    const next = this.timers.peek();
    // Waking up too early, for a timer that was cancelled meanwhile, costs less than to arm anew for each.
    if (!next || next.dueMs >= this.armedForMs) return;
    clearTimeout(this.timeout);
    this.armedForMs = next.dueMs;
    const delayMs = Math.min(Math.max(next.dueMs - this.now(), 0), LONGEST_TIMEOUT_MS);
    this.timeout = setTimeout(() => {
      this.armedForMs = Infinity;
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
