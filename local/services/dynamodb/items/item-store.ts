import type { Host } from '../../../aws-service.ts';
import type { KeySchema, Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { encodeKeyPart, PART_END, partitionHash } from '../values/key-encoding.ts';

/**
 * Items that are kept parsed, once or twice as many: those that a running order goes back to step after step, and some 64 orders
 * run at once. Longer than that is no use: what outlives a few collections of young objects costs more than to parse it again.
 */
const CACHED_ITEMS = 512;
/** Larger items are not kept, so the cache stays below 10 MB. */
const LARGEST_CACHED_CHARS = 8192;

/** The items of all tables in the store, each under its key as JSON. */
export class ItemStore {
  private readonly host: Host;
  /** The items used last, and those used last before the first of them: dropped as a whole, since a map that lives on keeps what is deleted from it. */
  private latest = new Map<string, Item>();
  private earlier = new Map<string, Item>();

  constructor(host: Host) {
    this.host = host;
  }

  /** The item as of the latest write of this process. Nobody may change the object. */
  get(storeKey: string): Item | undefined {
    const latest = this.latest.get(storeKey);
    if (latest) return latest;
    const earlier = this.earlier.get(storeKey);
    if (earlier) {
      this.keep(storeKey, earlier);
      return earlier;
    }
    const text = this.host.store.get(storeKey);
    if (text === undefined) return undefined;
    const item = JSON.parse(text) as Item;
    if (text.length <= LARGEST_CACHED_CHARS) this.keep(storeKey, item);
    return item;
  }

  /** Notes what is about to be written, in the same synchronous stretch as the write. */
  changed(storeKey: string, item: Item | undefined, length: number): void {
    if (item && length <= LARGEST_CACHED_CHARS) return this.keep(storeKey, item);
    this.latest.delete(storeKey);
    this.earlier.delete(storeKey);
  }

  private keep(storeKey: string, item: Item): void {
    if (this.latest.size >= CACHED_ITEMS) {
      this.earlier = this.latest;
      this.latest = new Map();
    }
    this.latest.set(storeKey, item);
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
