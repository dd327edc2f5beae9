import type { Host } from '../../../aws-service.ts';
import type { InvocationOutcome } from '../function-runner.ts';
import { readBatchResult } from './batch-response.ts';
import { sendDiscarded } from './discarded-batch.ts';
import type { EventFilter } from './event-filter.ts';
import type { Mapping } from './mapping.ts';
import type { Pause } from './polling-loop.ts';
import { PollingLoop } from './polling-loop.ts';
import type { ShardPosition } from './shard-position.ts';
import { afterAttempt, type RetryPolicy, type StreamBatch, type StreamRecord } from './stream-batch.ts';

/** While a batch is being gathered the stream is asked again this long after an announcement, not at each one. */
const GATHER_POLL_MS = 50;
/** Failed batches wait 1 s, 2 s, 4 s … up to a minute between attempts. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;
/** A stream that cannot be read (rights, missing) is tried again after this. */
const UNREADABLE_PAUSE_MS = 10_000;

export interface ShardEvents {
  /** Sends a batch to the function. */
  invoke(event: { Records: readonly object[] }): Promise<InvocationOutcome & { requestId: string }>;
  finished(): void;
  /** What the description of the mapping says. */
  processed(result: string): void;
}

/** Reads one shard in order: gathers, filters, sends batch after batch, and retries as the mapping says. */
export class ShardPoller {
  private readonly host: Host;
  private readonly mapping: Mapping;
  private readonly shardId: string;
  private readonly position: ShardPosition;
  private readonly filter: EventFilter;
  private readonly events: ShardEvents;
  private readonly policy: RetryPolicy;
  private readonly loop: PollingLoop;
  /** Batches that are under way, in the order of the stream: more than one after a split. */
  private batches: readonly StreamBatch[] = [];
  private gathered: StreamRecord[] = [];
  private windowEndsMs = 0;
  private throttles = 0;
  private stopped = false;

  constructor(
    host: Host,
    mapping: Mapping,
    shard: { id: string; position: ShardPosition; filter: EventFilter },
    events: ShardEvents,
  ) {
    this.host = host;
    this.mapping = mapping;
    this.shardId = shard.id;
    this.position = shard.position;
    this.filter = shard.filter;
    this.events = events;
    const { MaximumRetryAttempts, BisectBatchOnFunctionError } = mapping.properties;
    this.policy = { maximumRetryAttempts: MaximumRetryAttempts ?? -1, bisects: BisectBatchOnFunctionError ?? false };
    this.loop = new PollingLoop(host.clock, () => this.step());
  }

  announce(): void {
    this.loop.announce();
  }

  stop(): void {
    this.stopped = true;
    this.loop.stop();
  }

  /** Stops after the batch that is with the function now; its result still counts. */
  drain(): Promise<void> {
    return this.loop.drain();
  }

  private async step(): Promise<Pause> {
    try {
      return this.batches.length > 0 ? await this.send() : await this.gather();
    } catch (error) {
      if (this.stopped) return 'untilAnnounced';
      this.events.processed(`PROBLEM: ${String(error)}`);
      return { untilMs: this.host.clock.now() + UNREADABLE_PAUSE_MS, background: true };
    }
  }

  /** Fills the next batch, until it is full or its window ends. */
  private async gather(): Promise<Pause> {
    const { batchSize, windowMs } = this.mapping;
    if (this.gathered.length < batchSize && !this.position.isAtEnd) {
      const wasEmpty = this.gathered.length === 0;
      const fetched = await this.position.fetch();
      this.gathered.push(...fetched.filter((record) => this.filter(record)));
      if (wasEmpty) this.windowEndsMs = this.host.clock.now() + windowMs;
      if (this.gathered.length === 0) return fetched.length > 0 ? this.passOver() : this.atTheEnd();
      if (fetched.length > 0 && this.gathered.length < batchSize) return 'none';
    }
    const nowMs = this.host.clock.now();
    if (this.gathered.length < batchSize && nowMs < this.windowEndsMs && !this.position.isAtEnd) {
      return { untilMs: this.windowEndsMs, announcedMs: nowMs + GATHER_POLL_MS };
    }
    if (this.gathered.length === 0) return this.atTheEnd();
    this.batches = [{ records: this.gathered.splice(0, batchSize), failures: 0 }];
    // What is left over has waited already.
    this.windowEndsMs = nowMs;
    return 'none';
  }

