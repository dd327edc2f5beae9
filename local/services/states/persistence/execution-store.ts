import type { Store, StoreWrite } from '../../../store.ts';
import type { Execution, ExecutionStatus } from '../engine/execution.ts';
import { type ExecutionRecord, recordText } from './execution-record.ts';
import { KeptLog } from './kept-log.ts';
import {
  chunkKey,
  executionKey,
  listKey,
  listRange,
  liveKey,
  liveRange,
  nameOfKey,
  statusKey,
  statusRange,
} from './keys.ts';

/** An execution as it lies on disk. */
export interface StoredExecution {
  readonly machine: string;
  readonly name: string;
  readonly record: ExecutionRecord;
  readonly log: KeptLog;
}

/** Executions on disk. One transition is one batch: the record with the newest events and the walkers, and little else. */
export class ExecutionStore {
  private readonly store: Store;
  /** What the list says of an execution, as last written. */
  private readonly listed = new WeakMap<Execution, ExecutionStatus>();

  constructor(store: Store) {
    this.store = store;
  }

  write(execution: Execution): Promise<void> {
    const { machineName, name, startMs } = execution.header;
    const batch: StoreWrite[] = [];
    const chunk = execution.log.takeChunk();
    if (chunk) batch.push({ key: chunkKey(machineName, name, chunk.index), value: chunk.text });
    batch.push({ key: executionKey(machineName, name), value: recordText(execution) });
    const before = this.listed.get(execution);
    if (before === undefined) {
      batch.push(
        { key: listKey(machineName, startMs, name), value: '' },
        { key: liveKey(machineName, name), value: '' },
      );
    }
    if (before !== execution.status) batch.push(...this.statusWrites(execution, before));
    this.listed.set(execution, execution.status);
    return this.store.write(batch);
  }

  /** Tells the store what it has on disk of an execution that was read from there. */
  known(execution: Execution, status: ExecutionStatus): void {
    this.listed.set(execution, status);
  }

  /** The end of an execution has been announced: nothing about it is left to do. */
  forgetLive(machine: string, name: string): Promise<void> {
    return this.store.write([{ key: liveKey(machine, name), value: undefined }]);
  }

  /** A redriven execution is live again. */
  markLive(machine: string, name: string): Promise<void> {
    return this.store.write([{ key: liveKey(machine, name), value: '' }]);
  }

  has(machine: string, name: string): boolean {
    return this.store.get(executionKey(machine, name)) !== undefined;
  }

  read(machine: string, name: string): StoredExecution | undefined {
    const text = this.store.get(executionKey(machine, name));
    if (text === undefined) return undefined;
    const record = JSON.parse(text) as ExecutionRecord;
    const place = { machine, name, startMs: record.b, count: record.n, chunkStarts: record.c ?? [], tail: record.l };
    return { machine, name, record, log: new KeptLog(this.store, place) };
  }

  /** Machine and name of every execution that was live when the host last ended. */
  async live(): Promise<(readonly [machine: string, name: string])[]> {
    const found: (readonly [string, string])[] = [];
    for await (const [key] of this.store.range(liveRange)) {
      const [, , machine, name] = key.split('/') as [string, string, string, string];
      found.push([machine, name]);
    }
    return found;
  }

  /** Names of a machine's executions, newest first, those of one status where it has an index. */
  async *names(
    machine: string,
    status: ExecutionStatus | undefined,
    after: string | undefined,
  ): AsyncGenerator<readonly [key: string, name: string]> {
    const indexed = status !== undefined && hasIndex(status);
    const { gte, lt } = indexed ? statusRange(machine, status) : listRange(machine);
    // The key that ended the last page, and the smallest one after it.
    for await (const [key] of this.store.range({ gte: after === undefined ? gte : `${after}\u0000`, lt }))
      yield [key, nameOfKey(key)];
  }

  private statusWrites(execution: Execution, before: ExecutionStatus | undefined): StoreWrite[] {
    const { machineName, name, startMs } = execution.header;
    const key = (status: ExecutionStatus): string => statusKey(machineName, status, startMs, name);
    return [
      ...(before !== undefined && hasIndex(before) ? [{ key: key(before), value: undefined }] : []),
      ...(hasIndex(execution.status) ? [{ key: key(execution.status), value: '' }] : []),
    ];
  }
}

/** Successes are nearly everything and are found in the whole list; what runs is few and looked up by its live mark. */
function hasIndex(status: ExecutionStatus): boolean {
  return status !== 'SUCCEEDED' && status !== 'RUNNING';
}
