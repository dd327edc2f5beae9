import type { Clock } from '../../clock.ts';
import type { AnyAlarm } from './alarm.ts';

/** Seconds, as PutCompositeAlarm has them. */
interface Periods {
  readonly ActionsSuppressorWaitPeriod?: number;
  readonly ActionsSuppressorExtensionPeriod?: number;
}

export type SuppressedBy = 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod';

const REASONS: Readonly<Record<SuppressedBy, string>> = {
  Alarm: 'Actions suppressed by the suppressor alarm',
  WaitPeriod: 'Actions suppressed by WaitPeriod',
  ExtensionPeriod: 'Actions suppressed by ExtensionPeriod',
};

/**
 * Holds the actions of a composite alarm back while its suppressor is in ALARM; before that for the wait period, in which the
 * suppressor may still get there, and after that for the extension period. What is due then is performed, unless the alarm is
 * back in the state that was told last.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-suppression.html
 */
export class ActionSuppression {
  private readonly clock: Clock;
  private readonly suppressor: AnyAlarm;
  private readonly periods: Periods;
  private readonly perform: () => void;
  private by: SuppressedBy | undefined;
  private timer: { cancel(): void } | undefined;

  constructor(clock: Clock, suppressor: AnyAlarm, periods: Periods, perform: () => void) {
    this.clock = clock;
    this.suppressor = suppressor;
    this.periods = periods;
    this.perform = perform;
    if (suppressor.status.state === 'ALARM') this.by = 'Alarm';
  }

  get suppressedBy(): SuppressedBy | undefined {
    return this.by;
  }

  get reason(): string | undefined {
    return this.by && REASONS[this.by];
  }

  /** Asked at every change of the composite's state. */
  holdsBack(): boolean {
    if (this.by === undefined) this.hold('WaitPeriod', this.periods.ActionsSuppressorWaitPeriod ?? 0);
    return true;
  }

  suppressorChanged(alarm: AnyAlarm): void {
    if (alarm.arn !== this.suppressor.arn) return;
    if (alarm.status.state === 'ALARM') {
      this.timer?.cancel();
      this.by = 'Alarm';
    } else if (this.by === 'Alarm') {
      this.hold('ExtensionPeriod', this.periods.ActionsSuppressorExtensionPeriod ?? 0);
    }
  }

  end(): void {
    this.timer?.cancel();
  }

  private hold(by: SuppressedBy, seconds: number): void {
    this.by = by;
    this.timer?.cancel();
    this.timer = this.clock.after(seconds * 1000, () => {
      this.by = undefined;
      this.perform();
    });
  }
}
