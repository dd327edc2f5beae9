import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { Sequence } from '../sequence.ts';
import { alreadyExists, notFound } from './events-errors.ts';
import type { CompiledPattern } from './patterns/compile-pattern.ts';
import { matches } from './patterns/match-event.ts';
import { compileOrRefuse } from './rule.ts';
import type { TravellingEvent } from './target-input.ts';

export interface ArchiveDefinition {
  readonly name: string;
  /** ARN of the bus whose events are kept. */
  readonly sourceArn: string;
  readonly description?: string | undefined;
  readonly eventPattern?: string | undefined;
  /** Days for which events are kept; 0 for ever. */
  readonly retentionDays: number;
  readonly fromTemplate: boolean;
}

interface Archive extends ArchiveDefinition {
  readonly arn: string;
  readonly createdMs: number;
  readonly pattern: CompiledPattern | undefined;
  eventCount: number;
  sizeBytes: number;
}

const DAY_MS = 86_400_000;
/** Pruning begins when the start is over: nothing waits for it. */
const FIRST_PRUNE_MS = 60_000;

/** How many old events are deleted by one write. */
const PRUNED_TOGETHER = 500;

/** The events that buses keep, on disk by the time they were accepted. */
export class Archives {
  private readonly host: Host;
  private readonly sequence: Sequence;
  private readonly archives = new Map<string, Archive>();
  private pruning: { cancel(): void } | undefined;

  constructor(host: Host, sequence: Sequence) {
    this.host = host;
    this.sequence = sequence;
  }

  /** Makes an archive known; its events and their count come from the store. */
  add(definition: ArchiveDefinition): Archive {
    if (this.archives.has(definition.name)) throw alreadyExists(`Archive ${definition.name} already exists.`);
    const { eventPattern, name } = definition;
    const kept = this.host.store.get(statisticsKey(name));
    const counts = kept === undefined ? { eventCount: 0, sizeBytes: 0 } : (JSON.parse(kept) as { eventCount: number; sizeBytes: number }); // prettier-ignore
    const archive: Archive = {
      ...definition,
      arn: `arn:aws:events:${this.host.region}:${this.host.accountId}:archive/${name}`,
      createdMs: this.host.clock.now(),
      pattern: eventPattern === undefined ? undefined : compileOrRefuse(eventPattern),
      ...counts,
    };
    this.archives.set(name, archive);
    return archive;
  }

  /** Sets an archive anew; what it holds stays. One of the template is back as it was at the next start. */
  change(archive: Archive, changes: Partial<ArchiveDefinition>): Archive {
    const changed: Archive = { ...archive, ...changes };
    const { eventPattern } = changed;
    const pattern = eventPattern === undefined ? undefined : compileOrRefuse(eventPattern);
    const replaced = { ...changed, pattern };
    this.archives.set(archive.name, replaced);
    return replaced;
  }

  definitionWrites({ fromTemplate, name, sourceArn, description, eventPattern, retentionDays }: Archive): StoreWrite[] {
    const definition: ArchiveDefinition = { name, sourceArn, description, eventPattern, retentionDays, fromTemplate };
    return fromTemplate ? [] : [{ key: `events/archive/${name}`, value: JSON.stringify(definition) }];
  }

  /** The writes that keep events of a bus, for the batch in which they are accepted. What is replayed is not kept again. */
  writesFor(busArn: string, events: readonly TravellingEvent[]): StoreWrite[] {
    const writes: StoreWrite[] = [];
    for (const archive of this.archives.values()) {
      if (archive.sourceArn !== busArn) continue;
      const kept = events.filter(({ parsed }) => parsed['replay-name'] === undefined && (!archive.pattern || matches(archive.pattern, parsed))); // prettier-ignore
      if (kept.length === 0) continue;
      for (const { text } of kept) {
        writes.push({ key: eventKey(archive.name, this.sequence.next()), value: text });
        archive.eventCount += 1;
        archive.sizeBytes += Buffer.byteLength(text);
      }
      writes.push(statisticsWrite(archive));
    }
    return writes;
  }

