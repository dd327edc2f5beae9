import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Alarm, AlarmStatus } from './alarm.ts';
import type { AlarmConfiguration } from './alarm-configuration.ts';
import { AlarmActions } from './alarm-actions.ts';
import { AlarmMetric } from './alarm-metric.ts';
import { type AlarmState, evaluateAlarm } from './alarm-evaluation.ts';
import { AlarmHistory } from './alarm-history.ts';
import { reasonFor } from './alarm-reason.ts';
import { MINUTE_MS, type MetricStore } from './metric-store.ts';

/**
 * Alarms are evaluated at the end of every minute over the periods that end with it: a period of five minutes slides minute by
 * minute, so that an alarm goes off at the first minute's end at which its periods breach. Exactly the last
 * EvaluationPeriods count (AWS looks a little further back when data is missing, so there an alarm may stay on for longer).
 * An alarm without data in its periods sleeps until something is measured.
 */
export class Alarms {
  readonly history: AlarmHistory;
  private readonly host: Host;
  private readonly metrics: MetricStore;
  private readonly actions: AlarmActions;
  private readonly alarms = new Map<string, Alarm>();
  private armed = false;
  private started = false;

  constructor(host: Host, metrics: MetricStore) {
    this.host = host;
    this.metrics = metrics;
    this.history = new AlarmHistory(host);
    this.actions = new AlarmActions(host, this.history);
  }

  arnOf(name: string): string {
    return `arn:aws:cloudwatch:${this.host.region}:${this.host.accountId}:alarm:${name}`;
  }

  all(): Alarm[] {
    return [...this.alarms.values()].sort((left, right) =>
      left.configuration.AlarmName < right.configuration.AlarmName ? -1 : 1,
    );
  }

  find(name: string): Alarm {
    const alarm = this.alarms.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `${name} does not exist`, { status: 404 });
    return alarm;
  }

  /** Makes or changes an alarm; one that existed, in this run or an earlier one, keeps its state. */
  put(configuration: AlarmConfiguration): Alarm {
    const { AlarmName: name, EvaluationPeriods } = configuration;
    const metric = new AlarmMetric(this.metrics, configuration);
    this.metrics.keepInMemory(metric.periodMinutes * EvaluationPeriods + 1);
    const before = this.alarms.get(name);
    if (before) before.metric.unwatch(before.wake);
    const saved = this.host.store.get(statusKey(name));
    const status = before?.status ?? (saved === undefined ? this.initialStatus() : (JSON.parse(saved) as AlarmStatus));
    const alarm: Alarm = {
      arn: this.arnOf(name),
      configuration,
      metric,
      status,
      evaluatedMinute: this.nowMinute(),
      awake: true,
      wake: () => this.wake(alarm),
    };
    metric.watch(alarm.wake);
    this.alarms.set(name, alarm);
    this.arm();
    return alarm;
  }

  async delete(name: string): Promise<void> {
    const alarm = this.find(name);
    alarm.metric.unwatch(alarm.wake);
    this.alarms.delete(name);
    await this.host.store.write([{ key: statusKey(name), value: undefined }]);
  }

  start(): void {
    this.started = true;
    this.arm();
    // Topics take messages once all services have started.
    this.host.clock.after(0, () => this.inBackground(() => this.performDueActions()));
  }

  /** SetAlarmState: holds until the next evaluation. */
  async setState(name: string, state: AlarmState, reason: string, reasonData: string | undefined): Promise<void> {
    const alarm = this.find(name);
    this.wake(alarm);
    await this.change(alarm, state, { reason, reasonData });
  }

  private wake(alarm: Alarm): void {
    if (alarm.awake) return;
    alarm.awake = true;
    alarm.evaluatedMinute = this.nowMinute();
    this.arm();
  }

  private arm(): void {
    if (this.armed || !this.started || ![...this.alarms.values()].some(({ awake }) => awake)) return;
    this.armed = true;
    const evaluate = (): void => {
      this.armed = false;
      this.inBackground(() => this.evaluateAll().finally(() => this.arm()));
    };
    this.host.clock.at((this.nowMinute() + 1) * MINUTE_MS, evaluate, { background: true });
  }

  private inBackground(run: () => Promise<void>): void {
    this.host.clock
      .work(run)
      .catch((error: unknown) => this.host.report(`CloudWatch: alarms could not be evaluated: ${String(error)}`));
  }

  /** Virtual time may have jumped over several minutes: each of them is evaluated. */
  private async evaluateAll(): Promise<void> {
    const now = this.nowMinute();
    for (const alarm of this.alarms.values()) {
      while (alarm.awake && alarm.evaluatedMinute < now) {
        alarm.evaluatedMinute += 1;
        await this.evaluate(alarm, alarm.evaluatedMinute);
      }
    }
  }

  private async evaluate(alarm: Alarm, endMinute: number): Promise<void> {
    const { configuration, metric, status } = alarm;
    const { EvaluationPeriods, DatapointsToAlarm, TreatMissingData, Threshold, ComparisonOperator } = configuration;
    const values = metric.values(endMinute, EvaluationPeriods);
    const rule = {
      operator: ComparisonOperator,
      threshold: Threshold,
      datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
      treatMissingData: TreatMissingData ?? 'missing',
    };
    const state = evaluateAlarm(values, rule, status.state);
    // Counted up to now and not to that minute: what was measured since keeps it awake.
    alarm.awake = metric.hasData(endMinute, EvaluationPeriods) || metric.hasData(this.nowMinute() + 1, 1);
    if (state === status.state) return;
    await this.change(alarm, state, reasonFor(alarm, state, { values, endMinute }));
  }

  private async change(
    alarm: Alarm,
    state: AlarmState,
    { reason, reasonData }: { reason: string; reasonData: string | undefined },
  ): Promise<void> {
    const nowMs = this.host.clock.now();
    const before = alarm.status;
    const changed = state !== before.state;
    alarm.status = {
      state,
      reason,
      reasonData,
      stateUpdatedMs: nowMs,
      transitionedMs: changed ? nowMs : before.transitionedMs,
      configuredMs: before.configuredMs,
      ...(changed && { actionsDueSince: before.state }),
    };
    await this.history.stateChanged(alarm, before, [statusWrite(alarm)]);
    if (changed) await this.performActions(alarm, before.state);
  }

  /** Actions whose state was on disk when the host last ended, but not that they were performed: at least once, as on AWS. */
  private async performDueActions(): Promise<void> {
    for (const alarm of this.alarms.values()) {
      const { actionsDueSince } = alarm.status;
      if (actionsDueSince !== undefined) await this.performActions(alarm, actionsDueSince);
    }
  }

  private async performActions(alarm: Alarm, before: AlarmState): Promise<void> {
    const { status } = alarm;
    await this.actions.perform(alarm, before);
    // Another change meanwhile has actions of its own.
    if (alarm.status !== status) return;
    const { actionsDueSince: _, ...settled } = status;
    alarm.status = settled;
    await this.host.store.write([statusWrite(alarm)]);
  }

  private initialStatus(): AlarmStatus {
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

  private nowMinute(): number {
    return Math.floor(this.host.clock.now() / MINUTE_MS);
  }
}

function statusWrite({ configuration, status }: Alarm): StoreWrite {
  return { key: statusKey(configuration.AlarmName), value: JSON.stringify(status) };
}

function statusKey(name: string): string {
  return `cloudwatch/alarm/${name}`;
}
