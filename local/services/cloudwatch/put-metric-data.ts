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
  { Namespace, MetricData = [] }: PutMetricDataInput,
): void {
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
