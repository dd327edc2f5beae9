import { AwsError } from '../../aws-error.ts';
import type { Host, PolicyDocument } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { notFound } from './events-errors.ts';
import { matches } from './patterns/match-event.ts';
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
  readonly eventPattern: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly roleArn?: string | undefined;
  readonly targets: readonly Target[];
  readonly fromTemplate: boolean;
}

/** The buses and their rules, in memory. Those that a client made are in the store as well. */
export class RuleBook {
  private readonly host: Host;
  private readonly buses = new Map<string, EventBus>();

  constructor(host: Host) {
    this.host = host;
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

  /** Makes or replaces a rule. Throws InvalidEventPatternException. */
  putRule(definition: RuleDefinition): Rule {
    const { description, roleArn, ...rest } = definition;
    const arn = this.ruleArn(definition.busName, definition.name);
    const rule: Rule = { ...rest, description, roleArn, arn, pattern: compileOrRefuse(definition.eventPattern) };
    this.bus(definition.busName).rules.set(rule.name, rule);
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
    return [...bus.rules.values()].filter((rule) => rule.state === 'ENABLED' && matches(rule.pattern, event));
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
    const { pattern: _, arn: __, ...definition } = rule;
    return rule.fromTemplate ? [] : [{ key: ruleKey(rule), value: JSON.stringify(definition) }];
  }

  async deleteRule(rule: Rule): Promise<void> {
    if (rule.targets.length > 0)
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    this.bus(rule.busName).rules.delete(rule.name);
    await this.host.store.write([{ key: ruleKey(rule), value: undefined }]);
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

function ruleKey(rule: Rule): string {
  return `events/rule/${rule.busName}/${rule.name}`;
}
