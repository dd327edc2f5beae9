import type { Host } from '../../aws-service.ts';
import { inBackground } from './background.ts';
import type { Table } from './tables/table.ts';
import type { Tables } from './tables/tables.ts';
import type { Item } from './values/attribute-value.ts';

/** Items that expire within one minute are deleted together, at its end. (DynamoDB takes up to some days.) */
const GRANULARITY_SECONDS = 60;
/** A timestamp further in the past is taken for a mistake, and the item stays: five years. */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;
const SECONDS_DIGITS = 12;
/** Items that are deleted in one batch. */
const CHUNK = 100;

/** A note that an item expires: where the note is kept, and where the item. */
export interface ExpiryNote {
  readonly noteKey: string;
  readonly storeKey: string;
}

/** Knows when the next item expires, and calls for its deletion then. */
export class ExpiryTimer {
  private readonly host: Host;
  private readonly tables: Tables;
  private readonly expire: (table: Table, due: readonly ExpiryNote[]) => Promise<void>;
  private armed: { atMs: number; cancel(): void } | undefined;
  private stopped = false;

  /** `expire` deletes the items that the notes are right about, and the notes. */
  constructor(host: Host, tables: Tables, expire: (table: Table, due: readonly ExpiryNote[]) => Promise<void>) {
    this.host = host;
    this.tables = tables;
    this.expire = expire;
  }

  /** Looks for what expired while nobody looked, and for what will. */
  async start(): Promise<void> {
    for (const table of this.tables.all()) await this.armForFirst(table);
  }

  stop(): void {
    this.stopped = true;
    this.armed?.cancel();
  }

  /** Makes sure that an item is looked at when it expires. */
  watch(expiresAtSeconds: number): void {
    const dueSeconds = Math.ceil(expiresAtSeconds / GRANULARITY_SECONDS) * GRANULARITY_SECONDS;
    const atMs = Math.max(dueSeconds * 1000, this.host.clock.now());
    if (this.stopped || (this.armed && this.armed.atMs <= atMs)) return;
    this.armed?.cancel();
    const timer = this.host.clock.at(
      atMs,
      () => {
        this.armed = undefined;
        inBackground(this.host, 'deleting expired items', () => this.expireDue());
      },
      { background: true },
    );
    this.armed = { atMs, cancel: () => timer.cancel() };
  }

  private async expireDue(): Promise<void> {
    const nowSeconds = Math.floor(this.host.clock.now() / 1000);
    for (const table of this.tables.all()) {
      if (table.ttlAttribute === undefined) continue;
      const due = { gte: table.expiryPrefix, lt: expiryKey(table, nowSeconds + 1, '') };
      for (;;) {
        const notes: ExpiryNote[] = [];
        for await (const [noteKey] of this.host.store.range({ ...due, limit: CHUNK })) {
          notes.push({ noteKey, storeKey: storeKeyIn(table, noteKey) });
        }
        await this.expire(table, notes);
        if (notes.length < CHUNK) break;
      }
      await this.armForFirst(table);
    }
  }

  private async armForFirst(table: Table): Promise<void> {
    if (table.ttlAttribute === undefined) return;
    const { expiryPrefix } = table;
    for await (const [key] of this.host.store.range({ gte: expiryPrefix, lt: `${expiryPrefix}~`, limit: 1 })) {
      this.watch(Number(key.slice(expiryPrefix.length, expiryPrefix.length + SECONDS_DIGITS)));
    }
  }
}

/** When an item expires, in seconds; undefined when it does not. */
export function expiresAt(attribute: string | undefined, item: Item | undefined, nowMs: number): number | undefined {
  const number = attribute === undefined ? undefined : item?.[attribute]?.N;
  if (number === undefined) return undefined;
  const seconds = Math.floor(Number(number));
  // Beyond twelve digits, the year 33658, nothing expires.
  if (seconds < nowMs / 1000 - OLDEST_SECONDS || seconds >= 10 ** SECONDS_DIGITS) return undefined;
  return seconds;
}

/** Where it is noted that an item expires. */
export function expiryKey(table: Table, seconds: number, itemKey: string): string {
  const suffix = itemKey === '' ? '' : `/${itemKey.slice(table.itemPrefix.length)}`;
  return table.expiryPrefix + String(seconds).padStart(SECONDS_DIGITS, '0') + suffix;
}

function storeKeyIn(table: Table, noteKey: string): string {
  return table.itemPrefix + noteKey.slice(table.expiryPrefix.length + SECONDS_DIGITS + 1);
}
