import type { StoreWrite } from '../../../store.ts';
import type { DynamoDb } from '../context.ts';
import { expiresAt, expiryKey } from '../expiry-timer.ts';
import { entryWrite, isIn } from '../items/index-entries.ts';
import type { Table } from './table.ts';
import type { Item } from '../values/attribute-value.ts';

/** Items that are looked at in one synchronous stretch; between stretches others get their turn. */
const CHUNK = 200;

/** Puts the items that were there before an index into it; later writes put themselves. */
export async function fillIndexes(db: DynamoDb, table: Table): Promise<void> {
  const filling = table.indexes.filter((index) => index.filling);
  await forEachItem(db, table, (item) =>
    filling.filter((index) => isIn(index, item)).map((index) => entryWrite(table, index, item)),
  );
  const names = new Set(filling.map(({ name }) => name));
  const { definition } = db.tables.find(table.name) ?? table;
  if (definition.number !== table.definition.number) return;
  await db.tables.save({
    ...definition,
    indexes: definition.indexes.map((index) => (names.has(index.name) ? { ...index, filling: false } : index)),
  });
}

/** Notes when the items that were there before time to live was enabled expire. */
export async function fillExpiries(db: DynamoDb, table: Table): Promise<void> {
  const nowMs = db.host.clock.now();
  await forEachItem(db, table, (item, storeKey) => {
    const expires = expiresAt(table.ttlAttribute, item, nowMs);
    return expires === undefined ? [] : [{ key: expiryKey(table, expires, storeKey), value: '' }];
  });
  await db.expiry.start();
}

/**
 * Writes something for each item. Keys come from a walk through the table, items from a look at them in the moment of
 * writing, so that what changed meanwhile is not overwritten with something older.
 */
async function forEachItem(
  db: DynamoDb,
  table: Table,
  writesFor: (item: Item, storeKey: string) => readonly StoreWrite[],
): Promise<void> {
  const writeChunk = (storeKeys: readonly string[]) => {
    const writes = storeKeys.flatMap((storeKey) => {
      const item = db.items.get(storeKey);
      return item ? writesFor(item, storeKey) : [];
    });
    return writes.length > 0 ? db.host.store.write(writes) : undefined;
  };
  let chunk: string[] = [];
  for await (const [storeKey] of db.host.store.range({ gte: table.itemPrefix, lt: `${table.itemPrefix}g` })) {
    chunk.push(storeKey);
    if (chunk.length < CHUNK) continue;
    await writeChunk(chunk);
    chunk = [];
  }
  await writeChunk(chunk);
}
