import type { Host, Principal } from '../../../aws-service.ts';
import type { InvocationOutcome } from '../function-runner.ts';
import { readBatchResult } from './batch-response.ts';
import { compileFilters, type EventFilter } from './event-filter.ts';
import type { Mapping, SourceState } from './mapping.ts';
import { type Pause, PollingLoop } from './polling-loop.ts';
import { forFilter, type QueueMessage, toQueueRecord } from './queue-event.ts';
import { queueUrlOf } from '../../sqs/queue-url.ts';

/** ReceiveMessage and DeleteMessageBatch take at most ten messages. */
const REQUEST_LIMIT = 10;
/**
 * Batches at a time where the mapping sets no MaximumConcurrency. Lambda starts with five and goes up to 1,250; a worker
 * interleaves 64, and the processors of a laptop are busy with fewer.
 */
const DEFAULT_CONCURRENCY = 16;
/** A queue that cannot be read is tried again after this. */
const UNREADABLE_PAUSE_MS = 10_000;

type Invoke = (event: { Records: readonly object[] }) => Promise<InvocationOutcome>;

/** The queue of a mapping: receives, sends batches to the function, deletes what it has dealt with. */
export class QueueSource implements SourceState {
  lastResult = 'No records processed';
  private readonly host: Host;
  private readonly mapping: Mapping;
  private readonly filter: EventFilter;
  private readonly invoke: Invoke;
  private readonly principal: Principal;
  private readonly queueUrl: string;
  private readonly limit: number;
  private readonly loop: PollingLoop;
  private gathered: QueueMessage[] = [];
  private windowEndsMs = 0;
  private running = 0;
  /** Those that are with the function. */
  private readonly batches = new Set<Promise<void>>();
  private stopped = false;

  constructor(host: Host, mapping: Mapping, invoke: Invoke) {
    this.host = host;
    this.mapping = mapping;
    this.invoke = invoke;
    this.filter = compileFilters(mapping.properties);
    const { roleArn, name } = mapping.definition;
    this.principal = { kind: 'role', roleArn, sessionName: name };
    this.queueUrl = queueUrlOf(mapping.properties.EventSourceArn);
    this.limit = mapping.properties.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY;
    this.loop = new PollingLoop(host.clock, () => this.step());
  }

  start(): Promise<void> {
    this.host.onAnnounced(this.mapping.properties.EventSourceArn, () => this.loop.announce());
    this.loop.announce();
    return Promise.resolve();
  }

  stop(): void {
    this.stopped = true;
    this.loop.stop();
  }

  /** Stops for good, and resolves once what is with the function has its result; what was only received comes again. */
  async drain(): Promise<void> {
    await this.loop.drain();
    await Promise.all(this.batches);
    this.stop();
  }

  private async step(): Promise<Pause> {
    if (this.running >= this.limit) return 'untilAnnounced';
    try {
      return await this.gather();
    } catch (error) {
      if (this.stopped) return 'untilAnnounced';
      this.problem(`PROBLEM: ${String(error)}`);
      return { untilMs: this.host.clock.now() + UNREADABLE_PAUSE_MS, background: true };
    }
  }

  private async gather(): Promise<Pause> {
    const { batchSize, windowMs } = this.mapping;
    const wanted = Math.min(batchSize - this.gathered.length, REQUEST_LIMIT);
    const received = await this.receive(wanted);
    if (this.gathered.length === 0) this.windowEndsMs = this.host.clock.now() + windowMs;
    this.gathered.push(...received);
    if (this.gathered.length === 0) return 'untilAnnounced';
    const nowMs = this.host.clock.now();
    const isFull = this.gathered.length >= batchSize;
    if (!isFull && received.length > 0) return 'none';
    if (!isFull && nowMs < this.windowEndsMs) return { untilMs: this.windowEndsMs, announcedMs: nowMs };
    const batch = this.gathered;
    this.gathered = [];
    this.running += 1;
    const processing = this.host.clock.work(() => this.process(batch)).then(() => void this.batches.delete(processing));
    this.batches.add(processing);
    return 'none';
  }

  private async receive(wanted: number): Promise<QueueMessage[]> {
    const { Messages } = (await this.queue('ReceiveMessage', {
      MaxNumberOfMessages: wanted,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      WaitTimeSeconds: 0,
    })) as { Messages?: QueueMessage[] };
    return Messages ?? [];
  }

  /** A message that does not pass the filter is deleted unseen. What fails stays, and comes again when it is visible again. */
  private async process(batch: readonly QueueMessage[]): Promise<void> {
    try {
      const passing = batch.filter((message) => this.filter(forFilter(message)));
      const filtered = batch.filter((message) => !passing.includes(message));
      await this.delete([...filtered, ...(await this.deal(passing))]);
    } catch (error) {
      if (!this.stopped) this.problem(`PROBLEM: ${String(error)}`);
    } finally {
      this.running -= 1;
      this.loop.announce();
    }
  }

  /** Resolves with the messages that the function has dealt with. */
  private async deal(messages: readonly QueueMessage[]): Promise<readonly QueueMessage[]> {
    if (messages.length === 0) return [];
    const { EventSourceArn } = this.mapping.properties;
    const Records = messages.map((message) => toQueueRecord(message, EventSourceArn, this.host.region));
    let outcome: InvocationOutcome;
    try {
      outcome = await this.invoke({ Records });
    } catch (error) {
      if ((error as Error).name !== 'TooManyRequestsException') throw error;
      this.lastResult = 'PROBLEM: Function call throttled';
      return [];
    }
    const identifiers = messages.map(({ MessageId }) => MessageId);
    const result = readBatchResult(outcome, identifiers, this.mapping.reportsItemFailures);
    this.lastResult = result === 'none' ? 'OK' : 'PROBLEM: Function call failed';
    if (result === 'all') return [];
    return result === 'none' ? messages : messages.filter(({ MessageId }) => !result.has(MessageId));
  }

  private async delete(messages: readonly QueueMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += REQUEST_LIMIT) {
      if (this.stopped) return;
      const Entries = messages
        .slice(from, from + REQUEST_LIMIT)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.queue('DeleteMessageBatch', { Entries });
    }
  }

  private queue(operation: string, input: object): Promise<unknown> {
    return this.host.call('sqs', operation, { QueueUrl: this.queueUrl, ...input }, this.principal);
  }

  /** Said once per problem, not at every attempt. */
  private problem(result: string): void {
    if (result !== this.lastResult) {
      this.host.report(`Lambda: ${this.mapping.definition.name} cannot work on its queue: ${result}`);
    }
    this.lastResult = result;
  }
}