  find(nameOrArn: string): Archive {
    const name = nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
    const archive = this.archives.get(name);
    if (!archive) throw notFound(`Archive ${name} does not exist.`);
    return archive;
  }

  describe(archive: Archive): object {
    return {
      ArchiveArn: archive.arn,
      ArchiveName: archive.name,
      EventSourceArn: archive.sourceArn,
      ...(archive.description !== undefined && { Description: archive.description }),
      ...(archive.eventPattern !== undefined && { EventPattern: archive.eventPattern }),
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: archive.sizeBytes,
      EventCount: archive.eventCount,
      CreationTime: archive.createdMs / 1000,
    };
  }

  list(prefix = '', sourceArn?: string): object[] {
    return [...this.archives.values()]
      .filter(
        (archive) => archive.name.startsWith(prefix) && (sourceArn === undefined || archive.sourceArn === sourceArn),
      )
      .map((archive) => {
        const {
          ArchiveArn: _,
          Description: __,
          EventPattern: ___,
          ...listed
        } = this.describe(archive) as Record<string, unknown>;
        return listed;
      });
  }

  /** Key and text of the events accepted from `fromMs` until before `untilMs`, oldest first, from behind `afterKey` on. */
  events(
    archiveName: string,
    fromMs: number,
    untilMs: number,
    afterKey?: string,
  ): AsyncGenerator<readonly [string, string]> {
    const gte = afterKey === undefined ? eventKey(archiveName, Sequence.at(fromMs)) : `${afterKey}\u0000`;
    return this.host.store.range({ gte, lt: eventKey(archiveName, Sequence.at(untilMs)) });
  }

  async delete(archive: Archive): Promise<void> {
    this.archives.delete(archive.name);
    await this.deleteEvents(archive, Infinity);
    const keys = [`events/archive/${archive.name}`, statisticsKey(archive.name)];
    await this.host.store.write(keys.map((key) => ({ key, value: undefined })));
  }

  async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: 'events/archive/', lt: 'events/archive0' })) {
      const definition = JSON.parse(value) as ArchiveDefinition;
      if (!this.archives.has(definition.name)) this.add(definition);
    }
    this.pruneAfter(FIRST_PRUNE_MS);
  }

  /** Deletes what is older than its archive keeps it; again a day later. */
  private async prune(): Promise<void> {
    for (const archive of this.archives.values()) {
      if (archive.retentionDays > 0)
        await this.deleteEvents(archive, this.host.clock.now() - archive.retentionDays * DAY_MS);
    }
    this.pruneAfter(DAY_MS);
  }

  private pruneAfter(delayMs: number): void {
    this.pruning?.cancel();
    const again = () => {
      this.host.clock
        .work(() => this.prune())
        .catch((error: unknown) => this.host.report(`EventBridge: pruning archives failed: ${String(error)}`));
    };
    this.pruning = this.host.clock.after(delayMs, again, { background: true });
  }

  private async deleteEvents(archive: Archive, beforeMs: number): Promise<void> {
    const end = beforeMs === Infinity ? ':' : Sequence.at(beforeMs);
    let writes: StoreWrite[] = [];
    for await (const [key, text] of this.host.store.range({
      gte: eventKey(archive.name, ''),
      lt: eventKey(archive.name, end),
    })) {
      writes.push({ key, value: undefined });
      archive.eventCount -= 1;
      archive.sizeBytes -= Buffer.byteLength(text);
      if (writes.length < PRUNED_TOGETHER) continue;
      await this.host.store.write([...writes, statisticsWrite(archive)]);
      writes = [];
    }
    if (writes.length > 0) await this.host.store.write([...writes, statisticsWrite(archive)]);
  }
}

function eventKey(archive: string, key: string): string {
  return `events/archived/${archive}/${key}`;
}

function statisticsKey(archive: string): string {
  return `events/archive-statistics/${archive}`;
}

function statisticsWrite({ name, eventCount, sizeBytes }: Archive): StoreWrite {
  return { key: statisticsKey(name), value: JSON.stringify({ eventCount, sizeBytes }) };
}
