import type { AlarmStatus, AnyAlarm } from './alarm.ts';
import { type AlarmConfiguration, dimensionRecord, metricsOf } from './alarm-configuration.ts';
import { awsTime } from './alarm-reason.ts';

/**
 * What CloudWatch says of a change of state to EventBridge, and in nearly the same form to Lambda functions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function describeChange(alarm: AnyAlarm, before: AlarmStatus): object {
  return {
    alarmName: alarm.configuration.AlarmName,
    state: stateOf(alarm.status),
    previousState: stateOf(before),
    configuration: configurationOf(alarm),
  };
}

/** `alarmData` of the event that an alarm sends to a function. */
export function functionEvent(
  alarm: AnyAlarm,
  before: AlarmStatus,
  account: { accountId: string; region: string },
): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: account.accountId,
    time: awsTime(alarm.status.stateUpdatedMs),
    region: account.region,
    alarmData: describeChange(alarm, before),
  };
}

function stateOf({ state, reason, reasonData, stateUpdatedMs }: AlarmStatus): object {
  return { value: state, reason, ...(reasonData !== undefined && { reasonData }), timestamp: awsTime(stateUpdatedMs) };
}

function configurationOf({ type, configuration }: AnyAlarm): object {
  const { AlarmDescription: description } = configuration;
  const described = description === undefined ? {} : { description };
  if (type === 'CompositeAlarm') {
    const composite = configuration as unknown as Record<string, unknown>;
    const members = [
      'AlarmRule',
      'ActionsSuppressor',
      'ActionsSuppressorWaitPeriod',
      'ActionsSuppressorExtensionPeriod',
    ];
    const said = members.filter((name) => composite[name] !== undefined);
    const lowered = said.map((name) => [name.charAt(0).toLowerCase() + name.slice(1), composite[name]]);
    return { ...described, ...(Object.fromEntries(lowered) as object) };
  }
  const metrics = metricsOf(configuration as AlarmConfiguration).map(
    ({ Id, Expression, Label, MetricStat, ReturnData = true }) => ({
      id: Id,
      ...(Expression !== undefined && { expression: Expression }),
      ...(Label !== undefined && { label: Label }),
      ...(MetricStat && {
        metricStat: {
          metric: {
            namespace: MetricStat.Metric.Namespace,
            name: MetricStat.Metric.MetricName,
            dimensions: dimensionRecord(MetricStat.Metric.Dimensions),
          },
          period: MetricStat.Period,
          stat: MetricStat.Stat,
        },
      }),
      returnData: ReturnData,
    }),
  );
  return { ...described, metrics };
}
