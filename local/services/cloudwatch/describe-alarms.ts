import { actionsEnabled, type Alarm, type AnyAlarm } from './alarm.ts';
import { type Dimension, dimensionRecord } from './alarm-configuration.ts';
import type { CompositeAlarm, CompositeAlarms } from './composite-alarms.ts';
import { keyOf } from './metric-keys.ts';

export interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly AlarmTypes?: readonly string[];
  readonly ChildrenOfAlarmName?: string;
  readonly ParentsOfAlarmName?: string;
  readonly StateValue?: string;
  readonly ActionPrefix?: string;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

/** Default and largest page. */
const PAGE = 100;

/** Metric alarms, or the types that the request names: without any, composite alarms are not told. */
export function describeAlarms(
  metricAlarms: readonly Alarm[],
  composites: CompositeAlarms,
  input: DescribeAlarmsInput,
): object {
  const { ChildrenOfAlarmName, ParentsOfAlarmName, AlarmTypes = ['MetricAlarm'], MaxRecords = PAGE, NextToken } = input;
  const all: readonly AnyAlarm[] = [...metricAlarms, ...composites.all()];
  const relatives = relativesOf(all, composites, ChildrenOfAlarmName, ParentsOfAlarmName);
  const wanted = relatives ?? all.filter((alarm) => AlarmTypes.includes(alarm.type) && isWanted(alarm, input));
  const from = Number(NextToken ?? 0);
  const page = wanted.slice(from, from + MaxRecords);
  const next = from + page.length;
  const describe = relatives ? describeShortly : describeAlarm;
  const ofType = (type: AnyAlarm['type']): object[] => page.filter((alarm) => alarm.type === type).map(describe);
  return {
    MetricAlarms: ofType('MetricAlarm'),
    CompositeAlarms: ofType('CompositeAlarm'),
    ...(next < wanted.length && { NextToken: String(next) }),
  };
}

function relativesOf(
  all: readonly AnyAlarm[],
  composites: CompositeAlarms,
  parent: string | undefined,
  child: string | undefined,
): readonly AnyAlarm[] | undefined {
  if (parent !== undefined) {
    const composite = composites.get(parent);
    return composite ? composites.childrenOf(composite) : [];
  }
  if (child === undefined) return undefined;
  const alarm = all.find(({ configuration }) => configuration.AlarmName === child);
  return alarm ? composites.dependentsOf(alarm) : [];
}

function isWanted({ configuration, status }: AnyAlarm, input: DescribeAlarmsInput): boolean {
  const { AlarmNames, AlarmNamePrefix = '', StateValue, ActionPrefix } = input;
  return (
    (AlarmNames === undefined || AlarmNames.includes(configuration.AlarmName)) &&
    configuration.AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || status.state === StateValue) &&
    (ActionPrefix === undefined || (configuration.AlarmActions ?? []).some((action) => action.startsWith(ActionPrefix)))
  );
}

/** The alarms on one metric: none of those on expressions. */
export function describeAlarmsForMetric(
  alarms: readonly Alarm[],
  input: {
    readonly MetricName: string;
    readonly Namespace: string;
    readonly Dimensions?: readonly Dimension[];
    readonly Statistic?: string;
    readonly ExtendedStatistic?: string;
    readonly Period?: number;
    readonly Unit?: string;
  },
): object {
  const key = metricKey(input);
  const filters = (['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const).filter(
    (name) => input[name] !== undefined,
  );
  const found = alarms.filter(
    ({ configuration }) =>
      !configuration.Metrics &&
      metricKey(configuration) === key &&
      filters.every((name) => configuration[name] === input[name]),
  );
  return { MetricAlarms: found.map(describeAlarm) };
}

function metricKey({
  Namespace = '',
  MetricName = '',
  Dimensions,
}: {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
}): string {
  return keyOf({ namespace: Namespace, name: MetricName, dimensions: dimensionRecord(Dimensions) });
}

export function describeAlarm(alarm: AnyAlarm): Record<string, unknown> {
  const { type, arn, configuration, status } = alarm;
  return {
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    ...(type === 'MetricAlarm' && !('Metrics' in configuration) && { Dimensions: [] }),
    ...configuration,
    ActionsEnabled: actionsEnabled(alarm),
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: status.configuredMs / 1000,
    StateValue: status.state,
    StateReason: status.reason,
    ...(status.reasonData !== undefined && { StateReasonData: status.reasonData }),
    StateUpdatedTimestamp: status.stateUpdatedMs / 1000,
    StateTransitionedTimestamp: status.transitionedMs / 1000,
    ...(type === 'CompositeAlarm' && suppressionOf(alarm as CompositeAlarm)),
  };
}

function suppressionOf({ suppression }: CompositeAlarm): object {
  if (suppression?.suppressedBy === undefined) return {};
  return { ActionsSuppressedBy: suppression.suppressedBy, ActionsSuppressedReason: suppression.reason };
}

/** Of the relatives of an alarm, no more is told. */
function describeShortly({ arn, configuration, status }: AnyAlarm): Record<string, unknown> {
  return {
    AlarmName: configuration.AlarmName,
    AlarmArn: arn,
    StateValue: status.state,
    StateUpdatedTimestamp: status.stateUpdatedMs / 1000,
  };
}
