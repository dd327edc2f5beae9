/** How often it is looked whether an isolate still turns; twice as long as it takes between two beats. */
const LOOK_EVERY_MS = 1000;

/** Looks without a beat after which a function is taken to keep the thread to itself. */
const SILENT_LOOKS = 3;

/**
 * Notices that one function keeps a shared thread from all others: on Lambda a busy loop is the trouble of its own function
 * alone. Real time, since the thread is busy in real time.
 */
export class Heartbeat {
  /** Two numbers of the isolate: beats that it counts as long as its event loop turns, and the id of its thread. */
  readonly beats = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  private readonly isServing: () => boolean;
  private readonly blocked: () => void;
  private timer: NodeJS.Timeout | undefined;
  private seen = 0;
  private silent = 0;

  constructor(isServing: () => boolean, blocked: () => void) {
    this.isServing = isServing;
    this.blocked = blocked;
  }

  get thread(): number | undefined {
    const thread = Atomics.load(new Int32Array(this.beats), 1);
    return thread === 0 ? undefined : thread;
  }

  /** Looks from now on, until nothing is being served. */
  watch(): void {
    if (this.timer) return;
    this.silent = 0;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    if (!this.isServing()) return this.stop();
    const beats = Atomics.load(new Int32Array(this.beats), 0);
    this.silent = beats === this.seen ? this.silent + 1 : 0;
    this.seen = beats;
    if (this.silent < SILENT_LOOKS) return;
    this.stop();
    this.blocked();
  }
}
