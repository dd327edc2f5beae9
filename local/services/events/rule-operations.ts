import { AwsError, notServed } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import { alreadyExists, required, validationError } from './events-errors.ts';
import type { Operation } from './operation.ts';
import { DEFAULT_BUS, type EventBus, type RuleBook, type RuleDefinition } from './rule-book.ts';
import { checkTarget, MOST_TARGETS, type Rule, type Target } from './rule.ts';
import { testEventPattern } from './test-event-pattern.ts';

/** The members of all requests together; each operation reads its own. */
interface Input {
  readonly Name?: string;
  readonly NamePrefix?: string;
  readonly EventBusName?: string;
  readonly Rule?: string;
  readonly Description?: string;
  readonly EventPattern?: string;
  readonly Event?: string;
  readonly ScheduleExpression?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly RoleArn?: string;
  readonly Targets?: readonly Target[];
  readonly Ids?: readonly string[];
  readonly TargetArn?: string;
}

/** A bus has no more rules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_RULES = 300;

/** Operations on buses, rules and targets. */
export function ruleOperations(host: Host, rules: RuleBook): Record<string, Operation> {
  const allowed = (principal: Principal, action: string, resource: string) =>
    host.authorize({ principal, action: `events:${action}`, resource });
  const keep = async (rule: Rule) => {
    await host.store.write(rules.ruleWrites(rule));
  };
  /** Finds the rule of a request and asks IAM about it. */
  const ruleOf = (action: string, input: Input, principal: Principal): Rule => {
    const name = required(input.Name ?? input.Rule, input.Rule === undefined ? 'name' : 'rule');
    const busName = rules.bus(input.EventBusName).name;
    allowed(principal, action, rules.ruleArn(busName, name));
    return rules.rule(busName, name);
  };
  /** Replaces a rule by itself with changes; one of the template is back as it was at the next start. */
  const change = async (rule: Rule, changes: Partial<RuleDefinition>) => {
    const { pattern: _, schedule: __, arn: ___, ...definition } = rule;
    await keep(rules.putRule({ ...definition, ...changes }));
  };
  const operations: Record<string, (input: Input, principal: Principal) => Promise<object> | object> = {
    TestEventPattern: (input, principal) => {
      allowed(principal, 'TestEventPattern', '*');
      return testEventPattern(required(input.EventPattern, 'eventPattern'), required(input.Event, 'event'));
    },
    PutRule: async (input, principal) => {
      const name = checkRuleName(required(input.Name, 'name'));
      checkState(input.State);
      const bus = rules.bus(input.EventBusName);
      allowed(principal, 'PutRule', rules.ruleArn(bus.name, name));
      const rule = rules.putRule(newDefinition(name, bus, input));
      await keep(rule);
      return { RuleArn: rule.arn };
    },
    DeleteRule: async (input, principal) => {
      await rules.deleteRule(ruleOf('DeleteRule', input, principal));
      return {};
    },
    EnableRule: async (input, principal) => {
      await change(ruleOf('EnableRule', input, principal), { state: 'ENABLED' });
      return {};
    },
    DisableRule: async (input, principal) => {
      await change(ruleOf('DisableRule', input, principal), { state: 'DISABLED' });
      return {};
    },
    DescribeRule: (input, principal) => describeRule(ruleOf('DescribeRule', input, principal)),
    ListRules: (input, principal) => {
      const bus = rules.bus(input.EventBusName);
      allowed(principal, 'ListRules', '*');
      const named = [...bus.rules.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      return { Rules: named.map(describeRule) };
    },
    ListRuleNamesByTarget: (input, principal) => {
      const bus = rules.bus(input.EventBusName);
      allowed(principal, 'ListRuleNamesByTarget', '*');
      const sending = [...bus.rules.values()].filter(({ targets }) =>
        targets.some(({ Arn }) => Arn === input.TargetArn),
      );
      return { RuleNames: sending.map(({ name }) => name) };
    },
    PutTargets: async (input, principal) => {
      const rule = ruleOf('PutTargets', input, principal);
      const added = (input.Targets ?? []).map(checkTarget);
      const others = rule.targets.filter(({ Id }) => !added.some((target) => target.Id === Id));
      const targets = [...others, ...added];
      if (targets.length > MOST_TARGETS) throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.'); // prettier-ignore
      await change(rule, { targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: async (input, principal) => {
      const rule = ruleOf('RemoveTargets', input, principal);
      const ids = input.Ids ?? [];
      await change(rule, { targets: rule.targets.filter(({ Id }) => !ids.includes(Id)) });
      const unknown = ids.filter((id) => !rule.targets.some(({ Id }) => Id === id));
      const FailedEntries = unknown.map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule ${rule.name} does not have a target with the Id ${TargetId}.`,
      }));
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },
    ListTargetsByRule: (input, principal) => ({ Targets: ruleOf('ListTargetsByRule', input, principal).targets }),
    CreateEventBus: async (input, principal) => {
      const name = required(input.Name, 'name');
      allowed(principal, 'CreateEventBus', rules.busArn(name));
      if (rules.findBus(name)) throw alreadyExists(`Event bus ${name} already exists.`);
      const bus = rules.addBus({ name, description: input.Description, fromTemplate: false });
      await host.store.write(rules.busWrites(bus));
      return { EventBusArn: bus.arn };
    },
    DeleteEventBus: async (input, principal) => {
      const name = required(input.Name, 'name');
      allowed(principal, 'DeleteEventBus', rules.busArn(name));
      if (name === DEFAULT_BUS) throw validationError('Cannot delete event bus default.');
      if ((rules.findBus(name)?.rules.size ?? 0) > 0) throw validationError(`Cannot delete event bus ${name} since it has rules.`); // prettier-ignore
      rules.removeBus(name);
      await host.store.write([{ key: `events/bus/${name}`, value: undefined }]);
      return {};
    },
    DescribeEventBus: (input, principal) => {
      const bus = rules.bus(input.Name);
      allowed(principal, 'DescribeEventBus', bus.arn);
      return describeBus(bus);
    },
    ListEventBuses: (input, principal) => {
      allowed(principal, 'ListEventBuses', '*');
      const named = rules.allBuses().filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      return { EventBuses: named.map(describeBus) };
    },
  };
  return operations;
}

/** A rule as PutRule asks for it; targets stay when it replaces one. */
function newDefinition(name: string, bus: EventBus, input: Input): RuleDefinition {
  const existing = bus.rules.get(name);
  if (!existing && bus.rules.size >= MOST_RULES) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
  return {
    name,
    busName: bus.name,
    description: input.Description,
    // An empty text is none, as on AWS.
    eventPattern: input.EventPattern || undefined,
    scheduleExpression: input.ScheduleExpression || undefined,
    state: input.State ?? 'ENABLED',
    roleArn: input.RoleArn,
    targets: existing?.targets ?? [],
    fromTemplate: existing?.fromTemplate ?? false,
  };
}

function checkRuleName(name: string): string {
  if (/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) return name;
  throw validationError(`1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`); // prettier-ignore
}

function checkState(state: string | undefined): void {
  if (state === undefined || state === 'ENABLED' || state === 'DISABLED') return;
  if (state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') throw notServed(`rules in the state ${state}`);
  throw validationError(`1 validation error detected: Value '${state}' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]`); // prettier-ignore
}

function describeRule(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.eventPattern !== undefined && { EventPattern: rule.eventPattern }),
    ...(rule.scheduleExpression !== undefined && { ScheduleExpression: rule.scheduleExpression }),
    State: rule.state,
    EventBusName: rule.busName,
    ...(rule.description !== undefined && { Description: rule.description }),
    ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
  };
}

function describeBus({ name, arn, description, policy, createdMs }: EventBus): object {
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    ...(policy && { Policy: JSON.stringify(policy) }),
    CreationTime: createdMs / 1000,
    LastModifiedTime: createdMs / 1000,
  };
}
