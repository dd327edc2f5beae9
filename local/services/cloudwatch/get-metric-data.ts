import { AwsError } from '../../aws-error.ts';
import { type MetricQuery, type Dimension, dimensionRecord } from './alarm-configuration.ts';
import { compileStatistic, type Datapoint, merge } from './datapoint.ts';
import { compileMath, type MathScope, type TimeSeries } from './metric-math.ts';
import { MINUTE_MS, type MetricStore, type Series } from './metric-store.ts';

export interface GetMetricDataInput {
  readonly MetricDataQueries: readonly MetricQuery[];
  readonly StartTime: unknown;
  readonly EndTime: unknown;
  readonly ScanBy?: 'TimestampAscending' | 'TimestampDescending';
}

/** Values and metric math over a span of time. Results come in one page. */
export async function getMetricData(metrics: MetricStore, input: GetMetricDataInput): Promise<object> {
  const { MetricDataQueries: queries, ScanBy = 'TimestampDescending' } = input;
  const periodMinutes = minutes(
    queries.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? queries[0]?.Period ?? 60,
  );
  const span = toSpan(input, periodMinutes);
  const known = new Map<string, TimeSeries>();
  for (const { Id, MetricStat } of queries) {
    if (!MetricStat) continue;
    const { Namespace: namespace, MetricName: name, Dimensions } = MetricStat.Metric;
    const series = metrics.lookUp({ namespace, name, dimensions: dimensionRecord(Dimensions) });
    const own = minutes(MetricStat.Period);
    const statistic = compileStatistic(MetricStat.Stat);
    const periods = await readPeriods(metrics, series, toSpan(input, own), own);
    known.set(Id, new Map([...periods].map(([period, datapoint]) => [period, statistic(datapoint)])));
  }
  const expressions = new Map(
    queries.flatMap(({ Id, Expression }) => (Expression ? [[Id, compileMath(Expression)]] : [])),
  );
  const scope: MathScope = {
    periods: Array.from(
      { length: (span.to - span.from) / periodMinutes },
      (_, index) => span.from + index * periodMinutes,
    ),
    ids: [...known.keys()],
    series: (id) => known.get(id) ?? expressions.get(id)?.(scope) ?? missing(id),
  };
  const results = queries.filter(({ ReturnData }) => ReturnData !== false);
  return {
    MetricDataResults: results.map(({ Id, Label, MetricStat }) => {
      const points = [...scope.series(Id)].sort(([left], [right]) =>
        ScanBy === 'TimestampAscending' ? left - right : right - left,
      );
      return {
        Id,
        Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
        Timestamps: points.map(([minute]) => (minute * MINUTE_MS) / 1000),
        Values: points.map(([, value]) => value),
        StatusCode: 'Complete',
      };
    }),
    Messages: [],
  };
}

export interface GetMetricStatisticsInput {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[];
  readonly StartTime: unknown;
  readonly EndTime: unknown;
  readonly Period: number;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
}

export async function getMetricStatistics(metrics: MetricStore, input: GetMetricStatisticsInput): Promise<object> {
  const { Namespace, MetricName, Dimensions, Statistics = [], ExtendedStatistics = [] } = input;
  const series = metrics.lookUp({ namespace: Namespace, name: MetricName, dimensions: dimensionRecord(Dimensions) });
  const periodMinutes = minutes(input.Period);
  const periods = await readPeriods(metrics, series, toSpan(input, periodMinutes), periodMinutes);
  const plain = Statistics.map((name) => [name, compileStatistic(name)] as const);
  const extended = ExtendedStatistics.map((name) => [name, compileStatistic(name)] as const);
  return {
    Label: MetricName,
    Datapoints: [...periods].map(([minute, datapoint]) => ({
      Timestamp: (minute * MINUTE_MS) / 1000,
      ...Object.fromEntries(plain.map(([name, statistic]) => [name, statistic(datapoint)])),
      ...(extended.length > 0 && {
        ExtendedStatistics: Object.fromEntries(extended.map(([name, statistic]) => [name, statistic(datapoint)])),
      }),
      Unit: series.unit ?? 'None',
    })),
  };
}

/** Datapoints by the first minute of their period; periods without data are left out. */
async function readPeriods(
  metrics: MetricStore,
  series: Series,
  { from, to }: { from: number; to: number },
  periodMinutes: number,
): Promise<Map<number, Datapoint>> {
  const byMinute = await metrics.read(series, from, to);
  const byPeriod = new Map<number, Datapoint[]>();
  for (const [minute, datapoint] of [...byMinute].sort(([left], [right]) => left - right)) {
    const period = minute - (minute % periodMinutes);
    byPeriod.set(period, [...(byPeriod.get(period) ?? []), datapoint]);
  }
  return new Map([...byPeriod].map(([period, datapoints]) => [period, merge(datapoints) as Datapoint]));
}

/** Minutes of the epoch; the start is rounded down to a period and the end up. */
function toSpan(
  { StartTime, EndTime }: { StartTime: unknown; EndTime: unknown },
  periodMinutes: number,
): { from: number; to: number } {
  const round = (ms: number, how: (value: number) => number): number =>
    how(ms / MINUTE_MS / periodMinutes) * periodMinutes;
  return { from: round(toMs(StartTime, 'StartTime'), Math.floor), to: round(toMs(EndTime, 'EndTime'), Math.ceil) };
}

/** Epoch seconds in the JSON protocol, ISO 8601 in the query protocol. */
export function toMs(value: unknown, name: string): number {
  const ms = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (Number.isNaN(ms)) throw new AwsError('InvalidParameterValue', `The parameter ${name} must be a timestamp.`);
  return ms;
}

function minutes(periodSeconds: number): number {
  if (periodSeconds % 60 !== 0) {
    throw new AwsError(
      'InvalidParameterValue',
      'The local host keeps datapoints of one minute: Period is a multiple of 60.',
    );
  }
  return periodSeconds / 60;
}

function missing(id: string): never {
  throw new AwsError('ValidationError', `The metric data query refers to ${id}, which does not exist.`);
}
