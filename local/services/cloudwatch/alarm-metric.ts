import { AwsError } from '../../aws-error.ts';
import { type AlarmConfiguration, dimensionRecord, metricsOf, periodOf } from './alarm-configuration.ts';
import { compileStatistic, merge, type Statistic } from './datapoint.ts';
import { compileMath, type MathScope, type TimeSeries } from './metric-math.ts';
import { MINUTE_MS, type MetricStore, type Series } from './metric-store.ts';

interface Source {
  readonly series: Series;
  readonly statistic: Statistic;
  /** Of a percentile: fewer measurements in a period are no statistic. */
  readonly leastCount: number;
}

/** What an alarm watches, compiled: reads its datapoints of the latest periods from memory. */
export class AlarmMetric {
  private readonly metrics: MetricStore;
  private readonly sources = new Map<string, Source>();
  private readonly expressions = new Map<string, (scope: MathScope) => TimeSeries>();
  private readonly resultId: string;
  readonly periodMinutes: number;

  constructor(metrics: MetricStore, alarm: AlarmConfiguration) {
    this.metrics = metrics;
    const periodMs = periodOf(alarm) * 1000;
    if (periodMs % MINUTE_MS !== 0) {
      throw new AwsError('ValidationError', 'The local host serves alarm periods that are a multiple of 60 seconds.');
    }
    this.periodMinutes = periodMs / MINUTE_MS;
    const all = metricsOf(alarm);
    for (const { Id, Expression, MetricStat } of all) {
      if (Expression !== undefined) this.expressions.set(Id, compileMath(Expression));
      if (!MetricStat) continue;
      const { Namespace: namespace, MetricName: name, Dimensions } = MetricStat.Metric;
      const series = metrics.seriesOf({ namespace, name, dimensions: dimensionRecord(Dimensions) });
      this.sources.set(Id, {
        series,
        statistic: compileStatistic(MetricStat.Stat),
        leastCount: leastCount(MetricStat.Stat),
      });
    }
    const results = all.filter(({ ReturnData }) => ReturnData !== false);
    const [result] = results;
    if (!result || results.length > 1) {
      throw new AwsError('ValidationError', `Exactly one element of Metrics of ${alarm.AlarmName} returns data.`);
    }
    this.resultId = result.Id;
  }

  /** Calls `wake` whenever something is measured that the alarm watches. */
  watch(wake: () => void): void {
    for (const { series } of this.sources.values()) series.watchers.add(wake);
  }

  unwatch(wake: () => void): void {
    for (const { series } of this.sources.values()) series.watchers.delete(wake);
  }

  /** Values of the `count` periods that end at `endMinute`, newest last; undefined where there is no data. */
  values(endMinute: number, count: number): (number | undefined)[] {
    const periods = Array.from({ length: count }, (_, index) => endMinute - (count - index) * this.periodMinutes);
    const scope: MathScope = {
      periods,
      periodMinutes: this.periodMinutes,
      ids: [...this.sources.keys()],
      series: (id) => this.seriesValues(id, scope),
    };
    const values = this.seriesValues(this.resultId, scope);
    return periods.map((period) => values.get(period));
  }

  /** Whether anything at all was measured in those periods. */
  hasData(endMinute: number, count: number): boolean {
    const fromMinute = endMinute - count * this.periodMinutes;
    return [...this.sources.values()].some(
      ({ series }) => this.metrics.recent(series, fromMinute, endMinute).length > 0,
    );
  }

  /** Whether a period has measurements, but too few of them for the percentile that is watched. */
  hasLowCount(endMinute: number, count: number): boolean {
    return Array.from({ length: count }, (_, index) => endMinute - (index + 1) * this.periodMinutes).some((period) =>
      [...this.sources.values()].some(({ series, leastCount: least }) => {
        const datapoint = merge(this.metrics.recent(series, period, period + this.periodMinutes));
        return datapoint !== undefined && datapoint.count < least;
      }),
    );
  }

  private seriesValues(id: string, scope: MathScope): TimeSeries {
    const expression = this.expressions.get(id);
    if (expression) return expression(scope);
    const source = this.sources.get(id);
    if (!source)
      throw new AwsError('ValidationError', `The metric math expression refers to ${id}, which does not exist.`);
    const values = new Map<number, number>();
    for (const period of scope.periods) {
      const datapoint = merge(this.metrics.recent(source.series, period, period + this.periodMinutes));
      if (datapoint) values.set(period, source.statistic(datapoint));
    }
    return values;
  }
}

/**
 * How many measurements a percentile needs to be one: 10 / (1 - percentile), or 10 / percentile below the median.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 */
function leastCount(statistic: string): number {
  const [, percent] = /^p(.+)$/.exec(statistic) ?? [];
  if (percent === undefined) return 0;
  const share = Number(percent) / 100;
  // Rounded, since 1 - 0.9 is not quite a tenth.
  return Math.round(10 / (share >= 0.5 ? 1 - share : share));
}
