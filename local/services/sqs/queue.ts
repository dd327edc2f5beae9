import type { Host, PolicyDocument } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Sequence } from '../sequence.ts';
import type { KeyedMessage, LiveMessage } from './live-message.ts';
import type { Receipt, StoredMessage } from './message.ts';
import { MessageRecords } from './message-records.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { type Depth, QueueMetrics } from './queue-metrics.ts';
import { Deduplication } from './deduplication.ts';
import { MessageGroups } from './message-groups.ts';
import { ReadyList } from './ready-list.ts';
import { RetentionTimer } from './retention-timer.ts';
import { WaitingReceivers } from './waiting-receivers.ts';

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
  private readonly live = new Map<string, LiveMessage>();
  /** Of a FIFO queue. */
  readonly deduplication: Deduplication | undefined;
  private readonly groups: MessageGroups | undefined;
  private readonly ready: ReadyList<LiveMessage> | MessageGroups;
  private readonly retention: RetentionTimer;
  private readonly records: MessageRecords;
  /** Long polls, woken when a message is there to be received. */
  readonly waiting = new WaitingReceivers();

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
    this.groups = setup.attributes.fifo && new MessageGroups();
    this.ready = this.groups ?? new ReadyList<LiveMessage>((message) => message.state !== 'visible');
    this.deduplication = setup.attributes.fifo && new Deduplication(host.store, setup.name);
    this.retention = new RetentionTimer(host, this);
    this.metrics = new QueueMetrics(host, setup.name, this.depth, () => this.oldestSentMs());
  }

  /** Takes up what the store holds: in-flight messages keep their receiver's timeout. */
  async load(): Promise<void> {
    await this.deduplication?.load(this.host.clock.now());
    for await (const { key, stored, receipt } of this.records.all()) this.add(key, stored, receipt);
    this.changed();
    this.announce();
  }

  /** Stores messages in one batch, resolves when they are on disk, and only then shows them to receivers. */
  async send(messages: readonly KeyedMessage[], alongWith: readonly StoreWrite[] = []): Promise<void> {
    const writes = messages.map(({ key, stored }) => this.records.message(key, stored));
    await this.host.store.write([...writes, ...alongWith]);
    for (const { key, stored } of messages) this.add(key, stored, undefined);
    this.changed();
    this.announce();
  }

  /** The key of a message that comes now: it sorts behind those of all before it. */
  nextKey(): string {
    return this.sequence.next();
  }

  /** Takes up to `limit` visible messages for `visibilityMs`; what was received too often is handed to `deadLetter`. */
  async receive(limit: number, visibilityMs: number, deadLetter: DeadLetter): Promise<LiveMessage[]> {
    const nowMs = this.host.clock.now();
    const received: LiveMessage[] = [];
    const exhausted: LiveMessage[] = [];
    this.groups?.begin();
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

  /** Oldest arrival first. */
  messages(): Iterable<LiveMessage> {
    return this.live.values();
  }

  find(key: string): LiveMessage | undefined {
    return this.live.get(key);
  }

  async delete(messages: readonly LiveMessage[]): Promise<void> {
    const writes = messages.flatMap((message) => this.remove(message));
    await this.host.store.write(writes);
    this.changed();
    // What comes after it in its group may be received now.
    if (this.groups) this.announce();
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
    await this.delete([...this.live.values()]);
  }

  /** Moves the visible messages, oldest first, each to its target: there they are new messages, as on AWS. Resolves with their number. */
  async drainInto(target: (message: StoredMessage) => Queue | undefined): Promise<number> {
    let count = 0;
    for (const message of [...this.live.values()]) {
      // Asked one by one: while others were moved, somebody may have received or deleted this one.
      const queue = message.state === 'visible' ? target(message.stored) : undefined;
      if (!queue) continue;
      const { deadLetterSourceArn: _, ...stored } = message.stored;
      const moved = { ...stored, id: this.host.uuid(), sentMs: this.host.clock.now() };
      await queue.send([{ key: queue.nextKey(), stored: moved }], this.remove(message));
      count += 1;
    }
    this.changed();
    return count;
  }

  private oldestSentMs(): number | undefined {
    return this.live.values().next().value?.stored.sentMs;
  }

  private add(key: string, stored: StoredMessage, receipt: Receipt | undefined): void {
    const message: LiveMessage = { key, stored, receipt, state: 'gone', timer: undefined };
    this.live.set(key, message);
    this.groups?.register(message);
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
    this.waiting.wake();
    this.host.announce(this.arn);
  }

  private makeReady(message: LiveMessage): void {
    message.timer = undefined;
    this.setState(message, 'visible');
    this.ready.add(message);
  }

  private setState(message: LiveMessage, state: keyof Depth | 'gone'): void {
    this.groups?.moved(message, message.state, state);
    if (message.state !== 'gone') this.depth[message.state] -= 1;
    if (state !== 'gone') this.depth[state] += 1;
    message.state = state;
  }

  /** Takes a message out of memory and returns the writes that take it off the disk. */
  private remove(message: LiveMessage): StoreWrite[] {
    message.timer?.cancel();
    if (message.state === 'visible') this.ready.voided();
    this.setState(message, 'gone');
    this.live.delete(message.key);
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
    const moved = exhausted.map(({ stored }) => ({
      key: queue.nextKey(),
      stored: { ...stored, delayedUntilMs: 0, deadLetterSourceArn: this.arn },
    }));
    await queue.send(moved, writes);
  }

  private async keepReceipts(messages: readonly LiveMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await this.host.store.write(messages.map(({ key, receipt }) => this.records.receipt(key, receipt)));
  }

  private changed(): void {
    this.metrics.depthChanged();
  }
}

/** Finds the queue of an ARN. */
export type DeadLetter = (arn: string) => Queue | undefined;
