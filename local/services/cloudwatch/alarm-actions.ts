import type { Host } from '../../aws-service.ts';
import type { Alarm } from './alarm.ts';
import { type AlarmConfiguration, metricsOf } from './alarm-configuration.ts';
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

/** Tells the topics of an alarm that its state has changed. */
export class AlarmActions {
  private readonly host: Host;
  private readonly history: AlarmHistory;

  constructor(host: Host, history: AlarmHistory) {
    this.host = host;
    this.history = history;
  }

  async perform(alarm: Alarm, before: AlarmState): Promise<void> {
    const { configuration, status } = alarm;
    if (configuration.ActionsEnabled === false) return;
    const actions = {
      OK: configuration.OKActions,
      ALARM: configuration.AlarmActions,
      INSUFFICIENT_DATA: configuration.InsufficientDataActions,
    }[status.state];
    for (const action of actions ?? []) {
      const failure = await this.publish(alarm, before, action);
      if (failure !== undefined) {
        this.host.report(`CloudWatch: the alarm ${configuration.AlarmName} could not reach ${action}: ${failure}`);
      }
      await this.history.actionTaken(alarm, action, failure);
    }
  }

  /** Resolves with why it failed, if it did: an action that fails does not hold up the others. */
  private async publish(alarm: Alarm, before: AlarmState, topicArn: string): Promise<string | undefined> {
    const principal = { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn } as const;
    const { AlarmName } = alarm.configuration;
    const input = {
      TopicArn: topicArn,
      // SNS takes subjects of up to 100 characters.
      Subject: `${alarm.status.state}: "${AlarmName}" in ${this.regionName}`.slice(0, 100),
      Message: JSON.stringify(this.message(alarm, before)),
    };
    try {
      await this.host.call('sns', 'Publish', input, principal);
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  private get regionName(): string {
    return REGION_NAMES[this.host.region] ?? this.host.region;
  }

  private message({ arn, configuration, status }: Alarm, before: AlarmState): object {
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
      Trigger: trigger(configuration),
    };
  }
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
