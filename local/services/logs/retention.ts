import type { Host } from '../../aws-service.ts';
import { chunkRange, firstTimeOf, groupRange } from './log-chunk.ts';
import type { LogGroups } from './log-groups.ts';

/** AWS deletes expired events within 72 hours; once an hour keeps each round short. */
const ROUND_MS = 60 * 60 * 1000;
/** The first round comes soon: a host on a laptop may never run for an hour. */
const FIRST_ROUND_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Keys deleted in one batch, so that a round never holds up the writes of others for long. */
const BATCH = 500;

/** Deletes in the background what has outlived its group's retention. */
export class Retention {
  private readonly host: Host;
  private readonly groups: LogGroups;
  /** By group: no chunk begins earlier (epoch ms). A round reads only the groups of which one may have expired. */
  private readonly oldestMs = new Map<string, number>();

  constructor(host: Host, groups: LogGroups) {
    this.host = host;
    this.groups = groups;
  }

  start(): void {
    this.roundAfter(FIRST_ROUND_MS);
  }

  private roundAfter(delayMs: number): void {
    const again = (): void => {
      this.host.clock
        .work(() => this.round())
        .catch((error: unknown) => this.host.report(`CloudWatch Logs: expired events stay for now: ${String(error)}`))
        .finally(() => this.roundAfter(ROUND_MS));
    };
    this.host.clock.after(delayMs, again, { background: true });
  }

  /** Tells of a new chunk; clients may log for times that have passed. */
  chunkWritten(group: string, firstMs: number): void {
    const oldestMs = this.oldestMs.get(group);
    if (oldestMs !== undefined && firstMs < oldestMs) this.oldestMs.set(group, firstMs);
  }

  async round(): Promise<void> {
    for (const group of this.groups.all()) {
      if (group.retentionInDays === undefined) continue;
      const endMs = this.host.clock.now() - group.retentionInDays * DAY_MS;
      await this.deleteUpTo(group.name, endMs - group.longestChunkMs);
      for (const stream of this.groups.allStreams(group.name)) {
        const lastMs = Math.max(stream.creationTime, stream.lastEventTimestamp ?? 0, stream.lastIngestionTime ?? 0);
        if (lastMs < endMs) await this.groups.deleteStream(group.name, stream.name);
      }
    }
  }

  private async deleteUpTo(group: string, lastMs: number): Promise<void> {
    const knownMs = this.oldestMs.get(group);
    if (knownMs !== undefined && knownMs > lastMs) return;
    await this.deleteChunks(chunkRange(group, 0, lastMs));
    // From here on new chunks lower it, also those that come while the others are looked up.
    this.oldestMs.set(group, Infinity);
    for await (const [key] of this.host.store.range({ ...groupRange(group), limit: 1 })) {
      this.chunkWritten(group, firstTimeOf(key));
    }
  }

  async deleteChunks(range: { gte: string; lt: string }): Promise<void> {
    let keys: string[] = [];
    const flush = async (): Promise<void> => {
      const batch = keys.map((key) => ({ key, value: undefined }));
      keys = [];
      if (batch.length > 0) await this.host.store.write(batch);
    };
    for await (const [key] of this.host.store.range(range)) {
      keys.push(key);
      if (keys.length === BATCH) await flush();
    }
    await flush();
  }
}
