import type { Host } from '../../aws-service.ts';

/** Waits for the oldest message of a queue to outlive its retention: one background timer, whatever the queue holds. */
export class RetentionTimer {
  private readonly host: Host;
  private readonly queueName: string;
  private readonly firstDueMs: () => number | undefined;
  private readonly end: () => Promise<void>;
  private timer: { cancel(): void } | undefined;

  /**
   * @param firstDueMs when the oldest message is due, or undefined while there is none
   * @param end ends what is due
   */
  constructor(host: Host, queueName: string, firstDueMs: () => number | undefined, end: () => Promise<void>) {
    this.host = host;
    this.queueName = queueName;
    this.firstDueMs = firstDueMs;
    this.end = end;
  }

  /** Starts to wait, unless it waits already. */
  arm(): void {
    const dueMs = this.timer ? undefined : this.firstDueMs();
    if (dueMs !== undefined) this.timer = this.host.clock.at(dueMs, () => this.due(), { background: true });
  }

  /** Waits anew, for another retention. */
  rearm(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.arm();
  }

  private due(): void {
    const ending = this.host.clock.work(async () => {
      await this.end();
      this.rearm();
    });
    ending.catch((error: unknown) => {
      this.host.report(`Queue ${this.queueName}: ending old messages failed: ${String(error)}`);
    });
  }
}
