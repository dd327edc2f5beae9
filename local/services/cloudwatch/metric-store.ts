import type { Host, Measurement } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { dataKey, dataRange, keyOf, LAST_MINUTE, minuteOf, seriesKey } from './metric-keys.ts';
import { addValue, type Datapoint, merge, newDatapoint } from './datapoint.ts';

export const MINUTE_MS = 60_000;

/** What is in memory at least; alarms with longer windows extend it. Older datapoints are read from disk when asked for. */
const MEMORY_MINUTES = 3 * 60;
/** A process that is killed loses the measurements of at most this long: they are no record of orders, only of load. */
const SAVE_MS = 10_000;
/** CloudWatch keeps datapoints of one minute for 15 days. */
const KEPT_MINUTES = 15 * 24 * 60;
const PRUNE_MS = 6 * 60 * MINUTE_MS;
/** For the first time soon after the start: a host on a laptop may never run for six hours. */
const FIRST_PRUNE_MS = MINUTE_MS;

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
  /** The oldest minute on disk; undefined when there is none. */
  storedFrom: number | undefined;
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
    return {
      ...{ key, namespace, name, dimensions, unit: undefined },
      ...{ minutes: new Map(), unsaved: new Set(), watchers: new Set(), storedFrom: undefined },
    };
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
      series.storedFrom = await this.firstStored(series);
      const range = dataRange(key.slice('cloudwatch/series/'.length), now - this.memoryMinutes, now + 1);
      for await (const [dataKey, data] of this.host.store.range(range)) {
        // Something may have been measured already while the host started.
        const [minute, saved] = [minuteOf(dataKey), JSON.parse(data) as Datapoint];
        const fresh = series.minutes.get(minute);
        series.minutes.set(minute, fresh ? (merge([saved, fresh]) as Datapoint) : saved);
      }
    }
    this.schedulePrune(FIRST_PRUNE_MS);
  }

  /** Resolves when everything measured so far is on disk. */
  async save(): Promise<void> {
    const writes: StoreWrite[] = [];
    for (const series of this.series.values()) {
      const { key, namespace, name, dimensions, unit, minutes, unsaved } = series;
      if (unsaved.size > 0) {
        writes.push({ key: seriesKey(key), value: JSON.stringify({ namespace, name, dimensions, unit }) });
      }
      for (const minute of unsaved) {
        writes.push({ key: dataKey(key, minute), value: JSON.stringify(minutes.get(minute)) });
        series.storedFrom = Math.min(series.storedFrom ?? minute, minute);
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
      // Time may move on meanwhile: it need not wait for the disk at every minute that it passes.
      this.save()
        .catch((error: unknown) => this.failed(error))
        .finally(() => {
          this.saving = false;
          if (this.hasUnsaved()) this.scheduleSave();
        });
    };
    this.host.clock.after(SAVE_MS, save, { background: true });
  }

  private hasUnsaved(): boolean {
    for (const { unsaved } of this.series.values()) if (unsaved.size > 0) return true;
    return false;
  }

  private schedulePrune(delayMs = PRUNE_MS): void {
    const prune = (): void => {
      this.host.clock.work(() => this.prune()).catch((error: unknown) => this.failed(error));
      this.schedulePrune();
    };
    this.host.clock.after(delayMs, prune, { background: true });
  }

  private failed(error: unknown): void {
    this.host.report(`CloudWatch: metrics could not be kept on disk: ${String(error)}`);
  }

  private async prune(): Promise<void> {
    const oldest = this.nowMinute() - KEPT_MINUTES;
    for (const series of this.series.values()) {
      if (series.storedFrom !== undefined && series.storedFrom < oldest) await this.deleteBefore(series, oldest);
      if (series.unsaved.size === 0) this.dropOld(series.minutes);
      // A metric without datapoints that no alarm watches is as if it had never been.
      if (series.storedFrom !== undefined || series.minutes.size > 0 || series.watchers.size > 0) continue;
      this.series.delete(series.key);
      await this.host.store.write([{ key: seriesKey(series.key), value: undefined }]);
    }
  }

  private async deleteBefore(series: Series, minute: number): Promise<void> {
    const expired: StoreWrite[] = [];
    for await (const [key] of this.host.store.range(dataRange(series.key, 0, minute)))
      expired.push({ key, value: undefined });
    await this.host.store.write(expired);
    series.storedFrom = await this.firstStored(series);
  }

  private async firstStored({ key }: Series): Promise<number | undefined> {
    for await (const [first] of this.host.store.range({ ...dataRange(key, 0, LAST_MINUTE), limit: 1 }))
      return minuteOf(first);
    return undefined;
  }

  /** The first minute that stays in memory. */
  private oldestMinute(): number {
    return this.nowMinute() - this.memoryMinutes;
  }

  private nowMinute(): number {
    return Math.floor(this.host.clock.now() / MINUTE_MS);
  }
}
