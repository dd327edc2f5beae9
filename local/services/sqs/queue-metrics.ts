import type { Host } from '../../aws-service.ts';

/** How many messages of a queue are in which state. */
export interface Depth {
  visible: number;
  inFlight: number;
  delayed: number;
}

const METRIC_OF_DEPTH = {
  visible: 'ApproximateNumberOfMessagesVisible',
  inFlight: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;

/** SQS measures active queues once a minute. */
const PERIOD_MS = 60_000;

/**
 * The AWS/SQS metrics of one queue. Depths are published when they change, so that an alarm sees a message that is gone
 * before the minute is over, and every minute while the queue is not empty, as AWS does.
 */
export class QueueMetrics {
  private readonly host: Host;
  private readonly dimensions: { readonly QueueName: string };
  private readonly depth: Readonly<Depth>;
  private readonly oldestSentMs: () => number | undefined;
  private published: Depth = { visible: 0, inFlight: 0, delayed: 0 };
  private changed = false;
  private ticking = false;

  constructor(host: Host, queueName: string, depth: Readonly<Depth>, oldestSentMs: () => number | undefined) {
    this.host = host;
    this.dimensions = { QueueName: queueName };
    this.depth = depth;
    this.oldestSentMs = oldestSentMs;
  }

  count(name: 'NumberOfMessagesSent' | 'NumberOfMessagesReceived' | 'NumberOfMessagesDeleted', messages: number): void {
    if (messages > 0) this.publish(name, messages, 'Count');
  }

  emptyReceive(): void {
    this.publish('NumberOfEmptyReceives', 1, 'Count');
  }

  sentSize(bytes: number): void {
    this.publish('SentMessageSize', bytes, 'Bytes');
  }

  /** Tells that depths changed; one batch of changes is published once. */
  depthChanged(): void {
    if (this.changed) return;
    this.changed = true;
    queueMicrotask(() => {
      this.changed = false;
      this.publishDepths((state) => this.depth[state] !== this.published[state]);
      this.tick();
    });
  }

  private tick(): void {
    if (this.ticking || this.isEmpty) return;
    this.ticking = true;
    const untilNextMs = PERIOD_MS - (this.host.clock.now() % PERIOD_MS);
    this.host.clock.after(untilNextMs, () => this.minuteOver(), { background: true });
  }

  private minuteOver(): void {
    this.ticking = false;
    this.publishDepths(() => true);
    const oldest = this.oldestSentMs();
    const age = oldest === undefined ? 0 : (this.host.clock.now() - oldest) / 1000;
    this.publish('ApproximateAgeOfOldestMessage', age, 'Seconds');
    this.tick();
  }

  private publishDepths(which: (state: keyof Depth) => boolean): void {
    for (const state of ['visible', 'inFlight', 'delayed'] as const) {
      if (which(state)) this.publish(METRIC_OF_DEPTH[state], this.depth[state], 'Count');
    }
    this.published = { ...this.depth };
  }

  private get isEmpty(): boolean {
    return this.depth.visible + this.depth.inFlight + this.depth.delayed === 0;
  }

  private publish(name: string, value: number, unit: string): void {
    this.host.measure({ namespace: 'AWS/SQS', name, dimensions: this.dimensions, value, unit });
  }
}
