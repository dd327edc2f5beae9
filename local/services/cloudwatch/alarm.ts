import type { AlarmConfiguration, AlarmSettings } from './alarm-configuration.ts';
import type { AlarmState } from './alarm-evaluation.ts';
import type { AlarmMetric } from './alarm-metric.ts';

/** What metric alarms and composite ones have in common: settings, and a state that changes. */
export interface AnyAlarm {
  readonly type: 'MetricAlarm' | 'CompositeAlarm';
  readonly arn: string;
  readonly configuration: AlarmSettings;
  status: AlarmStatus;
  /** Holds the actions of a change back, if it resolves to true: they are performed later, or never. */
  readonly suppress?: () => boolean;
}

/** A metric alarm as it is served: what it watches, and how it stands. */
export interface Alarm extends AnyAlarm {
  readonly type: 'MetricAlarm';
  readonly configuration: AlarmConfiguration;
  readonly metric: AlarmMetric;
  /** Evaluated up to this minute. */
  evaluatedMinute: number;
  /** False while neither data nor time can change its state. */
  awake: boolean;
  readonly wake: () => void;
}

/** What changes while an alarm lives; kept over restarts. */
export interface AlarmStatus {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly stateUpdatedMs: number;
  readonly transitionedMs: number;
  readonly configuredMs: number;
  /** The state before, while the actions of the change are not performed yet: a restart in between performs them. */
  readonly actionsDueSince?: AlarmState;
  /** What EnableAlarmActions or DisableAlarmActions said since the alarm was configured. */
  readonly actionsEnabled?: boolean;
}

export function actionsEnabled({ configuration, status }: AnyAlarm): boolean {
  return status.actionsEnabled ?? configuration.ActionsEnabled ?? true;
}
