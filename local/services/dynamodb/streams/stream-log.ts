import type { Host } from '../../../aws-service.ts';
import type { StoreWrite } from '../../../store.ts';
import { inBackground } from '../background.ts';
import { deleteRange } from '../delete-range.ts';
import { keyNamesOf, type Table, type TableStream } from '../tables/table.ts';
import type { Tables } from '../tables/tables.ts';
import type { Item } from '../values/attribute-value.ts';
import { type RecentRecord, RecentRecords } from './recent-records.ts';

/** Records can be read for 24 hours. */
const RETENTION_MS = 24 * 60 * 60 * 1000;
/** How often records that are past that are removed. */
const PRUNE_INTERVAL_MS = 60 * 60 * 1000;
/** For the first time soon after the start: a host on a laptop may never run for an hour. */
const FIRST_PRUNE_MS = 60 * 1000;

/**
 * Sequence numbers are microseconds of the host's clock, pushed on by one where several fall on the same: they never repeat,
 * even when all records of a stream are gone, and they tell the age of a record.
 */
const NUMBERS_PER_MS = 1000;
const SEQUENCE_DIGITS = 16;

/** A record as it is kept; what can be derived is added when it is read. */
export interface StoredRecord {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly atMs: number;
  readonly keys: Item;
  readonly before?: Item;
  readonly after?: Item;
  /** True for what time to live deleted. */
  readonly expired?: true;
}

/** The change of one item, with the JSON text of the new one where there is one. */
export interface ItemChange {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly afterJson: string | undefined;
  readonly expired?: boolean;
}

/** The streams of all tables: each an ordered run of records in the store. */
export class StreamLog {
  private readonly host: Host;
  private readonly tables: Tables;
  /** The last sequence number of each stream, by the prefix of its keys. */
  private readonly last = new Map<string, number>();
  /** The same as of the start of the host. */
  private readonly lastAtStart = new Map<string, number>();
  private readonly recent = new Map<string, RecentRecords>();
  private startedMs = 0;
  private pruning = false;

  constructor(host: Host, tables: Tables) {
    this.host = host;
    this.tables = tables;
  }

  /** Finds out where the streams ended in the last run. */
  async load(): Promise<void> {
    this.startedMs = this.host.clock.now();
    for (const { stream } of this.tables.all()) {
      if (!stream) continue;
      const range = { ...wholeStream(stream), reverse: true, limit: 1 };
      for await (const [key] of this.host.store.range(range)) {
        this.last.set(stream.prefix, Number(key.slice(stream.prefix.length)));
      }
      this.lastAtStart.set(stream.prefix, this.lastSequence(stream));
    }
  }

  /**
   * The write that adds the records of changes that happen together; it goes in the batch of their items. The records are one
   * value, under the sequence number of the last: one write for a transaction, not one for each of its items.
   */
  append(table: Table, stream: TableStream, changes: readonly ItemChange[]): StoreWrite {
    const nowMs = this.host.clock.now();
    const first = Math.max((this.last.get(stream.prefix) ?? 0) + 1, nowMs * NUMBERS_PER_MS);
    const last = first + changes.length - 1;
    this.last.set(stream.prefix, last);
    this.pruneLater();
    const records = changes.map((change) => recordOf(table, stream, change, nowMs));
    this.recentOf(stream).append(first, records);
    const texts = records.map((record, index) => recordJson(record, changes[index]?.afterJson));
    return { key: sequenceKey(stream, last), value: `[${texts.join(',')}]` };
  }

  lastSequence(stream: TableStream): number {
    return this.last.get(stream.prefix) ?? 0;
  }

  /**
   * The oldest sequence number that may still be read. AWS is never switched off: what could be read when the host ended can
   * be read for 24 hours after its start, or a crash on Friday would lose events on Monday.
   */
  horizon(stream: TableStream): number {
    const nowMs = this.host.clock.now();
    const dayAgo = (nowMs - RETENTION_MS) * NUMBERS_PER_MS;
    const atStart = this.lastAtStart.get(stream.prefix) ?? Infinity;
    return nowMs - this.startedMs < RETENTION_MS ? Math.min(dayAgo, atStart - RETENTION_MS * NUMBERS_PER_MS) : dayAgo;
  }

