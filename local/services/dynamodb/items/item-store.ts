import type { Host } from '../../../aws-service.ts';
import type { KeySchema, Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { encodeKeyPart, PART_END, partitionHash } from '../values/key-encoding.ts';

/**
 * Items that are kept parsed: those that a running order goes back to step after step. With items of 1 KB the cache takes
 * some 30 MB; larger ones than 8 KB are not kept, so it stays bounded.
 */
const CACHED_ITEMS = 10_000;
const LARGEST_CACHED_CHARS = 8192;

/** The items of all tables in the store, each under its key as JSON. */
export class ItemStore {
  private readonly host: Host;
  private readonly cache = new Map<string, Item>();

  constructor(host: Host) {
    this.host = host;
  }

  /** The item as of the latest write of this process. Nobody may change the object. */
  get(storeKey: string): Item | undefined {
    const cached = this.cache.get(storeKey);
    if (cached) return cached;
    const text = this.host.store.get(storeKey);
    if (text === undefined) return undefined;
    const item = JSON.parse(text) as Item;
    this.remember(storeKey, item, text.length);
    return item;
  }

  /** Notes what is about to be written, in the same synchronous stretch as the write. */
  changed(storeKey: string, item: Item | undefined, length: number): void {
    this.cache.delete(storeKey);
    if (item) this.remember(storeKey, item, length);
  }

  private remember(storeKey: string, item: Item, length: number): void {
    if (length > LARGEST_CACHED_CHARS) return;
    if (this.cache.size >= CACHED_ITEMS) this.cache.delete(this.cache.keys().next().value as string);
    this.cache.set(storeKey, item);
  }
}

/** Where an item of a table is kept: `item` is the item itself or its key. */
export function itemKey(table: Table, item: Item): string {
  return table.itemPrefix + keyText(table.keys, item);
}

/** Hash, partition key and sort key of a table or index as text whose order is that of the sort keys in each partition. */
export function keyText(keys: KeySchema, item: Item): string {
  const text = partitionText(keys, item[keys.partition.name] as AttributeValue);
  return keys.sort ? text + encodeKeyPart(item[keys.sort.name] as AttributeValue, keys.sort.type) : text;
}

/** What the keys of one partition begin with. */
export function partitionText(keys: KeySchema, partition: AttributeValue): string {
  const encoded = encodeKeyPart(partition, keys.partition.type);
  return partitionHash(encoded) + encoded + PART_END;
}
