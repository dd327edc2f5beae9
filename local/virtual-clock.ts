import { Clock, onceSettled } from './clock.ts';

/** How far virtual time jumps on its own. Longer waits (a seven-day deadline) are skipped only on request. */
export const VIRTUAL_HORIZON_MS = 60 * 60 * 1000;

/**
 * Real time for which nothing has to begin or end before everybody who works is taken to wait for time to pass: see
 * {@link Clock.pass}. Work that is not waiting begins or ends something every few milliseconds.
 */
const STANDSTILL_MS = 20;

/**
 * Time that stands still while there is work, and jumps to the next timer due within {@link VIRTUAL_HORIZON_MS} when there
 * is none: a retry after 30 s takes no time, and a test never sleeps.
 */
export class VirtualClock extends Clock {
  readonly virtual = true;
  private nowMs: number;
  private checking = false;
  private stopped = false;
  private passing = 0;
  private watching = false;
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

  override async pass(delayMs: number): Promise<void> {
    this.passing += 1;
    this.watch();
    await this.sleep(delayMs);
    this.passing -= 1;
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
   * Looks in real time, on purpose, whether work has come to a standstill while somebody waits for time to pass: who waits for
   * them cannot be known, since calls lead through other threads.
   */
  private watch(before?: string): void {
    if (before === undefined && this.watching) return;
    this.watching = this.passing > 0 && !this.stopped;
    if (!this.watching) return;
    const mark = this.workMark;
    if (this.isWorking && mark === before) this.move();
    setTimeout(() => this.watch(mark), STANDSTILL_MS);
  }

  private jump(): void {
    if (!this.move()) this.announceIdle();
  }

  /**
   * Moves towards a request, or else the next foreground timer within the horizon, and stops on the way at
   * every timer that falls due before it, so that each fires at its own time.
   */
  private move(): boolean {
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
      return false;
    }
    return true;
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
