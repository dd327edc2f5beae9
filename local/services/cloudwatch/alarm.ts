import type { AlarmConfiguration } from './alarm-configuration.ts';
import type { AlarmState } from './alarm-evaluation.ts';
import type { AlarmMetric } from './alarm-metric.ts';

/** An alarm as it is served: what it watches, and how it stands. */
export interface Alarm {
  readonly arn: string;
  readonly configuration: AlarmConfiguration;
  readonly metric: AlarmMetric;
  status: AlarmStatus;
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
}
