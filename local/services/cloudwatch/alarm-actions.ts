import type { Host } from '../../aws-service.ts';
import { actionsEnabled, type AlarmStatus, type AnyAlarm } from './alarm.ts';
import { type AlarmConfiguration, metricsOf } from './alarm-configuration.ts';
import { describeChange, functionEvent } from './alarm-event.ts';
import type { AlarmState } from './alarm-evaluation.ts';
import type { AlarmHistory } from './alarm-history.ts';
import { awsTime } from './alarm-reason.ts';

/** How messages name the region that the host is. */
const REGION_NAMES: Record<string, string> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-central-1': 'EU (Frankfurt)',
};

/** What alarms can do here; other actions (EC2, Auto Scaling, Systems Manager) are refused. */
export const ACTION = /^arn:aws:(sns|lambda):/;

/** Tells the default bus, and the topics and functions of an alarm, that its state has changed. */
export class AlarmActions {
  private readonly host: Host;
  private readonly history: AlarmHistory;

  constructor(host: Host, history: AlarmHistory) {
    this.host = host;
    this.history = history;
  }

  /** The event that every change makes, whatever becomes of the actions. CloudWatch does its best to deliver it, once. */
  async announce(alarm: AnyAlarm, before: AlarmStatus): Promise<void> {
    const entry = {
      Source: 'aws.cloudwatch',
      DetailType: 'CloudWatch Alarm State Change',
      Resources: [alarm.arn],
      Detail: JSON.stringify(describeChange(alarm, before)),
    };
    const principal = { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn } as const;
    try {
      await this.host.call('events', 'PutEvents', { Entries: [entry] }, principal);
    } catch (error) {
      this.host.report(`CloudWatch: a change of ${alarm.configuration.AlarmName} is no event: ${String(error)}`);
    }
  }

  async perform(alarm: AnyAlarm, before: AlarmState): Promise<void> {
    const { configuration, status } = alarm;
    if (!actionsEnabled(alarm)) return;
    const actions = {
      OK: configuration.OKActions,
      ALARM: configuration.AlarmActions,
      INSUFFICIENT_DATA: configuration.InsufficientDataActions,
    }[status.state];
    for (const action of actions ?? []) {
      const failure = await this.act(alarm, before, action);
      if (failure !== undefined) {
        this.host.report(`CloudWatch: the alarm ${configuration.AlarmName} could not reach ${action}: ${failure}`);
      }
      await this.history.actionTaken(alarm, action, failure);
    }
  }

  /** Resolves with why it failed, if it did: an action that fails does not hold up the others. */
  private async act(alarm: AnyAlarm, before: AlarmState, action: string): Promise<string | undefined> {
    try {
      await (action.startsWith('arn:aws:lambda:')
        ? this.invoke(alarm, before, action)
        : this.publish(alarm, before, action));
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  private async publish(alarm: AnyAlarm, before: AlarmState, topicArn: string): Promise<void> {
    const principal = { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn } as const;
    const { AlarmName } = alarm.configuration;
    const input = {
      TopicArn: topicArn,
      // SNS takes subjects of up to 100 characters.
      Subject: `${alarm.status.state}: "${AlarmName}" in ${this.regionName}`.slice(0, 100),
      Message: JSON.stringify(this.message(alarm, before)),
    };
    await this.host.call('sns', 'Publish', input, principal);
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
  private async invoke(alarm: AnyAlarm, before: AlarmState, functionArn: string): Promise<void> {
    const service = 'lambda.alarms.cloudwatch.amazonaws.com';
    const principal = { kind: 'service', service, sourceArn: alarm.arn } as const;
    const Payload = JSON.stringify(functionEvent(alarm, { ...alarm.status, state: before }, this.host));
    await this.host.call(
      'lambda',
      'Invoke',
      { FunctionName: functionArn, InvocationType: 'Event', Payload },
      principal,
    );
  }

  private get regionName(): string {
    return REGION_NAMES[this.host.region] ?? this.host.region;
  }

  private message({ type, arn, configuration, status }: AnyAlarm, before: AlarmState): object {
    return {
      AlarmName: configuration.AlarmName,
      AlarmDescription: configuration.AlarmDescription ?? null,
      AWSAccountId: this.host.accountId,
      AlarmConfigurationUpdatedTimestamp: awsTime(status.configuredMs),
      NewStateValue: status.state,
      NewStateReason: status.reason,
      StateChangeTime: awsTime(status.stateUpdatedMs),
      Region: this.regionName,
      AlarmArn: arn,
      OldStateValue: before,
      OKActions: configuration.OKActions ?? [],
      AlarmActions: configuration.AlarmActions ?? [],
      InsufficientDataActions: configuration.InsufficientDataActions ?? [],
      ...(type === 'MetricAlarm'
        ? { Trigger: trigger(configuration as AlarmConfiguration) }
        : compositeTrigger(configuration, status)),
    };
  }
}

/** The rule, and the alarms whose change changed it. */
function compositeTrigger(configuration: AnyAlarm['configuration'], { reasonData }: AlarmStatus): object {
  const { AlarmRule } = configuration as { AlarmRule?: string };
  const { triggeringAlarms = [] } = JSON.parse(reasonData ?? '{}') as {
    triggeringAlarms?: { arn: string; state: { value: string; timestamp: string } }[];
  };
  const TriggeringChildren = triggeringAlarms.map(({ arn, state }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }));
  return { AlarmRule, TriggeringChildren };
}

function trigger(alarm: AlarmConfiguration): object {
  const common = {
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? '',
  };
  if (alarm.Metrics) return { ...common, Metrics: metricsOf(alarm) };
  return {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    ...(alarm.ExtendedStatistic === undefined
      ? { StatisticType: 'Statistic', Statistic: alarm.Statistic?.toUpperCase() }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: alarm.ExtendedStatistic }),
    Unit: alarm.Unit ?? null,
    Dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: alarm.Period,
    ...common,
  };
}
