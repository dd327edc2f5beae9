import { AwsError } from '../../aws-error.ts';
import type { Host, PolicyDocument } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { notFound, validationError } from './events-errors.ts';
import { matches } from './patterns/match-event.ts';
import { parseSchedule } from './schedule/schedule-expression.ts';
import type { Scheduler } from './schedule/scheduler.ts';
import { compileOrRefuse, type Rule, type Target } from './rule.ts';

/** The bus that every account has, where AWS services put their events. */
export const DEFAULT_BUS = 'default';

export interface EventBus {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdMs: number;
  readonly fromTemplate: boolean;
  policy: PolicyDocument | undefined;
  readonly rules: Map<string, Rule>;
}

export interface RuleDefinition {
  readonly name: string;
  readonly busName: string;
  readonly description?: string | undefined;
  /** A rule has a pattern, a schedule, or both. */
  readonly eventPattern?: string | undefined;
  readonly scheduleExpression?: string | undefined;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly roleArn?: string | undefined;
  readonly targets: readonly Target[];
  readonly fromTemplate: boolean;
}

/** The buses and their rules, in memory. Those that a client made are in the store as well. */
export class RuleBook {
  private readonly host: Host;
  private readonly scheduler: Pick<Scheduler, 'set' | 'remove'>;
  private readonly buses = new Map<string, EventBus>();

  /** `scheduler` is told of every rule that is made, changed or deleted. */
  constructor(host: Host, scheduler: Pick<Scheduler, 'set' | 'remove'>) {
    this.host = host;
    this.scheduler = scheduler;
    this.addBus({ name: DEFAULT_BUS, fromTemplate: true });
  }

  addBus(setup: { name: string; description?: string | undefined; fromTemplate: boolean }): EventBus {
    const bus: EventBus = {
      name: setup.name,
      arn: this.busArn(setup.name),
      description: setup.description,
      createdMs: this.host.clock.now(),
      fromTemplate: setup.fromTemplate,
      policy: undefined,
      rules: new Map(),
    };
    this.buses.set(setup.name, bus);
    return bus;
  }

  removeBus(name: string): void {
    this.buses.delete(name);
  }

  /** Makes or replaces a rule. Throws InvalidEventPatternException, and ValidationException for a schedule. */
  putRule(definition: RuleDefinition): Rule {
    const arn = this.ruleArn(definition.busName, definition.name);
    const { description, roleArn } = definition;
    const rule: Rule = { ...definition, ...triggersOf(definition), description, roleArn, arn };
    this.bus(definition.busName).rules.set(rule.name, rule);
    this.scheduler.set(rule);
    return rule;
  }

  /** A bus by name or ARN. */
  findBus(nameOrArn: string | undefined): EventBus | undefined {
    if (nameOrArn === undefined || nameOrArn === '') return this.buses.get(DEFAULT_BUS);
    return this.buses.get(nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn);
  }

  bus(nameOrArn: string | undefined): EventBus {
    const bus = this.findBus(nameOrArn);
    if (!bus) throw notFound(`Event bus ${nameOrArn ?? DEFAULT_BUS} does not exist.`);
    return bus;
  }

  rule(busName: string | undefined, name: string): Rule {
    const bus = this.bus(busName);
    const rule = bus.rules.get(name);
    if (!rule) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`);
    return rule;
  }

  /** The rule and target that a delivery was meant for, if they are still there. */
  findTarget(busName: string, ruleName: string, targetId: string): { rule: Rule; target: Target } | undefined {
    const rule = this.buses.get(busName)?.rules.get(ruleName);
    const target = rule?.targets.find(({ Id }) => Id === targetId);
    return rule && target && { rule, target };
  }

  allBuses(): EventBus[] {
    return [...this.buses.values()];
  }

  /** The enabled rules of a bus that an event matches. */
  matching(bus: EventBus, event: object): Rule[] {
    return [...bus.rules.values()].filter(
      (rule) => rule.state === 'ENABLED' && rule.pattern && matches(rule.pattern, event),
    );
  }

  busArn(name: string): string {
    return `arn:aws:events:${this.host.region}:${this.host.accountId}:event-bus/${name}`;
  }

  ruleArn(busName: string, name: string): string {
    const onBus = busName === DEFAULT_BUS ? '' : `${busName}/`;
    return `arn:aws:events:${this.host.region}:${this.host.accountId}:rule/${onBus}${name}`;
  }

  /** The write that keeps a rule of a client's, or nothing for one of the template. */
  ruleWrites(rule: Rule): StoreWrite[] {
    const { pattern: _, schedule: __, arn: ___, ...definition } = rule;
    return rule.fromTemplate ? [] : [{ key: ruleKey(rule), value: JSON.stringify(definition) }];
  }

  async deleteRule(rule: Rule): Promise<void> {
    if (rule.targets.length > 0)
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    this.bus(rule.busName).rules.delete(rule.name);
    await Promise.all([this.scheduler.remove(rule), this.host.store.write([{ key: ruleKey(rule), value: undefined }])]);
  }

  busWrites(bus: EventBus): StoreWrite[] {
    const { name, description, policy } = bus;
    return bus.fromTemplate
      ? []
      : [{ key: `events/bus/${name}`, value: JSON.stringify({ name, description, policy }) }];
  }

  /** Takes up what clients made, as far as the template does not have it. */
  async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: 'events/bus/', lt: 'events/bus0' })) {
      const { name, description, policy } = JSON.parse(value) as EventBus;
      if (!this.buses.has(name)) this.addBus({ name, description, fromTemplate: false }).policy = policy;
    }
    for await (const [, value] of this.host.store.range({ gte: 'events/rule/', lt: 'events/rule0' })) {
      const definition = JSON.parse(value) as RuleDefinition;
      const bus = this.buses.get(definition.busName);
      if (bus && !bus.rules.has(definition.name)) this.putRule(definition);
    }
  }
}

/** What makes a rule fire, compiled. Refuses what EventBridge refuses. */
function triggersOf(
  definition: RuleDefinition,
): Pick<Rule, 'pattern' | 'schedule' | 'eventPattern' | 'scheduleExpression'> {
  const { eventPattern, scheduleExpression, busName } = definition;
  if (eventPattern === undefined && scheduleExpression === undefined) {
    throw validationError('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (scheduleExpression !== undefined && busName !== DEFAULT_BUS) {
    throw validationError('ScheduleExpression is supported only on the default event bus.');
  }
  return {
    eventPattern,
    scheduleExpression,
    pattern: eventPattern === undefined ? undefined : compileOrRefuse(eventPattern),
    schedule: scheduleExpression === undefined ? undefined : parseSchedule(scheduleExpression),
  };
}

function ruleKey(rule: Rule): string {
  return `events/rule/${rule.busName}/${rule.name}`;
}
