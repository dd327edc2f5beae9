import type { Clock } from '../../clock.ts';

interface Deadline {
  readonly requestId: string;
  readonly dueMs: number;
  /** Instant of the process's monotonic clock. */
  readonly elapsedDue: number;
}

/**
 * The timeouts of the invocations of one worker. All of one function are equally long, so they fall due in the order in
 * which they began, and one timer for the first of them is enough.
 *
 * Under a virtual clock, time stands still while a function works: a handler that hangs would hang for ever, so there the
 * timeout also counts in real elapsed time.
 */
export class Deadlines {
  private readonly clock: Clock;
  private readonly timeoutMs: number;
  private readonly expired: (requestId: string) => void;
  private readonly pending: Deadline[] = [];
  private readonly ended = new Set<string>();
  private timer: { cancel(): void } | undefined;
  private elapsedTimer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, timeoutMs: number, expired: (requestId: string) => void) {
    this.clock = clock;
    this.timeoutMs = timeoutMs;
    this.expired = expired;
  }

  begin(requestId: string): void {
    const elapsedDue = performance.now() + this.timeoutMs;
    this.pending.push({ requestId, dueMs: this.clock.now() + this.timeoutMs, elapsedDue });
    if (this.pending.length === 1) this.arm();
  }

  end(requestId: string): void {
    this.ended.add(requestId);
    this.dropEnded();
    if (this.pending.length === 0) this.disarm();
  }

  stop(): void {
    this.pending.length = 0;
    this.ended.clear();
    this.disarm();
  }

  private dropEnded(): void {
    for (let first = this.pending[0]; first && this.ended.delete(first.requestId); first = this.pending[0]) {
      this.pending.shift();
    }
  }

  private arm(): void {
    this.disarm();
    const first = this.pending[0];
    if (!first) return;
    this.timer = this.clock.at(first.dueMs, () => this.fire());
    if (!this.clock.virtual) return;
    // Not the host's clock on purpose, see above.
    this.elapsedTimer = setTimeout(() => this.fire(), Math.max(0, first.elapsedDue - performance.now()));
  }

  private disarm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    clearTimeout(this.elapsedTimer);
  }

  private fire(): void {
    const first = this.pending[0];
    if (!first) return;
    const isDue = this.clock.now() >= first.dueMs || (this.clock.virtual && performance.now() >= first.elapsedDue);
    if (isDue) {
      this.pending.shift();
      this.expired(first.requestId);
    }
    this.arm();
  }
}
