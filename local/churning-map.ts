/** A map is made anew after so many deletions, or as many as it has entries: copying then costs O(1) for each of them. */
const DELETIONS_PER_COPY = 1024;

/**
 * A map from which entries are deleted about as fast as new ones come: what is under way.
 *
 * V8's Map moves to a new table every so often, and the table it leaves points to the next one and keeps what it had in it
 * then. Once one such table has become old, all that follow it stay in memory until the next full collection, with every
 * entry that was ever deleted: in this host, most of what the collectors of young objects had to copy. A map of its own
 * for each thousand entries breaks the chain.
 */
export class ChurningMap<Key, Value> {
  private entries = new Map<Key, Value>();
  private deletions = 0;

  get size(): number {
    return this.entries.size;
  }

  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  has(key: Key): boolean {
    return this.entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.entries.set(key, value);
  }

  delete(key: Key): boolean {
    if (!this.entries.delete(key)) return false;
    this.deletions += 1;
    if (this.deletions >= DELETIONS_PER_COPY && this.deletions >= this.entries.size) {
      this.entries = new Map(this.entries);
      this.deletions = 0;
    }
    return true;
  }

  clear(): void {
    this.entries = new Map();
    this.deletions = 0;
  }

  /** In the order in which they came. */
  keys(): IterableIterator<Key> {
    return this.entries.keys();
  }

  values(): IterableIterator<Value> {
    return this.entries.values();
  }
}
