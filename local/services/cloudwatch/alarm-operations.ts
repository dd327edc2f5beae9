import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { AnyAlarm } from './alarm.ts';
import type { AlarmConfiguration } from './alarm-configuration.ts';
import type { HistoryQuery } from './alarm-history.ts';
import type { AlarmState } from './alarm-evaluation.ts';
import type { Alarms } from './alarms.ts';
import { checkAlarm, checkSettings } from './check-alarm.ts';
import type { CompositeAlarms, CompositeConfiguration } from './composite-alarms.ts';
import { describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts';
import type { StateChanges } from './state-changes.ts';
import type { Tag, Tags } from './tags.ts';

/** Alarms that clients made; those of the template are made again at every start. */
const CLIENT_ALARMS = 'cloudwatch/client-alarm/';
const CLIENT_COMPOSITES = 'cloudwatch/client-composite/';

type Operation = (request: never) => unknown;

export interface AlarmParts {
  readonly host: Host;
  readonly alarms: Alarms;
  readonly composites: CompositeAlarms;
  readonly changes: StateChanges;
  readonly tags: Tags;
}

/** The operations on alarms, metric ones and composite ones. */
export class AlarmOperations {
  private readonly parts: AlarmParts;
  readonly operations: Readonly<Record<string, Operation>>;

  constructor(parts: AlarmParts) {
    this.parts = parts;
    const { alarms, composites, changes } = parts;
    this.operations = {
      DescribeAlarms: (request: object) => describeAlarms(alarms.all(), composites, request),
      DescribeAlarmsForMetric: (request: { MetricName: string; Namespace: string }) =>
        describeAlarmsForMetric(alarms.all(), request),
      DescribeAlarmHistory: (request: HistoryQuery) => changes.history.read(request),
      SetAlarmState: (request: Record<string, string>) => this.setState(request),
      PutMetricAlarm: (request: AlarmConfiguration & Tagged) => this.putMetricAlarm(request),
      PutCompositeAlarm: (request: CompositeConfiguration & Tagged) => this.putComposite(request),
      DeleteAlarms: (request: { AlarmNames: readonly string[] }) => this.delete(request.AlarmNames),
      EnableAlarmActions: (request: { AlarmNames: readonly string[] }) => this.enable(request.AlarmNames, true),
      DisableAlarmActions: (request: { AlarmNames: readonly string[] }) => this.enable(request.AlarmNames, false),
    };
  }

  /** Takes up what clients made; a composite alarm waits for those that it asks. */
  async load(): Promise<void> {
    const { alarms, host } = this.parts;
    for await (const [, value] of host.store.range({ gte: CLIENT_ALARMS, lt: `${CLIENT_ALARMS}~` })) {
      alarms.put(JSON.parse(value) as AlarmConfiguration);
    }
    let waiting: CompositeConfiguration[] = [];
    for await (const [, value] of host.store.range({ gte: CLIENT_COMPOSITES, lt: `${CLIENT_COMPOSITES}~` })) {
      waiting.push(JSON.parse(value) as CompositeConfiguration);
    }
    for (let before = Infinity; waiting.length < before;) {
      before = waiting.length;
      waiting = waiting.filter((configuration) => !this.placed(configuration));
    }
    for (const { AlarmName } of waiting) {
      host.report(`CloudWatch: the composite alarm ${AlarmName} asks for alarms that the template has no more.`);
    }
  }

  private placed(configuration: CompositeConfiguration): boolean {
    try {
      this.parts.composites.put(configuration);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  private async putMetricAlarm({ Tags, ...configuration }: AlarmConfiguration & Tagged): Promise<object> {
    checkAlarm(configuration);
    const { AlarmName } = configuration;
    if (this.parts.composites.get(AlarmName)) throw invalid(`${AlarmName} is the name of a composite alarm.`);
    const existed = this.parts.alarms.get(AlarmName) !== undefined;
    const alarm = this.parts.alarms.put(configuration);
    const write = { key: CLIENT_ALARMS + AlarmName, value: JSON.stringify(configuration) };
    await this.parts.host.store.write([write]);
    await this.parts.changes.configured(alarm, existed ? 'updated' : 'created');
    if (Tags) await this.parts.tags.add(alarm.arn, Tags);
    return {};
  }

  private async putComposite({ Tags, ...configuration }: CompositeConfiguration & Tagged): Promise<object> {
    checkSettings(configuration);
    const { AlarmName } = configuration;
    if (this.parts.alarms.get(AlarmName)) throw invalid(`${AlarmName} is the name of a metric alarm.`);
    const existed = this.parts.composites.get(AlarmName) !== undefined;
    const alarm = this.parts.composites.put(configuration);
    const write = { key: CLIENT_COMPOSITES + AlarmName, value: JSON.stringify(configuration) };
    await this.parts.host.store.write([write]);
    await this.parts.changes.configured(alarm, existed ? 'updated' : 'created');
    if (Tags) await this.parts.tags.add(alarm.arn, Tags);
    return {};
  }

  private async setState({ AlarmName = '', StateValue, StateReason, StateReasonData }: Record<string, string>) {
    const alarm = this.find(AlarmName);
    if (!['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(StateValue ?? '')) {
      throw invalid(`StateValue must be OK, ALARM or INSUFFICIENT_DATA, not ${StateValue}.`);
    }
    const metricAlarm = this.parts.alarms.get(AlarmName);
    if (metricAlarm) this.parts.alarms.wake(metricAlarm);
    const reason = { reason: StateReason ?? '', reasonData: StateReasonData };
    await this.parts.changes.change(alarm, StateValue as AlarmState, reason);
    return {};
  }

  /** All of them or none. */
  private async delete(names: readonly string[]): Promise<object> {
    const { alarms, composites, host, tags } = this.parts;
    const deleted = names.map((name) => this.find(name));
    if (deleted.filter(({ type }) => type === 'CompositeAlarm').length > 1) {
      throw invalid('No more than one composite alarm can be deleted by one call.');
    }
    for (const alarm of deleted) {
      const [dependent] = composites.dependentsOf(alarm).filter((one) => !deleted.includes(one));
      if (dependent) {
        const { AlarmName } = alarm.configuration;
        throw invalid(`${AlarmName} cannot be deleted: ${dependent.configuration.AlarmName} depends on it.`);
      }
    }
    for (const { configuration, arn } of deleted) {
      const { AlarmName: name } = configuration;
      const [metricAlarm, composite] = [alarms.get(name), composites.get(name)];
      if (metricAlarm) await alarms.delete(metricAlarm);
      if (composite) await composites.delete(composite);
      const keys = [CLIENT_ALARMS + name, CLIENT_COMPOSITES + name];
      await host.store.write(keys.map((key) => ({ key, value: undefined })));
      await tags.forget(arn);
    }
    return {};
  }

  private async enable(names: readonly string[], enabled: boolean): Promise<object> {
    for (const alarm of names.map((name) => this.find(name))) await this.parts.changes.enableActions(alarm, enabled);
    return {};
  }

  private find(name: string): AnyAlarm {
    const alarm = this.parts.alarms.get(name) ?? this.parts.composites.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `${name} does not exist`, { status: 404 });
    return alarm;
  }
}

interface Tagged {
  readonly Tags?: readonly Tag[];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
