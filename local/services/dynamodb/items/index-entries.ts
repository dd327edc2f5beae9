import type { StoreWrite } from '../../../store.ts';
import type { Capacity } from '../capacity.ts';
import { type Index, keyAttributes, type Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { valuesEqual } from '../values/comparison.ts';
import { itemSize } from '../values/item-size.ts';
import { PART_END } from '../values/key-encoding.ts';
import { type ItemStore, keyText } from './item-store.ts';

/**
 * The writes that bring the indexes of a table in line with the change of one item; they go in the batch of the item. An entry only
 * says where the item is, so one whose key stays needs no write, whatever the index projects.
 */
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
    if (capacity) countWrites(index, had ? before : undefined, has ? after : undefined, capacity);
    if (!moved) continue;
    if (had) writes.push({ key: entryKey(table, index, before), value: undefined });
    if (has) writes.push(entryWrite(table, index, after));
  }
}

/** What DynamoDB charges: an entry that goes, one that comes, or one that changes in place. */
function countWrites(index: Index, before: Item | undefined, after: Item | undefined, capacity: Capacity): void {
  const [old, entry] = [before && project(index, before), after && project(index, after)];
  if (before && after && sameKeys(index, before, after)) {
    if (sameEntry(index, before, after)) return;
    return capacity.wroteIndex(index, Math.max(itemSize(entry as Item), itemSize(old as Item)));
  }
  for (const one of [old, entry]) if (one) capacity.wroteIndex(index, itemSize(one));
}

/** The entry of an item: under the index's key, the key of the item. */
export function entryWrite(table: Table, index: Index, item: Item): StoreWrite {
  return { key: entryKey(table, index, item), value: keyText(table.keys, item) };
}

/** What an index shows of the item that an entry leads to; undefined when the item is gone from this place meanwhile. */
export function readEntry(
  items: ItemStore,
  { table, index }: { readonly table: Table; readonly index: Index },
  [key, value]: readonly [string, string],
): Item | undefined {
  // Earlier versions kept what the index projects, which includes the key of the item.
  const itemKeyText = value.startsWith('{') ? keyText(table.keys, JSON.parse(value) as Item) : value;
  const item = items.get(table.itemPrefix + itemKeyText);
  return item && isIn(index, item) && entryKey(table, index, item) === key ? project(index, item) : undefined;
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
function project(index: Index, item: Item): Item {
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
