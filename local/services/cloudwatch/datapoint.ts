import { AwsError } from '../../aws-error.ts';

/**
 * What was measured in one minute. Percentiles come from counts of values in buckets 2 % wide, which keeps a minute small
 * however much was measured: their error is at most 1 %.
 */
export interface Datapoint {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  readonly buckets: Record<string, number>;
}

const BUCKET_RATIO = Math.log(1.02);
const ZERO_BUCKET = 'zero';

export function newDatapoint(): Datapoint {
  return { count: 0, sum: 0, minimum: Infinity, maximum: -Infinity, buckets: {} };
}

export function addValue(datapoint: Datapoint, value: number, count = 1): void {
  datapoint.count += count;
  datapoint.sum += value * count;
  if (value < datapoint.minimum) datapoint.minimum = value;
  if (value > datapoint.maximum) datapoint.maximum = value;
  const bucket = bucketOf(value);
  datapoint.buckets[bucket] = (datapoint.buckets[bucket] ?? 0) + count;
}

export function merge(datapoints: readonly Datapoint[]): Datapoint | undefined {
  if (datapoints.length === 0) return undefined;
  const [only] = datapoints;
  if (datapoints.length === 1 && only) return only;
  const merged = newDatapoint();
  for (const { count, sum, minimum, maximum, buckets } of datapoints) {
    merged.count += count;
    merged.sum += sum;
    merged.minimum = Math.min(merged.minimum, minimum);
    merged.maximum = Math.max(merged.maximum, maximum);
    for (const [bucket, times] of Object.entries(buckets))
      merged.buckets[bucket] = (merged.buckets[bucket] ?? 0) + times;
  }
  return merged;
}

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/i;

export type Statistic = (datapoint: Datapoint) => number;

/** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p95`. */
export function compileStatistic(name: string): Statistic {
  switch (name) {
    case 'Sum':
      return ({ sum }) => sum;
    case 'Average':
      return ({ sum, count }) => sum / count;
    case 'Minimum':
      return ({ minimum }) => minimum;
    case 'Maximum':
      return ({ maximum }) => maximum;
    case 'SampleCount':
      return ({ count }) => count;
    default: {
      const [, percent] = PERCENTILE.exec(name) ?? [];
      if (percent !== undefined) return (datapoint) => percentile(datapoint, Number(percent) / 100);
      throw new AwsError(
        'InvalidParameterValue',
        `The value ${name} for the statistic is not supported by the local host.`,
      );
    }
  }
}

function percentile(datapoint: Datapoint, share: number): number {
  const { count, minimum, maximum, buckets } = datapoint;
  const rank = Math.max(1, Math.ceil(share * count));
  const values = Object.entries(buckets)
    .map(([bucket, times]) => ({ value: valueOf(bucket), times }))
    .sort((left, right) => left.value - right.value);
  let seen = 0;
  for (const { value, times } of values) {
    seen += times;
    if (seen >= rank) return Math.min(Math.max(value, minimum), maximum);
  }
  return maximum;
}

function bucketOf(value: number): string {
  if (value === 0) return ZERO_BUCKET;
  return (value < 0 ? '-' : '+') + Math.round(Math.log(Math.abs(value)) / BUCKET_RATIO);
}

function valueOf(bucket: string): number {
  if (bucket === ZERO_BUCKET) return 0;
  return (bucket.startsWith('-') ? -1 : 1) * Math.exp(Number(bucket.slice(1)) * BUCKET_RATIO);
}
