/** So many invocations for which somebody holds a connection open are a queue that is building up, not traffic. */
const MANY_AWAITED = 8;

/**
 * Invocations that go on behind them all the same: enough to keep the processors busy with saga steps once they have time, few
 * enough that a submission waits for no more than these.
 */
const ALWAYS_BEHIND = 8;

/**
 * Who goes first when there is more to do than the machine can do at once. On AWS the API and the sagas behind it have machines of
 * their own; here, in a burst, the steps of orders that are accepted already would keep the next order waiting for seconds.
 * Nothing is lost by waiting: who waits here is a state machine, a stream or a queue.
 */
export class Precedence {
  private awaited = 0;
  private behind = 0;
  private readonly waiting: (() => void)[] = [];

  /** Runs at once what somebody at the end of a connection waits for. */
  async first<T>(run: () => Promise<T>): Promise<T> {
    this.awaited += 1;
    try {
      return await run();
    } finally {
      this.awaited -= 1;
      this.letThrough();
    }
  }

  /** Runs what comes behind, in the order in which it came, when there is room. */
  async behindOthers<T>(run: () => Promise<T>): Promise<T> {
    if (!this.hasRoom || this.waiting.length > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.behind += 1;
    try {
      return await run();
    } finally {
      this.behind -= 1;
      this.letThrough();
    }
  }

  private get hasRoom(): boolean {
    return this.awaited <= MANY_AWAITED || this.behind < ALWAYS_BEHIND;
  }

  private letThrough(): void {
    while (this.waiting.length > 0 && this.hasRoom) {
      this.behind += 1;
      this.waiting.shift()?.();
    }
  }
}
