/** Entries that were taken off before the array is shortened: enough to make that rare. */
const COMPACT_AFTER = 1024;

/** A first-in-first-out list in which entries may have become void since they were added. O(1) amortized. */
export class ReadyList<T> {
  private entries: T[] = [];
  private from = 0;
  private readonly isVoid: (entry: T) => boolean;

  constructor(isVoid: (entry: T) => boolean) {
    this.isVoid = isVoid;
  }

  add(entry: T): void {
    this.entries.push(entry);
  }

  /** Takes the first entry that is not void. */
  take(): T | undefined {
    while (this.from < this.entries.length) {
      const entry = this.entries[this.from] as T;
      this.from += 1;
      if (this.from >= COMPACT_AFTER && this.from * 2 > this.entries.length) this.compact();
      if (!this.isVoid(entry)) return entry;
    }
    this.compact();
    return undefined;
  }

  private compact(): void {
    this.entries = this.entries.slice(this.from);
    this.from = 0;
  }
}
