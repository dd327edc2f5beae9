import type { Host, PolicyDocument } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Sequence } from '../sequence.ts';
import type { LiveMessage } from './live-message.ts';
import type { Receipt, StoredMessage } from './message.ts';
import { MessageRecords } from './message-records.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { type Depth, QueueMetrics } from './queue-metrics.ts';
import { ReadyList } from './ready-list.ts';
import { RetentionTimer } from './retention-timer.ts';

/** The messages of one queue: all live ones in memory, every change in the store before it is acknowledged. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly createdMs: number;
  modifiedMs: number;
  attributes: QueueAttributes;
  policy: PolicyDocument | undefined;
  /** True for a queue of the template, which is made anew at each start; others are kept in the store. */
  readonly fromTemplate: boolean;
  readonly depth: Depth = { visible: 0, inFlight: 0, delayed: 0 };
  readonly metrics: QueueMetrics;
  private readonly host: Host;
  private readonly sequence: Sequence;
  /** By key, hence oldest arrival first. */
  private readonly messages = new Map<string, LiveMessage>();
  private readonly ready = new ReadyList<LiveMessage>((message) => message.state !== 'visible');
  private readonly retention: RetentionTimer;
  private readonly records: MessageRecords;
  private waiting = new Set<() => void>();

  constructor(
    host: Host,
    sequence: Sequence,
    setup: { name: string; endpointUrl: string; attributes: QueueAttributes; fromTemplate: boolean },
  ) {
    this.host = host;
    this.sequence = sequence;
    this.name = setup.name;
    this.arn = `arn:aws:sqs:${host.region}:${host.accountId}:${setup.name}`;
    this.url = `${setup.endpointUrl}/${host.accountId}/${setup.name}`;
    this.createdMs = host.clock.now();
    this.modifiedMs = this.createdMs;
    this.attributes = setup.attributes;
    this.fromTemplate = setup.fromTemplate;
    this.records = new MessageRecords(host.store, setup.name);
    this.retention = new RetentionTimer(
      host,
      setup.name,
      () => this.firstExpiryMs(),
      () => this.expire(),
    );
    this.metrics = new QueueMetrics(host, setup.name, this.depth, () => this.oldest()?.stored.sentMs);
  }

  /** Takes up what the store holds: in-flight messages keep their receiver's timeout. */
  async load(): Promise<void> {
    for await (const { key, stored, receipt } of this.records.all()) this.add(key, stored, receipt);
    this.changed();
    this.announce();
  }

  /** Calls `listener` once, when a message is there to be received: the wake-up of a long poll, until it is called off. */
  onceVisible(listener: () => void): { cancel(): void } {
    this.waiting.add(listener);
    return { cancel: () => this.waiting.delete(listener) };
  }

  /** Stores messages in one batch, resolves when they are on disk, and only then shows them to receivers. */
  async send(messages: readonly StoredMessage[], alongWith: readonly StoreWrite[] = []): Promise<void> {
    const keyed = messages.map((stored) => ({ key: this.sequence.next(), stored }));
    const writes = keyed.map(({ key, stored }) => this.records.message(key, stored));
    await this.host.store.write([...writes, ...alongWith]);
    for (const { key, stored } of keyed) this.add(key, stored, undefined);
    this.changed();
    this.announce();
  }

  /** Takes up to `limit` visible messages for `visibilityMs`; what was received too often is handed to `deadLetter`. */
  async receive(limit: number, visibilityMs: number, deadLetter: DeadLetter): Promise<LiveMessage[]> {
    const nowMs = this.host.clock.now();
    const received: LiveMessage[] = [];
    const exhausted: LiveMessage[] = [];
    const mostReceives = this.attributes.redrive?.maxReceiveCount ?? Infinity;
    while (received.length < limit) {
      const message = this.ready.take();
      if (!message) break;
      if ((message.receipt?.count ?? 0) >= mostReceives) {
        exhausted.push(message);
        continue;
      }
      const { count, firstMs } = message.receipt ?? { count: 0, firstMs: nowMs };
      message.receipt = { count: count + 1, firstMs, untilMs: nowMs + visibilityMs };
      this.hideUntil(message, 'inFlight', message.receipt.untilMs);
      received.push(message);
    }
    await Promise.all([
      this.keepReceipts(received),
      exhausted.length > 0 ? this.moveOut(exhausted, deadLetter) : undefined,
    ]);
    this.changed();
    return received;
  }

  /** Sets the queue anew; messages in it keep their delays and timeouts. */
  configure(attributes: QueueAttributes): void {
    this.attributes = attributes;
    this.modifiedMs = this.host.clock.now();
    this.retention.rearm();
  }

  find(key: string): LiveMessage | undefined {
    return this.messages.get(key);
  }

  async delete(messages: readonly LiveMessage[]): Promise<void> {
    const writes = messages.flatMap((message) => this.remove(message));
    await this.host.store.write(writes);
    this.changed();
  }

  /** Gives the receiver of an in-flight message another span of time, counted from now; 0 gives the message back. */
  async changeVisibility(message: LiveMessage, visibilityMs: number): Promise<void> {
    if (!message.receipt) return;
    message.receipt = { ...message.receipt, untilMs: this.host.clock.now() + visibilityMs };
    if (visibilityMs === 0) this.show(message);
    else this.hideUntil(message, 'inFlight', message.receipt.untilMs);
    await this.keepReceipts([message]);
    this.changed();
  }

  /** Ends every message; resolves when they are gone from disk. */
  async purge(): Promise<void> {
    await this.delete([...this.messages.values()]);
  }

  /** Moves the visible messages, oldest first, each to its target: there they are new messages, as on AWS. */
  async drainInto(target: (message: StoredMessage) => Queue | undefined): Promise<void> {
    for (const message of [...this.messages.values()]) {
      // Asked one by one: while others were moved, somebody may have received or deleted this one.
      const queue = message.state === 'visible' ? target(message.stored) : undefined;
      if (!queue) continue;
      const { deadLetterSourceArn: _, ...stored } = message.stored;
      const moved = { ...stored, id: this.host.uuid(), sentMs: this.host.clock.now() };
      await queue.send([moved], this.remove(message));
    }
    this.changed();
  }

  private firstExpiryMs(): number | undefined {
    const oldest = this.oldest();
    return oldest && this.expiryMs(oldest.stored);
  }

  private oldest(): LiveMessage | undefined {
    return this.messages.values().next().value;
  }

  private add(key: string, stored: StoredMessage, receipt: Receipt | undefined): void {
    const message: LiveMessage = { key, stored, receipt, state: 'gone', timer: undefined };
    this.messages.set(key, message);
    const nowMs = this.host.clock.now();
    if (stored.delayedUntilMs > nowMs) this.hideUntil(message, 'delayed', stored.delayedUntilMs);
    else if (receipt && receipt.untilMs > nowMs) this.hideUntil(message, 'inFlight', receipt.untilMs);
    else this.makeReady(message);
    this.retention.arm();
  }

  private hideUntil(message: LiveMessage, state: 'inFlight' | 'delayed', untilMs: number): void {
    message.timer?.cancel();
    this.setState(message, state);
    message.timer = this.host.clock.at(untilMs, () => this.show(message));
  }

  /** Makes a hidden message visible and wakes who waits for one. */
  private show(message: LiveMessage): void {
    message.timer?.cancel();
    this.makeReady(message);
    this.changed();
    this.announce();
  }

  private announce(): void {
    if (this.depth.visible === 0) return;
    const waiting = this.waiting;
    this.waiting = new Set();
    for (const wake of waiting) wake();
    this.host.announce(this.arn);
  }

  private makeReady(message: LiveMessage): void {
    message.timer = undefined;
    this.setState(message, 'visible');
    this.ready.add(message);
  }

  private setState(message: LiveMessage, state: keyof Depth | 'gone'): void {
    if (message.state !== 'gone') this.depth[message.state] -= 1;
    if (state !== 'gone') this.depth[state] += 1;
    message.state = state;
  }

  /** Takes a message out of memory and returns the writes that take it off the disk. */
  private remove(message: LiveMessage): StoreWrite[] {
    message.timer?.cancel();
    if (message.state === 'visible') this.ready.voided();
    this.setState(message, 'gone');
    this.messages.delete(message.key);
    return this.records.removal(message.key, message.receipt !== undefined);
  }

  private async moveOut(exhausted: readonly LiveMessage[], deadLetter: DeadLetter): Promise<void> {
    const queue = deadLetter(this.attributes.redrive?.deadLetterTargetArn ?? '');
    if (!queue) {
      // As on AWS, messages of a queue whose dead-letter queue is gone stay where they are.
      for (const message of exhausted) this.makeReady(message);
      return;
    }
    const writes = exhausted.flatMap((message) => this.remove(message));
    const moved = exhausted.map(({ stored }) => ({ ...stored, delayedUntilMs: 0, deadLetterSourceArn: this.arn }));
    await queue.send(moved, writes);
  }

  private async keepReceipts(messages: readonly LiveMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.host.store.write(messages.map(({ key, receipt }) => this.records.receipt(key, receipt)));
  }

  private async expire(): Promise<void> {
    const nowMs = this.host.clock.now();
    // Arrival is nearly the order of sending; what came older from another queue ends when it surfaces.
    const expired: LiveMessage[] = [];
    for (const message of this.messages.values()) {
      if (this.expiryMs(message.stored) > nowMs) break;
      expired.push(message);
    }
    if (expired.length > 0) await this.delete(expired);
  }

  /** When a message has been kept for the queue's retention, not counting the time in which no host ran. */
  private expiryMs({ sentMs }: StoredMessage): number {
    return sentMs + this.attributes.retention * 1000 + this.host.outages.within(sentMs, this.host.clock.now());
  }

  private changed(): void {
    this.metrics.depthChanged();
  }
}

/** Finds the queue of an ARN. */
export type DeadLetter = (arn: string) => Queue | undefined;
