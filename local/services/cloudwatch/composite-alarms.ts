import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { ActionSuppression } from './action-suppression.ts';
import type { AnyAlarm } from './alarm.ts';
import type { AlarmSettings } from './alarm-configuration.ts';
import { awsTime } from './alarm-reason.ts';
import type { Alarms } from './alarms.ts';
import { compileRule, type CompositeRule } from './composite-rule.ts';
import type { StateChanges } from './state-changes.ts';

/** A composite alarm in the words of PutCompositeAlarm, which are CloudFormation's too. */
export interface CompositeConfiguration extends AlarmSettings {
  readonly AlarmRule: string;
  readonly ActionsSuppressor?: string;
  /** Seconds. */
  readonly ActionsSuppressorWaitPeriod?: number;
  readonly ActionsSuppressorExtensionPeriod?: number;
}

export interface CompositeAlarm extends AnyAlarm {
  readonly type: 'CompositeAlarm';
  readonly configuration: CompositeConfiguration;
  readonly rule: CompositeRule;
  readonly suppression: ActionSuppression | undefined;
}

/** Alarms over other alarms: evaluated when one of these changes its state. */
export class CompositeAlarms {
  private readonly host: Host;
  private readonly metricAlarms: Alarms;
  private readonly changes: StateChanges;
  private readonly composites = new Map<string, CompositeAlarm>();
  /** Evaluations follow one another, so that each sees what the one before has changed. */
  private last = Promise.resolve();
  private started = false;

  constructor(host: Host, metricAlarms: Alarms, changes: StateChanges) {
    this.host = host;
    this.metricAlarms = metricAlarms;
    this.changes = changes;
    changes.onChange((alarm) => this.childChanged(alarm));
  }

  all(): CompositeAlarm[] {
    return [...this.composites.values()].sort((left, right) =>
      left.configuration.AlarmName < right.configuration.AlarmName ? -1 : 1,
    );
  }

  get(name: string): CompositeAlarm | undefined {
    return this.composites.get(name);
  }

  /** The alarms that a composite asks, once each. */
  childrenOf({ rule }: CompositeAlarm): AnyAlarm[] {
    return [...new Set(rule.alarms.map((name) => this.existing(name)))];
  }

  /** The composites whose rule asks an alarm, or whose actions it suppresses. */
  dependentsOf(alarm: AnyAlarm): CompositeAlarm[] {
    const refersTo = (name: string | undefined): boolean => name !== undefined && this.find(name) === alarm;
    return this.all().filter(
      ({ rule, configuration }) => rule.alarms.some(refersTo) || refersTo(configuration.ActionsSuppressor),
    );
  }

  /** Makes or changes a composite alarm. Throws ValidationError for alarms that do not exist, and for a circle. */
  put(configuration: CompositeConfiguration): CompositeAlarm {
    const { AlarmName: name, AlarmRule, ActionsSuppressor } = configuration;
    const rule = compileRule(AlarmRule);
    for (const child of rule.alarms) this.existing(child);
    const suppressor = ActionsSuppressor === undefined ? undefined : this.existing(ActionsSuppressor);
    const before = this.composites.get(name);
    this.refuseCircle(name, rule);
    const perform = (): void => this.changes.inBackground(() => this.changes.performDue(composite));
    const suppression = suppressor && new ActionSuppression(this.host.clock, suppressor, configuration, perform);
    before?.suppression?.end();
    const composite: CompositeAlarm = {
      type: 'CompositeAlarm',
      arn: this.metricAlarms.arnOf(name),
      configuration,
      status: before?.status ?? this.changes.statusOf(name),
      rule,
      suppression,
      ...(suppression && { suppress: () => suppression.holdsBack() }),
    };
    this.composites.set(name, composite);
    if (this.started) this.evaluateLater(composite, undefined);
    return composite;
  }

  async delete(composite: CompositeAlarm): Promise<void> {
    composite.suppression?.end();
    this.composites.delete(composite.configuration.AlarmName);
    await this.changes.forget(composite.configuration.AlarmName);
  }

  start(): void {
    this.started = true;
    for (const composite of this.composites.values()) this.evaluateLater(composite, undefined);
  }

  private find(nameOrArn: string): AnyAlarm | undefined {
    const name = nameOrArn.replace(/^arn:aws:cloudwatch:[^:]*:[^:]*:alarm:/, '');
    return this.metricAlarms.get(name) ?? this.composites.get(name);
  }

  private existing(nameOrArn: string): AnyAlarm {
    const alarm = this.find(nameOrArn);
    if (alarm) return alarm;
    throw new AwsError('ValidationError', `Could not save the composite alarm as alarms [${nameOrArn}] do not exist`);
  }

  /** AWS allows a circle and then stops evaluating it; here it is refused. */
  private refuseCircle(name: string, rule: CompositeRule): void {
    const visit = (asked: readonly string[]): boolean =>
      asked.some((one) => {
        const alarm = this.find(one);
        if (alarm?.configuration.AlarmName === name) return true;
        const child = alarm && this.composites.get(alarm.configuration.AlarmName);
        return child !== undefined && visit(child.rule.alarms);
      });
    if (visit(rule.alarms)) {
      throw new AwsError('ValidationError', `The local host does not serve circles of composite alarms: ${name}.`);
    }
  }

  private childChanged(alarm: AnyAlarm): void {
    for (const composite of this.dependentsOf(alarm)) {
      composite.suppression?.suppressorChanged(alarm);
      this.evaluateLater(composite, alarm);
    }
  }

  private evaluateLater(composite: CompositeAlarm, trigger: AnyAlarm | undefined): void {
    // From now on: virtual time must not pass while this waits for its turn.
    const done = this.host.clock.busy();
    const failed = (error: unknown): void =>
      this.host.report(`CloudWatch: ${composite.configuration.AlarmName} could not be evaluated: ${String(error)}`);
    this.last = this.last
      .then(() => this.evaluate(composite, trigger))
      .catch(failed)
      .finally(done);
  }

  private async evaluate(composite: CompositeAlarm, trigger: AnyAlarm | undefined): Promise<void> {
    const { configuration, rule, status, arn } = composite;
    if (this.composites.get(configuration.AlarmName) !== composite) return;
    const state = rule.holds((name) => this.existing(name).status.state) ? 'ALARM' : 'OK';
    if (state === status.state) return;
    const at = new Date(this.host.clock.now()).toUTCString();
    const reason = trigger
      ? `${trigger.arn} transitioned to ${trigger.status.state} at ${at}`
      : `${arn} was created and its alarm rule evaluates to ${state} at ${at}`;
    const triggeringAlarms = (trigger ? [trigger] : this.childrenOf(composite)).map((child) => ({
      arn: child.arn,
      state: { value: child.status.state, timestamp: awsTime(child.status.stateUpdatedMs) },
    }));
    await this.changes.change(composite, state, { reason, reasonData: JSON.stringify({ triggeringAlarms }) });
  }
}
