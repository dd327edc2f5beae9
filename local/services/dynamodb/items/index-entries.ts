import type { StoreWrite } from '../../../store.ts';
import type { Capacity } from '../capacity.ts';
import { type Index, keyAttributes, type Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { valuesEqual } from '../values/comparison.ts';
import { itemSize } from '../values/item-size.ts';
import { PART_END } from '../values/key-encoding.ts';
import { keyText } from './item-store.ts';

/** The writes that bring the indexes of a table in line with the change of one item; they go in the batch of the item. */
export function indexWrites(
  table: Table,
  before: Item | undefined,
  after: Item | undefined,
  writes: StoreWrite[],
  capacity: Capacity | undefined,
): void {
  for (const index of table.indexes) {
    const had = before !== undefined && isIn(index, before);
    const has = after !== undefined && isIn(index, after);
    if (!had && !has) continue;
    const moved = !had || !has || !sameKeys(index, before, after);
    if (!moved && sameEntry(index, before, after)) continue;
    if (had && moved) {
      writes.push({ key: entryKey(table, index, before), value: undefined });
      capacity?.wroteIndex(index, itemSize(project(index, before)));
    }
    if (has) {
      const entry = project(index, after);
      writes.push({ key: entryKey(table, index, after), value: JSON.stringify(entry) });
      capacity?.wroteIndex(index, Math.max(itemSize(entry), moved || !had ? 0 : itemSize(project(index, before))));
    }
  }
}

/** An item is in an index when it has all of the index's keys (a sparse index leaves the others out). */
export function isIn(index: Index, item: Item): boolean {
  const { partition, sort } = index.keys;
  return item[partition.name] !== undefined && (!sort || item[sort.name] !== undefined);
}

/** Where the entry of an item is kept: the index's key, then the table's, since index keys need not be unique. */
export function entryKey(table: Table, index: Index, item: Item): string {
  return index.prefix + keyText(index.keys, item) + PART_END + keyText(table.keys, item);
}

/** What an index holds of an item. */
export function project(index: Index, item: Item): Item {
  if (!index.projected) return item;
  const entry: Record<string, AttributeValue> = {};
  for (const name of index.projected) {
    const value = item[name];
    if (value !== undefined) entry[name] = value;
  }
  return entry;
}

function sameKeys(index: Index, before: Item, after: Item): boolean {
  return keyAttributes(index.keys).every(({ name }) =>
    valuesEqual(before[name] as AttributeValue, after[name] as AttributeValue),
  );
}

function sameEntry(index: Index, before: Item, after: Item): boolean {
  if (!index.projected) return valuesEqual({ M: before }, { M: after });
  for (const name of index.projected) {
    const old = before[name];
    const value = after[name];
    if (old === value) continue;
    if (old === undefined || value === undefined || !valuesEqual(old, value)) return false;
  }
  return true;
}
