import type { Sleep } from './protocol.ts';

/**
 * Waits by the host's virtual clock, for which the host is asked: the worker itself cannot know when nothing else is left to
 * do, and a wait in real time would make a test of ten minutes of throttling last one.
 */
export class HostSleep {
  private readonly post: (sleep: Sleep) => void;
  private readonly waiting = new Map<number, () => void>();
  private lastId = 0;

  constructor(post: (sleep: Sleep) => void) {
    this.post = post;
  }

  sleep(delayMs: number): Promise<void> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.post({ id, delayMs });
    });
  }

  wake(id: number): void {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }
}
