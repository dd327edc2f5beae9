import type { Alarm } from './alarm.ts';

export interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
  readonly ActionPrefix?: string;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

/** Default and largest page. */
const PAGE = 100;

export function describeAlarms(alarms: readonly Alarm[], input: DescribeAlarmsInput): object {
  const { AlarmNames, AlarmNamePrefix = '', StateValue, ActionPrefix, MaxRecords = PAGE, NextToken } = input;
  const wanted = alarms.filter(
    ({ configuration, status }) =>
      (AlarmNames === undefined || AlarmNames.includes(configuration.AlarmName)) &&
      configuration.AlarmName.startsWith(AlarmNamePrefix) &&
      (StateValue === undefined || status.state === StateValue) &&
      (ActionPrefix === undefined || configuration.AlarmActions?.some((action) => action.startsWith(ActionPrefix))),
  );
  const from = Number(NextToken ?? 0);
  const page = wanted.slice(from, from + MaxRecords);
  const next = from + page.length;
  return {
    MetricAlarms: page.map(describeAlarm),
    CompositeAlarms: [],
    ...(next < wanted.length && { NextToken: String(next) }),
  };
}

export function describeAlarm({ arn, configuration, status }: Alarm): Record<string, unknown> {
  return {
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    ...(configuration.Metrics ? {} : { Dimensions: [] }),
    ...configuration,
    ActionsEnabled: configuration.ActionsEnabled ?? true,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: status.configuredMs / 1000,
    StateValue: status.state,
    StateReason: status.reason,
    ...(status.reasonData !== undefined && { StateReasonData: status.reasonData }),
    StateUpdatedTimestamp: status.stateUpdatedMs / 1000,
    StateTransitionedTimestamp: status.transitionedMs / 1000,
  };
}
