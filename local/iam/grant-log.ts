import type { PolicyStatement } from '../aws-service.ts';
import type { AwsError } from '../aws-error.ts';
import { type CompiledStatement, list } from './policy-evaluation.ts';
import type { Refused } from './refusal.ts';

/** One action on one resource that a statement has allowed, or denied. */
export interface Use {
  readonly action: string;
  readonly resource: string;
  count: number;
}

/** A statement and what came of it. */
export interface GrantUse {
  /** The role's name, or for a statement of a resource's policy the ARN of the resource. */
  readonly role: string;
  readonly kind: 'identity' | 'resource';
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whom a resource's policy speaks of. */
  readonly principal?: PolicyStatement['Principal'];
  readonly condition?: PolicyStatement['Condition'];
  readonly uses: number;
  /** The actions that were asked for at least once. */
  readonly usedActions: readonly string[];
  readonly used: readonly Use[];
}

/** A request that was refused, and how often. */
export interface Refusal {
  readonly principal: Refused['principal'];
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  count: number;
}

/** Resources are as many as clients name (executions, log streams): of each statement so many are told apart … */
const MOST_RESOURCES = 200;
/** … and the rest count under this name. */
const OTHERS = '(others)';
const MOST_REFUSALS = 500;

/** Which statements decided requests, and what was refused, since the start. */
export class GrantLog {
  private readonly uses = new Map<CompiledStatement, Map<string, Use>>();
  private readonly refusals = new Map<string, Refusal>();

  /** The counter of a statement for one action on one resource. */
  useOf(statement: CompiledStatement, action: string, resource: string): Use {
    const known = this.uses.get(statement) ?? new Map<string, Use>();
    this.uses.set(statement, known);
    const counted = known.size < MOST_RESOURCES || known.has(`${action} ${resource}`) ? resource : OTHERS;
    const use = known.get(`${action} ${counted}`) ?? { action, resource: counted, count: 0 };
    known.set(`${action} ${counted}`, use);
    return use;
  }

  refused({ principal, action, resource }: Refused, { message }: AwsError): void {
    const known = this.refusals.get(message);
    if (known) known.count += 1;
    else if (this.refusals.size < MOST_REFUSALS) {
      this.refusals.set(message, { principal, action, resource, message, count: 1 });
    }
  }

  describe(role: string, kind: GrantUse['kind'], statement: CompiledStatement): GrantUse {
    const { Effect, Action, NotAction, Resource, NotResource, Principal, Condition } = statement.source;
    const used = [...(this.uses.get(statement)?.values() ?? [])];
    return {
      role,
      kind,
      effect: Effect,
      actions: Action === undefined ? list(NotAction ?? []).map((one) => `not ${one}`) : list(Action),
      resources: Resource === undefined ? list(NotResource ?? []).map((one) => `not ${one}`) : list(Resource),
      ...(Principal !== undefined && { principal: Principal }),
      ...(Condition !== undefined && { condition: Condition }),
      uses: used.reduce((sum, { count }) => sum + count, 0),
      usedActions: [...new Set(used.map(({ action }) => action))].sort(),
      used,
    };
  }

  allRefused(): Refusal[] {
    return [...this.refusals.values()];
  }
}
