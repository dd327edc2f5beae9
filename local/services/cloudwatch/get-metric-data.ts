import { AwsError, notServed } from '../../aws-error.ts';
import { type MetricQuery, type Dimension, dimensionRecord } from './alarm-configuration.ts';
import { compileStatistic, type Datapoint, merge } from './datapoint.ts';
import { compileMath, type MathScope, type TimeSeries } from './metric-math.ts';
import { MINUTE_MS, type MetricStore, type Series } from './metric-store.ts';

export interface GetMetricDataInput {
  readonly MetricDataQueries: readonly MetricQuery[];
  readonly StartTime: unknown;
  readonly EndTime: unknown;
  readonly ScanBy?: 'TimestampAscending' | 'TimestampDescending';
  readonly MaxDatapoints?: number;
  readonly NextToken?: string;
}

/** Of one call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;

/** Values and metric math over a span of time. */
export async function getMetricData(metrics: MetricStore, input: GetMetricDataInput): Promise<object> {
  const { MetricDataQueries: queries, ScanBy = 'TimestampDescending' } = input;
  checkQueries(queries);
  if (Object.hasOwn(input, 'LabelOptions')) throw notServed('LabelOptions of GetMetricData');
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
    periodMinutes,
    series: (id) => known.get(id) ?? expressions.get(id)?.(scope) ?? missing(id),
  };
  const results = queries
    .filter(({ ReturnData }) => ReturnData !== false)
    .map(({ Id, Label, MetricStat }): FoundSeries => {
      const points = [...scope.series(Id)].sort(([left], [right]) =>
        ScanBy === 'TimestampAscending' ? left - right : right - left,
      );
      return { Id, Label: Label ?? MetricStat?.Metric.MetricName ?? Id, points };
    });
  return { ...pageOfResults(results, input), Messages: [] };
}

interface FoundSeries {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly (readonly [minute: number, value: number])[];
}

/** Datapoints are counted over all results; a page may end within one, which then has `PartialData`. */
function pageOfResults(
  results: readonly FoundSeries[],
  { MaxDatapoints = MOST_DATAPOINTS, NextToken }: GetMetricDataInput,
): object {
  const from = Number(NextToken ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidNextToken', 'The next token is not valid.');
  let [seen, left] = [0, Math.min(MaxDatapoints, MOST_DATAPOINTS)];
  const page = results.flatMap(({ Id, Label, points }) => {
    const start = Math.min(Math.max(from - seen, 0), points.length);
    const shown = points.slice(start, start + left);
    seen += points.length;
    left -= shown.length;
    const complete = start + shown.length === points.length;
    // Told in full on an earlier page, or for a later one.
    if (shown.length === 0 && points.length > 0) return [];
    return {
      Id,
      Label,
      Timestamps: shown.map(([minute]) => (minute * MINUTE_MS) / 1000),
      Values: shown.map(([, value]) => value),
      StatusCode: complete ? 'Complete' : 'PartialData',
    };
  });
  const next = from + page.reduce((count, { Values }) => count + Values.length, 0);
  return { MetricDataResults: page, ...(next < seen && { NextToken: String(next) }) };
}

function checkQueries(queries: readonly MetricQuery[]): void {
  if (queries.length > MOST_QUERIES) {
    throw new AwsError(
      'ValidationError',
      `The collection MetricDataQueries must not have more than ${MOST_QUERIES} members.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id, Label, Expression, MetricStat } of queries) {
    if (!/^[a-z]\w*$/.test(Id))
      throw new AwsError('ValidationError', `The value ${Id} for Id must begin with a lowercase letter.`);
    if (ids.has(Id)) throw new AwsError('ValidationError', `The Id ${Id} is given more than once.`);
    if ((Expression === undefined) === (MetricStat === undefined)) {
      throw new AwsError('ValidationError', `${Id} must have exactly one of Expression and MetricStat.`);
    }
    if (Label?.includes('${')) throw notServed('dynamic labels of GetMetricData');
    ids.add(Id);
  }
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
  checkStatistics(input, Statistics.length + ExtendedStatistics.length);
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

/** What GetMetricStatistics gives at most; GetMetricData gives more, in pages. */
const MOST_STATISTICS = 1440;

function checkStatistics(input: GetMetricStatisticsInput, statistics: number): void {
  if (statistics === 0) {
    throw new AwsError('InvalidParameterCombination', 'Must specify either Statistics or ExtendedStatistics');
  }
  const datapoints = (toMs(input.EndTime, 'EndTime') - toMs(input.StartTime, 'StartTime')) / 1000 / input.Period;
  if (datapoints <= MOST_STATISTICS) return;
  throw new AwsError(
    'InvalidParameterCombination',
    `You have requested up to ${Math.ceil(datapoints)} datapoints, which exceeds the limit of ${MOST_STATISTICS}. ` +
      'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  );
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
  if (toMs(StartTime, 'StartTime') >= toMs(EndTime, 'EndTime')) {
    throw new AwsError('InvalidParameterValue', 'The parameter StartTime must be less than the parameter EndTime.');
  }
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
