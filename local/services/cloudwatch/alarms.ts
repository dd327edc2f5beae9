import type { Host } from '../../aws-service.ts';
import type { Alarm } from './alarm.ts';
import type { AlarmConfiguration } from './alarm-configuration.ts';
import { AlarmMetric } from './alarm-metric.ts';
import { evaluateAlarm, evaluatedDatapoints, EXTRA_PERIODS } from './alarm-evaluation.ts';
import { reasonFor } from './alarm-reason.ts';
import { MINUTE_MS, type MetricStore } from './metric-store.ts';
import type { StateChanges } from './state-changes.ts';

/**
 * Metric alarms are evaluated at the end of every minute over the periods that end with it: a period of five minutes slides
 * minute by minute, so that an alarm goes off at the first minute's end at which its periods breach.
 * An alarm without data in its evaluation range sleeps until something is measured.
 */
export class Alarms {
  private readonly host: Host;
  private readonly metrics: MetricStore;
  private readonly changes: StateChanges;
  private readonly alarms = new Map<string, Alarm>();
  private armed = false;
  private started = false;

  constructor(host: Host, metrics: MetricStore, changes: StateChanges) {
    this.host = host;
    this.metrics = metrics;
    this.changes = changes;
  }

  arnOf(name: string): string {
    return `arn:aws:cloudwatch:${this.host.region}:${this.host.accountId}:alarm:${name}`;
  }

  get(name: string): Alarm | undefined {
    return this.alarms.get(name);
  }

  all(): Alarm[] {
    return [...this.alarms.values()].sort((left, right) =>
      left.configuration.AlarmName < right.configuration.AlarmName ? -1 : 1,
    );
  }

  /** Makes or changes an alarm; one that existed, in this run or an earlier one, keeps its state. */
  put(configuration: AlarmConfiguration): Alarm {
    const { AlarmName: name, EvaluationPeriods } = configuration;
    const metric = new AlarmMetric(this.metrics, configuration);
    this.metrics.keepInMemory(metric.periodMinutes * (EvaluationPeriods + EXTRA_PERIODS) + 1);
    const before = this.alarms.get(name);
    if (before) before.metric.unwatch(before.wake);
    const status = before?.status ?? this.changes.statusOf(name);
    const alarm: Alarm = {
      type: 'MetricAlarm',
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

  /** Alarms of the template come back at the next start. */
  async delete(alarm: Alarm): Promise<void> {
    alarm.metric.unwatch(alarm.wake);
    this.alarms.delete(alarm.configuration.AlarmName);
    await this.changes.forget(alarm.configuration.AlarmName);
  }

  start(): void {
    this.started = true;
    this.arm();
  }

  /** Evaluates an alarm again at the end of the minute, whether or not anything is measured. */
  wake(alarm: Alarm): void {
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
      this.changes.inBackground(() => this.evaluateAll().finally(() => this.arm()));
    };
    this.host.clock.at((this.nowMinute() + 1) * MINUTE_MS, evaluate, { background: true });
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
    const periods = EvaluationPeriods + EXTRA_PERIODS;
    const range = metric.values(endMinute, periods);
    const rule = {
      operator: ComparisonOperator,
      threshold: Threshold,
      evaluationPeriods: EvaluationPeriods,
      datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
      treatMissingData: TreatMissingData ?? 'missing',
    };
    // Counted up to now and not to that minute: what was measured since keeps it awake.
    alarm.awake = metric.hasData(endMinute, periods) || metric.hasData(this.nowMinute() + 1, 1);
    if (configuration.EvaluateLowSampleCountPercentile === 'ignore' && metric.hasLowCount(endMinute, periods)) return;
    const state = evaluateAlarm(range, rule, status.state);
    if (state === status.state) return;
    const values = evaluatedDatapoints(range, EvaluationPeriods);
    await this.changes.change(alarm, state, reasonFor(alarm, state, { values, endMinute }));
  }

  private nowMinute(): number {
    return Math.floor(this.host.clock.now() / MINUTE_MS);
  }
}
