import type { Host, Measurement } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { addValue, type Datapoint, merge, newDatapoint } from './datapoint.ts';

export const MINUTE_MS = 60_000;

/** What is in memory at least; alarms with longer windows extend it. Older datapoints are read from disk when asked for. */
const MEMORY_MINUTES = 3 * 60;
/** A process that is killed loses the measurements of at most this long: they are no record of orders, only of load. */
const SAVE_MS = 10_000;
/** CloudWatch keeps datapoints of one minute for 15 days. */
const KEPT_MINUTES = 15 * 24 * 60;
/** Behind all minutes that keys can hold. */
const LAST_MINUTE = 999_999_999;
const PRUNE_MS = 6 * 60 * MINUTE_MS;

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Series extends MetricId {
  readonly key: string;
  unit: string | undefined;
  /** By minute of the epoch. */
  readonly minutes: Map<number, Datapoint>;
  /** Minutes that are not on disk yet. */
  readonly unsaved: Set<number>;
  /** Called after every measurement: alarms that had gone to sleep. */
  readonly watchers: Set<() => void>;
}

/** All measurements, added up per metric and minute: recent ones in memory, all of them on disk. */
export class MetricStore {
  private readonly host: Host;
  private readonly series = new Map<string, Series>();
  private memoryMinutes = MEMORY_MINUTES;
  private saving = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** Synchronous and cheap: several measurements are made per order. */
  record(measurement: Measurement): void {
    const series = this.seriesOf(measurement);
    series.unit = measurement.unit ?? series.unit;
    addValue(this.datapoint(series, this.host.clock.now()), measurement.value);
    for (const wake of series.watchers) wake();
  }

  /** The datapoint of an instant, to add to. */
  datapoint(series: Series, atMs: number): Datapoint {
    const minute = Math.floor(atMs / MINUTE_MS);
    let datapoint = series.minutes.get(minute);
    if (!datapoint) {
      // A client may measure for a minute that has left memory: what the disk has of it is added to, not replaced.
      const saved = minute < this.oldestMinute() ? this.host.store.get(dataKey(series.key, minute)) : undefined;
      datapoint = saved === undefined ? newDatapoint() : (JSON.parse(saved) as Datapoint);
      series.minutes.set(minute, datapoint);
    }
    series.unsaved.add(minute);
    this.scheduleSave();
    return datapoint;
  }

  /** The metric to measure or to watch; from now on it is known. */
  seriesOf(id: MetricId): Series {
    const series = this.lookUp(id);
    this.series.set(series.key, series);
    return series;
  }

  /** The metric to read. Asking for one that was never measured leaves nothing behind. */
  lookUp(id: MetricId): Series {
    const key = keyOf(id);
    const known = this.series.get(key);
    if (known) return known;
    const { namespace, name, dimensions } = id;
    const unit = undefined;
    return { key, namespace, name, dimensions, unit, minutes: new Map(), unsaved: new Set(), watchers: new Set() };
  }

  /** Metrics that have or had datapoints. */
  all(): Series[] {
    return [...this.series.values()].filter(({ minutes, unit }) => minutes.size > 0 || unit !== undefined);
  }

  /** Makes sure that alarms find their whole window in memory. */
  keepInMemory(minutes: number): void {
    this.memoryMinutes = Math.max(this.memoryMinutes, minutes);
  }

  /** Datapoints of the minutes from `fromMinute` up to, not including, `toMinute`; only what is in memory. */
  recent(series: Series, fromMinute: number, toMinute: number): Datapoint[] {
    const found: Datapoint[] = [];
    for (let minute = fromMinute; minute < toMinute; minute += 1) {
      const datapoint = series.minutes.get(minute);
      if (datapoint) found.push(datapoint);
    }
    return found;
  }

  /** By minute, from disk where they are no longer in memory. */
  async read(series: Series, fromMinute: number, toMinute: number): Promise<Map<number, Datapoint>> {
    const found = new Map<number, Datapoint>();
    for await (const [key, value] of this.host.store.range(dataRange(series.key, fromMinute, toMinute))) {
      found.set(minuteOf(key), JSON.parse(value) as Datapoint);
    }
    for (const [minute, datapoint] of series.minutes) {
      if (minute >= fromMinute && minute < toMinute) found.set(minute, datapoint);
    }
    return found;
  }

