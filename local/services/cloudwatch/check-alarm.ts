import { AwsError, notServed } from '../../aws-error.ts';
import { ACTION } from './alarm-actions.ts';
import { type AlarmConfiguration, type AlarmSettings, metricsOf, periodOf } from './alarm-configuration.ts';
import { COMPARISON_OPERATORS } from './alarm-evaluation.ts';

const HOUR_S = 3600;
const DAY_S = 86_400;
const WEEK_S = 604_800;

/** What PutMetricAlarm and PutCompositeAlarm ask of every alarm. Throws ValidationError. */
export function checkSettings({ AlarmName, OKActions, AlarmActions, InsufficientDataActions }: AlarmSettings): void {
  if (typeof AlarmName !== 'string' || AlarmName === '' || AlarmName.length > 255) {
    throw invalid('AlarmName must have 1 to 255 characters.');
  }
  for (const actions of [OKActions, AlarmActions, InsufficientDataActions]) {
    if (actions === undefined) continue;
    if (actions.length > 5) throw invalid('An alarm has at most 5 actions for each state.');
    const unserved = actions.find((action) => !ACTION.test(action));
    if (unserved !== undefined) throw notServed(`the action ${unserved} of an alarm (but SNS topics and functions)`);
  }
}

/** What PutMetricAlarm asks besides. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export function checkAlarm(alarm: AlarmConfiguration): void {
  checkSettings(alarm);
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold, ComparisonOperator } = alarm;
  if ((alarm as { ThresholdMetricId?: string }).ThresholdMetricId !== undefined) throw notServed('anomaly detection');
  if (!COMPARISON_OPERATORS.includes(ComparisonOperator)) {
    throw notServed(`the ComparisonOperator ${ComparisonOperator} of alarms`);
  }
  if (!Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1)
    throw invalid('EvaluationPeriods must be at least 1.');
  if (!(DatapointsToAlarm >= 1 && DatapointsToAlarm <= EvaluationPeriods)) {
    throw invalid('DatapointsToAlarm must be from 1 to EvaluationPeriods.');
  }
  if (typeof Threshold !== 'number') throw invalid('Threshold is required for alarms on a static threshold.');
  checkMetric(alarm);
  const longest = periodOf(alarm) < HOUR_S ? DAY_S : WEEK_S;
  if (periodOf(alarm) * EvaluationPeriods > longest) {
    throw invalid(
      `Metrics cannot be checked across more than ${longest} seconds (EvaluationPeriods * Period must be <= it).`,
    );
  }
}

function checkMetric(alarm: AlarmConfiguration): void {
  const { Metrics, MetricName, Namespace, Statistic, ExtendedStatistic, Period } = alarm;
  if (!Metrics) {
    if (MetricName === undefined || Namespace === undefined || Period === undefined) {
      throw invalid(
        'An alarm on a metric needs its Namespace, its MetricName and a Period; one on an expression, Metrics.',
      );
    }
    if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
      throw invalid('Exactly one of Statistic and ExtendedStatistic must be given.');
    }
  } else if (MetricName !== undefined || Namespace !== undefined) {
    throw invalid('MetricName and Namespace cannot be given together with Metrics.');
  }
  const subMinute = metricsOf(alarm).find(({ MetricStat }) => MetricStat && MetricStat.Period % 60 !== 0);
  if (subMinute) throw notServed(`alarm periods below a minute (${subMinute.MetricStat?.Period} s)`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
