import { ClassicLevel } from 'classic-level';

/** One write of a batch; `value: undefined` deletes. */
export interface StoreWrite {
  readonly key: string;
  readonly value: string | undefined;
}

export interface StoreRange {
  /** First key (included). */
  readonly gte: string;
  /** Key that ends the range (excluded). */
  readonly lt: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/**
 * What LevelDB collects in memory before it writes a table. Most of what the host writes is replaced or deleted soon after, and
 * every table is merged with others later, on a thread that took a quarter of all CPU time: with 32 MB, 4 KB blocks and 2 MB files
 * 0.8 s per 1,000 orders, with these 0.4. The price is memory, twice the buffer at most, and as much log to be read at a start.
 */
const WRITE_BUFFER_BYTES = 64 * 2 ** 20;
const BLOCK_BYTES = 64 * 2 ** 10;
const FILE_BYTES = 8 * 2 ** 20;

/**
 * A chained batch without the layer that abstract-level puts before it: for keys and values that are text, what that does to each
 * operation (options, hooks, encodings, a copy) changes nothing, and costs more than the operation.
 */
interface NativeBatch {
  _put(key: string, value: string): void;
  _del(key: string): void;
  _write(options: { readonly sync: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Entries of a range that are read in one go; LevelDB itself stops at 16 KB. */
const RANGE_CHUNK = 1000;

export interface StoreOptions {
  /** Each commit waits until the disk has it (fsync), not only the operating system. */
  readonly sync?: boolean;
  /** Told once, when a commit fails: from then on nothing is written any more. */
  readonly onFailure?: ((failure: StoreFailure) => void) | undefined;
}

/** The disk is full or broken: what was to be written is not acknowledged, and neither is anything after it. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

/**
 * The one embedded store of the host (LevelDB): keys and values are text, keys sort by their UTF-8 bytes.
 *
 * A batch is atomic and becomes readable at once; its promise resolves when LevelDB has it, and only then may anything
 * be acknowledged to a client. Batches that are written while one commit is under way share the next one (group commit).
 * After a commit that failed there is none: LevelDB may have left half a record in its log, and would drop what follows it.
 */
export class Store {
  private readonly level: ClassicLevel<string, string>;
  /** Whether each commit waits until the disk has it (fsync), not only the operating system. */
  private readonly sync: boolean;
  /**
   * Writes that LevelDB does not have yet, by key: those of the next commit, and those of the one that is under way. A map for each
   * commit, since V8 keeps what was deleted from a map that lives on.
   */
  private pending = new Map<string, string | undefined>();
  private underWay = new Map<string, string | undefined>();
  private committing: Promise<void> | undefined;
  private nextCommit: Promise<void> | undefined;
  private readonly onFailure: StoreOptions['onFailure'];
  private failure: StoreFailure | undefined;

  private constructor(level: ClassicLevel<string, string>, { sync = false, onFailure }: StoreOptions) {
    this.level = level;
    this.sync = sync;
    this.onFailure = onFailure;
  }

  /** Opens (or makes) the store in a directory. Throws when the directory is not writable or another process has it. */
  static async open(directory: string, options: StoreOptions = {}): Promise<Store> {
    const level = new ClassicLevel<string, string>(directory, {
      keyEncoding: 'utf8',
      valueEncoding: 'utf8',
      writeBufferSize: WRITE_BUFFER_BYTES,
      blockSize: BLOCK_BYTES,
      maxFileSize: FILE_BYTES,
    });
    await level.open();
    return new Store(level, options);
  }

  /** The value as of the latest write, committed or not. */
  get(key: string): string | undefined {
    for (const writes of [this.pending, this.underWay]) {
      const value = writes.get(key);
      // A deletion is a write too.
      if (value !== undefined || writes.has(key)) return value;
    }
    return this.level.getSync(key);
  }

  /**
   * Applies a batch at once for readers of this process; resolves when it is on disk (survives the death of the process). Rejects with a
   * StoreFailure when it is not.
   */
  write(batch: readonly StoreWrite[]): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    for (const { key, value } of batch) this.pending.set(key, value);
    this.nextCommit ??= this.commitAfter(this.committing);
    return this.nextCommit;
  }

  /** Resolves when everything written so far is on disk. */
  async flushed(): Promise<void> {
    await (this.nextCommit ?? this.committing);
  }

  /** Key and value pairs of a range, in key order, as of this call: later writes are not seen. */
  async *range(range: StoreRange): AsyncGenerator<readonly [string, string]> {
    await this.flushed();
    const { gte, lt, reverse = false, limit = -1 } = range;
    const iterator = this.level.iterator({ gte, lt, reverse, limit });
    try {
      for (;;) {
        // Iterating one by one takes LevelDB two trips to a thread for most ranges: one for the first entry, one for the rest.
        const entries = await iterator.nextv(RANGE_CHUNK);
        if (entries.length === 0) return;
        yield* entries;
      }
    } finally {
      await iterator.close();
    }
  }

  async close(): Promise<void> {
    if (!this.failure) await this.flushed();
    await this.level.close();
  }

  private async commitAfter(previous: Promise<void> | undefined): Promise<void> {
    // Everything written in this turn and while the previous commit runs travels together.
    await Promise.resolve(previous);
    await Promise.resolve();
    const writes = this.pending;
    this.underWay = writes;
    this.pending = new Map();
    this.committing = this.nextCommit;
    this.nextCommit = undefined;
    // Write by write costs a quarter less than an array of all of them.
    const commit = this.level.batch() as unknown as NativeBatch;
    for (const [key, value] of writes) {
      if (value === undefined) commit._del(key);
      else commit._put(key, value);
    }
    try {
      await commit._write({ sync: this.sync });
      await commit.close();
    } catch (error) {
      throw this.fail(error as Error);
    }
    this.underWay = new Map();
    if (this.nextCommit === undefined) this.committing = undefined;
  }

  private fail({ message, cause }: Error): StoreFailure {
    const why = cause instanceof Error ? cause.message : message;
    this.failure = new StoreFailure(`The data directory cannot be written to (${why}).`);
    this.onFailure?.(this.failure);
    return this.failure;
  }
}