  async load(): Promise<void> {
    const now = this.nowMinute();
    for await (const [key, value] of this.host.store.range({ gte: 'cloudwatch/series/', lt: 'cloudwatch/series0' })) {
      const saved = JSON.parse(value) as MetricId & { unit?: string };
      const series = this.seriesOf(saved);
      series.unit ??= saved.unit;
      const range = dataRange(key.slice('cloudwatch/series/'.length), now - this.memoryMinutes, now + 1);
      for await (const [dataKey, data] of this.host.store.range(range)) {
        // Something may have been measured already while the host started.
        const [minute, saved] = [minuteOf(dataKey), JSON.parse(data) as Datapoint];
        const fresh = series.minutes.get(minute);
        series.minutes.set(minute, fresh ? (merge([saved, fresh]) as Datapoint) : saved);
      }
    }
    this.schedulePrune();
  }

  /** Resolves when everything measured so far is on disk. */
  async save(): Promise<void> {
    const writes: StoreWrite[] = [];
    for (const { key, namespace, name, dimensions, unit, minutes, unsaved } of this.series.values()) {
      if (unsaved.size > 0) {
        writes.push({ key: seriesKey(key), value: JSON.stringify({ namespace, name, dimensions, unit }) });
      }
      for (const minute of unsaved) {
        writes.push({ key: dataKey(key, minute), value: JSON.stringify(minutes.get(minute)) });
      }
      unsaved.clear();
      this.dropOld(minutes);
    }
    if (writes.length > 0) await this.host.store.write(writes);
  }

  /** Takes out of memory what is on disk and older than anybody in here looks back. */
  private dropOld(minutes: Map<number, Datapoint>): void {
    const oldest = this.oldestMinute();
    for (const minute of minutes.keys()) if (minute < oldest) minutes.delete(minute);
  }

  private scheduleSave(): void {
    if (this.saving) return;
    this.saving = true;
    const save = (): void => {
      this.saving = false;
      this.inBackground(() => this.save());
    };
    this.host.clock.after(SAVE_MS, save, { background: true });
  }

  private schedulePrune(): void {
    const prune = (): void => {
      this.inBackground(() => this.prune());
      this.schedulePrune();
    };
    this.host.clock.after(PRUNE_MS, prune, { background: true });
  }

  private inBackground(run: () => Promise<void>): void {
    this.host.clock
      .work(run)
      .catch((error: unknown) => this.host.report(`CloudWatch: metrics could not be kept on disk: ${String(error)}`));
  }

  private async prune(): Promise<void> {
    const oldest = this.nowMinute() - KEPT_MINUTES;
    for (const series of this.series.values()) {
      const expired: StoreWrite[] = [];
      for await (const [old] of this.host.store.range(dataRange(series.key, 0, oldest)))
        expired.push({ key: old, value: undefined });
      if (expired.length > 0) await this.host.store.write(expired);
      if (series.unsaved.size === 0) this.dropOld(series.minutes);
      const stored = await this.hasStored(series, oldest);
      // A metric without datapoints that no alarm watches is as if it had never been.
      if (stored || series.minutes.size > 0 || series.watchers.size > 0) continue;
      this.series.delete(series.key);
      await this.host.store.write([{ key: seriesKey(series.key), value: undefined }]);
    }
  }

  private async hasStored({ key }: Series, fromMinute: number): Promise<boolean> {
    for await (const _ of this.host.store.range({ ...dataRange(key, fromMinute, LAST_MINUTE), limit: 1 })) return true;
    return false;
  }

  /** The first minute that stays in memory. */
  private oldestMinute(): number {
    return this.nowMinute() - this.memoryMinutes;
  }

  private nowMinute(): number {
    return Math.floor(this.host.clock.now() / MINUTE_MS);
  }
}

/** Dimensions are a set: their order makes no other metric. */
function keyOf({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = `${namespace}\u0001${name}`;
  for (const dimension of names) key += `\u0001${dimension}=${dimensions[dimension]}`;
  return key;
}

function seriesKey(series: string): string {
  return `cloudwatch/series/${series}`;
}

function dataKey(series: string, minute: number): string {
  return `cloudwatch/data/${series}\u0000${String(Math.max(0, minute)).padStart(9, '0')}`;
}

function dataRange(series: string, fromMinute: number, toMinute: number): { gte: string; lt: string } {
  return { gte: dataKey(series, fromMinute), lt: dataKey(series, toMinute) };
}

function minuteOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('\u0000') + 1));
}
