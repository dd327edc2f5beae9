import type { MissingData } from './alarm-evaluation.ts';

/** One metric of an alarm or of GetMetricData, or an expression over others. */
export interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Label?: string;
  readonly Period?: number;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly Dimension[];
    };
    readonly Period: number;
    readonly Stat: string;
    readonly Unit?: string;
  };
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What metric alarms and composite ones have in common. */
export interface AlarmSettings {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly ActionsEnabled?: boolean;
  readonly OKActions?: readonly string[];
  readonly AlarmActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
}

/** An alarm in the words of PutMetricAlarm, which are CloudFormation's too. */
export interface AlarmConfiguration extends AlarmSettings {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: number;
  readonly Unit?: string;
  readonly Metrics?: readonly MetricQuery[];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData?: MissingData;
  readonly EvaluateLowSampleCountPercentile?: string;
}

/** The metrics of an alarm in one form, whether it has one metric or an expression. */
export function metricsOf(alarm: AlarmConfiguration): readonly MetricQuery[] {
  if (alarm.Metrics) return alarm.Metrics;
  return [
    {
      Id: 'm1',
      ReturnData: true,
      MetricStat: {
        Metric: {
          Namespace: alarm.Namespace ?? '',
          MetricName: alarm.MetricName ?? '',
          Dimensions: alarm.Dimensions ?? [],
        },
        Period: alarm.Period ?? 60,
        Stat: alarm.ExtendedStatistic ?? alarm.Statistic ?? 'Average',
      },
    },
  ];
}

/** Seconds. Of an expression: its own or that of its metrics, which are all the same. */
export function periodOf(alarm: AlarmConfiguration): number {
  const metrics = metricsOf(alarm);
  return (
    metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ??
    metrics.find(({ Period }) => Period)?.Period ??
    60
  );
}

export function dimensionRecord(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
}
