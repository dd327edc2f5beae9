import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { type Dimension, dimensionRecord } from './alarm-configuration.ts';
import { addValue } from './datapoint.ts';
import { toMs } from './get-metric-data.ts';
import type { MetricStore } from './metric-store.ts';

interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Timestamp?: unknown;
  readonly Value?: number;
  readonly Values?: readonly number[];
  readonly Counts?: readonly number[];
  readonly StatisticValues?: { SampleCount: number; Sum: number; Minimum: number; Maximum: number };
  readonly Unit?: string;
}

export interface PutMetricDataInput {
  readonly Namespace: string;
  readonly MetricData?: readonly MetricDatum[];
}

/** Adds measurements of clients, at the time that they say or now. */
export function putMetricData(
  host: Host,
  metrics: MetricStore,
  { Namespace, MetricData = [], ...others }: PutMetricDataInput,
): void {
  refuseEntities(others);
  check(Namespace, MetricData, host.clock.now());
  for (const datum of MetricData) {
    const { MetricName: name, Dimensions, Timestamp, Value, Values = [], Counts, StatisticValues, Unit } = datum;
    const series = metrics.seriesOf({ namespace: Namespace, name, dimensions: dimensionRecord(Dimensions) });
    series.unit = Unit ?? series.unit;
    const datapoint = metrics.datapoint(
      series,
      Timestamp === undefined ? host.clock.now() : toMs(Timestamp, 'Timestamp'),
    );
    if (Value !== undefined) addValue(datapoint, Value);
    Values.forEach((value, index) => addValue(datapoint, value, Counts?.[index] ?? 1));
    if (StatisticValues) {
      const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
      addValue(datapoint, Sum / SampleCount, SampleCount);
      datapoint.minimum = Math.min(datapoint.minimum, Minimum);
      datapoint.maximum = Math.max(datapoint.maximum, Maximum);
    }
    for (const wake of series.watchers) wake();
  }
}

/** Limits of one call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MOST_METRICS = 1000;
const MOST_VALUES = 150;
const MOST_DIMENSIONS = 30;
const OLDEST_MS = 14 * 24 * 60 * 60 * 1000;
const NEWEST_MS = 2 * 60 * 60 * 1000;

function check(namespace: string | undefined, data: readonly MetricDatum[], nowMs: number): void {
  if (!namespace) throw invalid('MissingParameter', 'The parameter Namespace is required.');
  if (namespace.startsWith('AWS/'))
    throw invalid('InvalidParameterValue', 'The value AWS/ for parameter Namespace is invalid.');
  if (data.length > MOST_METRICS) {
    throw invalid(
      'InvalidParameterValue',
      `The collection MetricData must not have more than ${MOST_METRICS} members.`,
    );
  }
  data.forEach((datum, index) => checkDatum(datum, `MetricData.member.${index + 1}`, nowMs));
}

function checkDatum(datum: MetricDatum, at: string, nowMs: number): void {
  const { MetricName, Dimensions = [], Value, Values, Counts, StatisticValues, Timestamp } = datum;
  if (!MetricName) throw invalid('MissingParameter', `The parameter ${at}.MetricName is required.`);
  if (Value === undefined && !Values && !StatisticValues) {
    throw invalid(
      'MissingParameter',
      `At least one of the parameters ${at}.Value, .Values and .StatisticValues is required.`,
    );
  }
  if (Dimensions.length > MOST_DIMENSIONS) {
    throw invalid(
      'InvalidParameterValue',
      `The collection ${at}.Dimensions must not have more than ${MOST_DIMENSIONS} members.`,
    );
  }
  if ((Values?.length ?? 0) > MOST_VALUES || (Counts && Counts.length !== Values?.length)) {
    throw invalid(
      'InvalidParameterValue',
      `${at}.Values has at most ${MOST_VALUES} members, and as many as ${at}.Counts.`,
    );
  }
  if ([Value ?? 0, ...(Values ?? [])].some((value) => !Number.isFinite(value))) {
    throw invalid('InvalidParameterValue', `The value of ${at} must be a finite number.`);
  }
  const atMs = Timestamp === undefined ? nowMs : toMs(Timestamp, `${at}.Timestamp`);
  if (atMs < nowMs - OLDEST_MS || atMs > nowMs + NEWEST_MS) {
    throw invalid('InvalidParameterValue', `${at}.Timestamp must be within two weeks before and two hours after now.`);
  }
}

function refuseEntities(members: object): void {
  const [first] = Object.keys(members);
  if (first !== undefined) throw notServed(`${first} of PutMetricData`);
}

function invalid(code: string, message: string): AwsError {
  return new AwsError(code, message);
}
