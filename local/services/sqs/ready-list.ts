/** Entries that left the list before its array is shortened: enough to make that rare. */
const COMPACT_AFTER = 1024;

/** A first-in-first-out list in which entries may have become void since they were added. O(1) amortized. */
export class ReadyList<T> {
  private entries: T[] = [];
  private from = 0;
  private voids = 0;
  private readonly isVoid: (entry: T) => boolean;

  constructor(isVoid: (entry: T) => boolean) {
    this.isVoid = isVoid;
  }

  add(entry: T): void {
    this.entries.push(entry);
  }

  /** Tells that an entry becomes void, so that a list from which nobody takes does not grow with its history. */
  voided(): void {
    this.voids += 1;
    this.compactWhenWorthwhile();
  }

  /** Takes the first entry that is not void. */
  take(): T | undefined {
    while (this.from < this.entries.length) {
      const entry = this.entries[this.from] as T;
      this.from += 1;
      this.compactWhenWorthwhile();
      if (!this.isVoid(entry)) return entry;
      this.voids = Math.max(0, this.voids - 1);
    }
    this.compact();
    return undefined;
  }

  private compactWhenWorthwhile(): void {
    const left = this.from + this.voids;
    if (left >= COMPACT_AFTER && left * 2 > this.entries.length) this.compact();
  }

  private compact(): void {
    this.entries = this.entries.slice(this.from).filter((entry) => !this.isVoid(entry));
    this.from = 0;
    this.voids = 0;
  }
}
