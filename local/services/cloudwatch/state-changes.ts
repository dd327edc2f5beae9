import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { AlarmStatus, AnyAlarm } from './alarm.ts';
import { AlarmActions } from './alarm-actions.ts';
import type { AlarmState } from './alarm-evaluation.ts';
import { AlarmHistory } from './alarm-history.ts';

export interface Reason {
  readonly reason: string;
  readonly reasonData: string | undefined;
}

/** Changes of the states of alarms: on disk with their history first, then told to their topics and whoever watches. */
export class StateChanges {
  readonly history: AlarmHistory;
  private readonly host: Host;
  private readonly actions: AlarmActions;
  private readonly listeners: ((alarm: AnyAlarm) => void)[] = [];

  constructor(host: Host) {
    this.host = host;
    this.history = new AlarmHistory(host);
    this.actions = new AlarmActions(host, this.history);
  }

  /** Calls `listener` after every change from one state to another. */
  onChange(listener: (alarm: AnyAlarm) => void): void {
    this.listeners.push(listener);
  }

  /** How an alarm stands: as in an earlier run, or at its beginning. */
  statusOf(name: string): AlarmStatus {
    const saved = this.host.store.get(statusKey(name));
    if (saved !== undefined) return JSON.parse(saved) as AlarmStatus;
    const nowMs = this.host.clock.now();
    return {
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      stateUpdatedMs: nowMs,
      transitionedMs: nowMs,
      configuredMs: nowMs,
    };
  }

  async change(alarm: AnyAlarm, state: AlarmState, { reason, reasonData }: Reason): Promise<void> {
    const nowMs = this.host.clock.now();
    const before = alarm.status;
    const changed = state !== before.state;
    const { actionsDueSince: due, ...kept } = before;
    alarm.status = {
      ...kept,
      state,
      reason,
      reasonData,
      stateUpdatedMs: nowMs,
      transitionedMs: changed ? nowMs : before.transitionedMs,
      ...(changed && { actionsDueSince: alarm.suppress ? (due ?? before.state) : before.state }),
    };
    await this.history.stateChanged(alarm, before, [statusWrite(alarm)]);
    if (!changed) return;
    await this.actions.announce(alarm, before);
    for (const listener of this.listeners) listener(alarm);
    if (!alarm.suppress?.()) await this.performDue(alarm);
  }

  /**
   * Performs the actions that are due: those of a change just made, those of which the disk does not say that they were
   * performed when the host ended (at least once, as on AWS), and those that were held back.
   */
  async performDue(alarm: AnyAlarm): Promise<void> {
    const { status } = alarm;
    const { actionsDueSince, ...settled } = status;
    if (actionsDueSince === undefined) return;
    if (actionsDueSince !== status.state) await this.actions.perform(alarm, actionsDueSince);
    // Another change meanwhile has actions of its own.
    if (alarm.status !== status) return;
    alarm.status = settled;
    await this.host.store.write([statusWrite(alarm)]);
  }

  /** A client has configured the alarm anew. */
  async configured(alarm: AnyAlarm, what: 'created' | 'updated'): Promise<void> {
    const { actionsEnabled: _, ...status } = alarm.status;
    alarm.status = { ...status, configuredMs: this.host.clock.now() };
    await this.host.store.write([statusWrite(alarm)]);
    await this.history.configured(alarm, what);
  }

  async enableActions(alarm: AnyAlarm, enabled: boolean): Promise<void> {
    alarm.status = { ...alarm.status, actionsEnabled: enabled, configuredMs: this.host.clock.now() };
    await this.host.store.write([statusWrite(alarm)]);
  }

  async forget(name: string): Promise<void> {
    await this.host.store.write([{ key: statusKey(name), value: undefined }]);
  }

  /** Runs what nobody waits for. */
  inBackground(run: () => Promise<void>): void {
    this.host.clock
      .work(run)
      .catch((error: unknown) => this.host.report(`CloudWatch: alarms could not be evaluated: ${String(error)}`));
  }
}

function statusWrite({ configuration, status }: AnyAlarm): StoreWrite {
  return { key: statusKey(configuration.AlarmName), value: JSON.stringify(status) };
}

function statusKey(name: string): string {
  return `cloudwatch/alarm/${name}`;
}
