import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks at the orders that have not ended: half of it is the error of the end-to-end times. */
const LOOK_EVERY_MS = 25;
/** Where looking takes long (thousands are waiting), the pause is so many times as long: the look is a load of its own. */
const PAUSES_PER_LOOK = 4;
/** When none of them has ended for so long, those that wait are lost. */
const PATIENCE_MS = 60_000;
/** Orders of one look: the items of one BatchGetItem. */
const BATCH = 100;

/** Tells which of these orders have ended. */
export type Look = (orderIds: readonly string[]) => Promise<readonly string[]>;

/**
 * Sees orders end. It asks for many orders with one request: clients that ask for each order again and again would be
 * measured along with it.
 */
export class EndWatch {
  private readonly look: Look;
  private readonly waiting = new Map<string, { resolve: () => void; reject: (reason: Error) => void }>();
  private looking = false;
  private givenUp: Error | undefined;

  constructor(look: Look) {
    this.look = look;
  }

  /** Resolves when the order has ended; rejects when for a minute none has, and from then on. */
  ended(orderId: string): Promise<void> {
    if (this.givenUp) return Promise.reject(this.givenUp);
    return new Promise((resolve, reject) => {
      this.waiting.set(orderId, { resolve, reject });
      if (!this.looking) this.lookOften().catch((error: unknown) => this.giveUp(error as Error));
    });
  }

  private async lookOften(): Promise<void> {
    this.looking = true;
    let [pauseMs, lastEndMs] = [LOOK_EVERY_MS, performance.now()];
    while (this.waiting.size > 0) {
      await pause(pauseMs);
      const startedMs = performance.now();
      if (await this.lookAtAll()) lastEndMs = performance.now();
      if (performance.now() - lastEndMs > PATIENCE_MS)
        throw new Error(`${this.waiting.size} orders have not ended, and none has for ${PATIENCE_MS / 1000} s.`);
      pauseMs = Math.max(LOOK_EVERY_MS, PAUSES_PER_LOOK * (performance.now() - startedMs));
    }
    this.looking = false;
  }

  /** Whether any has ended. */
  private async lookAtAll(): Promise<boolean> {
    const orderIds = [...this.waiting.keys()];
    const before = this.waiting.size;
    for (let first = 0; first < orderIds.length; first += BATCH) {
      const ended = await this.look(orderIds.slice(first, first + BATCH));
      for (const orderId of ended) {
        this.waiting.get(orderId)?.resolve();
        this.waiting.delete(orderId);
      }
    }
    return this.waiting.size !== before;
  }

  private giveUp(error: Error): void {
    this.givenUp = error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
