import type { Host } from '../../../aws-service.ts';
import type { StoreWrite } from '../../../store.ts';
import type { ExecutionRecord } from './execution-record.ts';
import {
  afterList,
  chunkKey,
  executionKey,
  listKey,
  listRange,
  listsRange,
  machineOfKey,
  nameOfKey,
  statusKey,
} from './keys.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** AWS forgets an execution 90 days after its end; its name can then be given again. */
export const KEEP_EXECUTIONS_MS = 90 * DAY_MS;

/** The first round comes when the start is over: nothing waits for it. */
const FIRST_ROUND_MS = 60_000;
/** Executions that are forgotten by one write, so that a long round holds nobody up. */
const BATCH = 100;

/** Forgets executions that ended long ago, in the background. What runs stays, however old it is. */
export class ExecutionRetention {
  private readonly host: Host;
  private readonly keepMs: number;

  constructor(host: Host, keepMs: number = KEEP_EXECUTIONS_MS) {
    this.host = host;
    this.keepMs = keepMs;
  }

  start(): void {
    this.roundAfter(FIRST_ROUND_MS);
  }

  private roundAfter(delayMs: number): void {
    const round = (): void => {
      this.host.clock
        .work(() => this.round())
        .catch((error: unknown) => this.host.report(`states: old executions stay for now: ${String(error)}`))
        .finally(() => this.roundAfter(Math.min(this.keepMs, DAY_MS)));
    };
    this.host.clock.after(delayMs, round, { background: true });
  }

  /** Machines that are gone have executions too, so it is the lists that tell which there are. */
  private async round(): Promise<void> {
    let { gte } = listsRange;
    for (;;) {
      let machine: string | undefined;
      for await (const [key] of this.host.store.range({ gte, lt: listsRange.lt, limit: 1 }))
        machine = machineOfKey(key);
      if (machine === undefined) return;
      await this.forgetOld(machine);
      gte = afterList(machine);
    }
  }

  /** The oldest start is the last in the list; nothing that started within the time can have ended before it. */
  private async forgetOld(machine: string): Promise<void> {
    const beforeMs = this.host.clock.now() - this.keepMs;
    const { lt } = listRange(machine);
    let batch: StoreWrite[] = [];
    let forgotten = 0;
    for await (const [key] of this.host.store.range({ gte: listKey(machine, beforeMs, ''), lt, reverse: true })) {
      const writes = this.forget(machine, nameOfKey(key), beforeMs);
      if (writes.length === 0) continue;
      batch.push(...writes);
      forgotten += 1;
      if (forgotten % BATCH !== 0) continue;
      await this.host.store.write(batch);
      batch = [];
    }
    if (batch.length > 0) await this.host.store.write(batch);
  }

  /** The writes that forget an execution; none when it runs, or ended later. */
  private forget(machine: string, name: string, beforeMs: number): StoreWrite[] {
    const text = this.host.store.get(executionKey(machine, name));
    if (text === undefined) return [];
    const { b: startMs, s: status, e: stopMs, c: chunks = [] } = JSON.parse(text) as ExecutionRecord;
    if (status === 'RUNNING' || stopMs === undefined || stopMs >= beforeMs) return [];
    const keys = [
      executionKey(machine, name),
      listKey(machine, startMs, name),
      statusKey(machine, status, startMs, name),
      ...chunks.map((_, index) => chunkKey(machine, name, index)),
    ];
    return keys.map((key) => ({ key, value: undefined }));
  }
}