  /** Records from a sequence number on, oldest first, at most `limit`. */
  async *read(stream: TableStream, from: number, limit: number): AsyncGenerator<readonly [number, RecentRecord]> {
    const last = this.lastSequence(stream);
    // What is not on disk yet may still come to nothing.
    await this.host.store.flushed();
    const recent = this.recentOf(stream).between(from, last, limit);
    if (recent) yield* recent;
    else yield* this.readStored(stream, from, limit);
  }

  private async *readStored(stream: TableStream, from: number, limit: number) {
    let left = limit;
    // Every value holds at least one record, so this many values are enough.
    const range = { gte: sequenceKey(stream, from), lt: wholeStream(stream).lt, limit };
    for await (const [key, value] of this.host.store.range(range)) {
      const records = JSON.parse(value) as StoredRecord[];
      const first = Number(key.slice(stream.prefix.length)) - records.length + 1;
      for (const [position, record] of records.entries()) {
        if (first + position < from) continue;
        if (left === 0) return;
        left -= 1;
        yield [first + position, record] as const;
      }
    }
  }

  private recentOf(stream: TableStream): RecentRecords {
    let recent = this.recent.get(stream.prefix);
    if (!recent) {
      // A stream that is made anew goes on counting where the last of its name ended.
      recent = new RecentRecords((this.lastAtStart.get(stream.prefix) ?? 0) + 1);
      this.recent.set(stream.prefix, recent);
    }
    return recent;
  }

  /** Arms the first removal of old records. */
  start(): void {
    this.pruneLater(FIRST_PRUNE_MS);
  }

  /** Arms the next removal of old records, when there may be some. */
  private pruneLater(delayMs = PRUNE_INTERVAL_MS): void {
    if (this.pruning) return;
    this.pruning = true;
    const prune = () => {
      this.pruning = false;
      inBackground(this.host, 'removing old stream records', () => this.prune());
    };
    this.host.clock.after(delayMs, prune, { background: true });
  }

  private async prune(): Promise<void> {
    for (const { stream } of this.tables.all()) {
      if (!stream) continue;
      const horizon = this.horizon(stream);
      await deleteRange(this.host.store, stream.prefix, sequenceKey(stream, horizon));
      if (this.lastSequence(stream) >= horizon) this.pruneLater();
    }
  }
}

function sequenceKey(stream: TableStream, sequence: number): string {
  return stream.prefix + String(Math.max(sequence, 0)).padStart(SEQUENCE_DIGITS, '0');
}

function wholeStream(stream: TableStream): { gte: string; lt: string } {
  return { gte: stream.prefix, lt: `${stream.prefix}~` };
}

function recordOf(table: Table, { viewType }: TableStream, change: ItemChange, nowMs: number): StoredRecord {
  const { before, after, expired } = change;
  const withNew = after !== undefined && (viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES');
  const withOld = before !== undefined && (viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES');
  return {
    name: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    atMs: nowMs,
    keys: keysOf(table, (after ?? before) as Item),
    ...(withNew && { after }),
    ...(withOld && { before }),
    ...(expired && { expired: true }),
  };
}

/** Puts the record together as text, since the new image exists as text already. */
function recordJson({ name, atMs, keys, before, after, expired }: StoredRecord, afterJson: string | undefined): string {
  return (
    `{"name":"${name}","atMs":${String(atMs)},"keys":${JSON.stringify(keys)}` +
    (after ? `,"after":${afterJson ?? JSON.stringify(after)}` : '') +
    (before ? `,"before":${JSON.stringify(before)}` : '') +
    (expired ? ',"expired":true}' : '}')
  );
}

/** The key attributes of an item, as an object of their own. */
export function keysOf(table: Table, item: Item): Item {
  return Object.fromEntries(keyNamesOf(table.keys).map((name) => [name, item[name]])) as Item;
}
