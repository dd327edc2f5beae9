import type { Host } from '../../aws-service.ts';
import type { LiveMessage } from './live-message.ts';

/** What the timer sees of its queue. */
export interface Retained {
  readonly name: string;
  readonly attributes: { readonly retention: number };
  /** Oldest arrival first. */
  messages(): Iterable<LiveMessage>;
  delete(expired: readonly LiveMessage[]): Promise<void>;
}

/** Waits for the oldest message of a queue to outlive its retention: one background timer, whatever the queue holds. */
export class RetentionTimer {
  private readonly host: Host;
  private readonly queue: Retained;
  private timer: { cancel(): void } | undefined;

  constructor(host: Host, queue: Retained) {
    this.host = host;
    this.queue = queue;
  }

  /** Starts to wait, unless it waits already. */
  arm(): void {
    if (this.timer) return;
    for (const oldest of this.queue.messages()) {
      this.timer = this.host.clock.at(this.expiryMs(oldest), () => this.due(), { background: true });
      return;
    }
  }

  /** Waits anew, for another retention. */
  rearm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.arm();
  }

  private due(): void {
    const ending = this.host.clock.work(async () => {
      const expired = this.expired();
      if (expired.length > 0) await this.queue.delete(expired);
      this.rearm();
    });
    ending.catch((error: unknown) => {
      this.host.report(`Queue ${this.queue.name}: ending old messages failed: ${String(error)}`);
    });
  }

  private expired(): LiveMessage[] {
    const nowMs = this.host.clock.now();
    const expired: LiveMessage[] = [];
    // Arrival is nearly the order of sending; what came older from another queue ends when it surfaces.
    for (const message of this.queue.messages()) {
      if (this.expiryMs(message) > nowMs) break;
      expired.push(message);
    }
    return expired;
  }

  /** When a message has been kept for the queue's retention, not counting the time in which no host ran. */
  private expiryMs({ stored: { sentMs } }: LiveMessage): number {
    return sentMs + this.queue.attributes.retention * 1000 + this.host.outages.within(sentMs, this.host.clock.now());
  }
}