  /** Nothing that was fetched passes the filter: it need not be read again. */
  private async passOver(): Promise<Pause> {
    await this.position.save(this.position.fetched);
    return 'none';
  }

  private async atTheEnd(): Promise<Pause> {
    if (this.position.isAtEnd) {
      await this.position.save(this.position.fetched, true);
      this.events.finished();
    }
    return 'untilAnnounced';
  }

  private async send(): Promise<Pause> {
    const [first, ...later] = this.batches as readonly [StreamBatch, ...StreamBatch[]];
    const batch = await this.withoutExpired(first);
    if (batch.records.length === 0) return this.advance(later);
    let outcome: InvocationOutcome & { requestId: string };
    try {
      outcome = await this.events.invoke({ Records: batch.records.map((record) => this.toEvent(record)) });
    } catch (error) {
      if ((error as Error).name !== 'TooManyRequestsException') throw error;
      // Throttling is no failure of the batch: it waits.
      this.throttles += 1;
      return this.backoff(this.throttles);
    }
    if (this.stopped) return 'untilAnnounced';
    this.throttles = 0;
    this.measureAge(batch);
    const identifiers = batch.records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const result = readBatchResult(outcome, identifiers, this.mapping.reportsItemFailures);
    this.events.processed(result === 'none' ? 'OK' : 'PROBLEM: Function call failed');
    const next = afterAttempt(batch, result, this.policy);
    await this.discard(next.discarded, 'RetryAttemptsExhausted', outcome, batch.failures + 1);
    const pause = await this.advance([...next.remaining, ...later]);
    return next.backsOff ? this.backoff(next.remaining[0]?.failures ?? 1) : pause;
  }

  /** Goes on with what is left and writes down everything before it as done. */
  private async advance(batches: readonly StreamBatch[]): Promise<Pause> {
    const waiting = batches[0]?.records[0] ?? this.gathered[0];
    const before = this.batches.flatMap(({ records }) => records);
    const index = waiting ? before.indexOf(waiting) : -1;
    this.batches = batches;
    const done = index === -1 ? before.at(-1) : before[index - 1];
    const checkpoint = waiting ? done?.dynamodb.SequenceNumber : this.position.fetched;
    if (checkpoint !== undefined) await this.position.save(checkpoint);
    return 'none';
  }

  private backoff(failures: number): Pause {
    const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 16), LONGEST_BACKOFF_MS);
    return { untilMs: this.host.clock.now() + delayMs };
  }

  /** Discards the records that are older than the mapping lets them become. */
  private async withoutExpired(batch: StreamBatch): Promise<StreamBatch> {
    const maximumAge = this.mapping.properties.MaximumRecordAgeInSeconds ?? -1;
    if (maximumAge === -1) return batch;
    const nowMs = this.host.clock.now();
    const isExpired = ({ dynamodb }: StreamRecord): boolean => {
      const createdMs = dynamodb.ApproximateCreationDateTime * 1000;
      // A record does not age while no host runs that could read it.
      return nowMs - createdMs - this.host.outages.within(createdMs, nowMs) > maximumAge * 1000;
    };
    const expired = batch.records.filter(isExpired);
    if (expired.length === 0) return batch;
    await this.discard(expired, 'RecordAgeExceeded', undefined, batch.failures);
    return { records: batch.records.filter((record) => !isExpired(record)), failures: batch.failures };
  }

  private async discard(
    records: readonly StreamRecord[],
    condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
    outcome: (InvocationOutcome & { requestId: string }) | undefined,
    invokeCount: number,
  ): Promise<void> {
    if (records.length === 0) return;
    const how = { condition, invokeCount, requestId: outcome?.requestId, functionFailed: outcome?.failed ?? true };
    await sendDiscarded(this.host, this.mapping, { shardId: this.shardId, records, ...how });
  }

  private toEvent(record: StreamRecord): object {
    return { ...record, eventSourceARN: this.mapping.properties.EventSourceArn };
  }

  /** The age of the last record of a batch when the function was done with it. */
  private measureAge({ records }: StreamBatch): void {
    const created = (records.at(-1) as StreamRecord).dynamodb.ApproximateCreationDateTime;
    this.host.measure({
      namespace: 'AWS/Lambda',
      name: 'IteratorAge',
      dimensions: { FunctionName: this.mapping.definition.name },
      value: Math.max(0, this.host.clock.now() - created * 1000),
      unit: 'Milliseconds',
    });
  }
}
