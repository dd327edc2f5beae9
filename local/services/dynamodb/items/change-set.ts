import type { StoreWrite } from '../../../store.ts';
import type { Capacity } from '../capacity.ts';
import type { DynamoDb } from '../context.ts';
import { expiresAt, expiryKey } from '../expiry-timer.ts';
import type { Table, TableStream } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { valuesEqual } from '../values/comparison.ts';
import { itemSize } from '../values/item-size.ts';
import { indexWrites } from './index-entries.ts';

/** The change of one item, checked and ready to be written. */
export interface Change {
  readonly table: Table;
  readonly storeKey: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly afterJson: string | undefined;
  readonly capacity?: Capacity | undefined;
  readonly expired?: boolean;
}

/**
 * Writes changes as one batch: items, index entries, stream records and whatever else belongs to them, all or nothing.
 * Must be called in the same synchronous stretch in which the items were read, and resolves when the batch is on disk.
 */
export async function commit(
  db: DynamoDb,
  changes: readonly Change[],
  others: readonly StoreWrite[] = [],
): Promise<void> {
  const writes: StoreWrite[] = [...others];
  const recorded = new Map<Table, Change[]>();
  for (const change of changes) {
    addWrites(db, change, writes);
    if (!isRecorded(change)) continue;
    const ofTable = recorded.get(change.table);
    if (ofTable) ofTable.push(change);
    else recorded.set(change.table, [change]);
  }
  const streams: string[] = [];
  for (const [table, ofTable] of recorded) {
    const stream = table.stream as TableStream;
    writes.push(db.streams.append(table, stream, ofTable));
    streams.push(stream.arn);
  }
  if (writes.length > 0) await db.host.store.write(writes);
  for (const arn of streams) db.host.announce(arn);
}

function addWrites(db: DynamoDb, change: Change, writes: StoreWrite[]): void {
  const { table, storeKey, before, after, afterJson, capacity } = change;
  capacity?.wrote(Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0));
  if (before === undefined && after === undefined) return;
  writes.push({ key: storeKey, value: afterJson });
  db.items.changed(storeKey, after, afterJson?.length ?? 0);
  if (table.indexes.length > 0) indexWrites(table, before, after, writes, capacity);
  if (table.ttlAttribute !== undefined) addExpiry(db, change, table.ttlAttribute, writes);
}

function addExpiry(db: DynamoDb, change: Change, attribute: string, writes: StoreWrite[]): void {
  const { table, storeKey, before, after } = change;
  const nowMs = db.host.clock.now();
  const noted = expiresAt(attribute, before, 0);
  const expires = expiresAt(attribute, after, nowMs);
  if (noted !== undefined && noted !== expires) {
    writes.push({ key: expiryKey(table, noted, storeKey), value: undefined });
  }
  if (expires === undefined) return;
  if (noted !== expires) writes.push({ key: expiryKey(table, expires, storeKey), value: '' });
  db.expiry.watch(expires);
}

/** Whether a change goes into a stream: not when the table has none, and not when nothing has changed. */
function isRecorded({ table, before, after }: Change): boolean {
  if (!table.stream || (before === undefined && after === undefined)) return false;
  return before === undefined || after === undefined || !valuesEqual({ M: before }, { M: after });
}
