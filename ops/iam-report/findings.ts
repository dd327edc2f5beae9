import type { GrantUse, Use } from './grants.ts';

/**
 * - `used`: asked for, and all of it
 * - `wider`: a pattern of which one thing only was used, or an action that was used on another resource of its statement only
 * - `unused`: never asked for
 */
export type Verdict = 'used' | 'wider' | 'unused';

/** One action on one resource that a role is granted, or that a resource grants to somebody. */
export interface Finding {
  readonly role: string;
  readonly kind: GrantUse['kind'];
  readonly action: string;
  readonly resource: string;
  /** Whom a resource's policy lets in. */
  readonly principal?: string;
  readonly count: number;
  readonly verdict: Verdict;
  /** What of a pattern was used, where that is one thing only. */
  readonly only?: string;
}

/** Takes grants apart into single rights and holds them against their use. O(rights × uses of their statement). */
export function findingsOf(grants: readonly GrantUse[]): Finding[] {
  return grants.filter(({ effect }) => effect === 'Allow').flatMap(findingsOfStatement);
}

function findingsOfStatement(grant: GrantUse): Finding[] {
  const { role, kind, actions, resources, principal, used } = grant;
  return actions.flatMap((action) =>
    resources.map((resource) => {
      const uses = used.filter((use) => matches(action, use.action, true) && matches(resource, use.resource));
      const base = { role, kind, action, resource, ...(principal !== undefined && { principal: namesIn(principal) }) };
      const count = uses.reduce((sum, use) => sum + use.count, 0);
      if (count === 0)
        return { ...base, count, verdict: isUsedOtherwise(grant, action, resource) ? 'wider' : 'unused' };
      const only = onlyUse(action, resource, uses);
      return { ...base, count, verdict: only === undefined ? 'used' : 'wider', ...(only !== undefined && { only }) };
    }),
  );
}

/** Its action was used on another resource of the statement, and its resource with another action: the statement is a product. */
function isUsedOtherwise({ used }: GrantUse, action: string, resource: string): boolean {
  return used.some((use) => matches(action, use.action, true)) && used.some((use) => matches(resource, use.resource));
}

/** The one action, or the one resource, that all uses of a pattern were of; undefined where it is none, or they were of several. */
function onlyUse(action: string, resource: string, uses: readonly Use[]): string | undefined {
  const [actions, resources] = [new Set(uses.map((use) => use.action)), new Set(uses.map((use) => use.resource))];
  if (isPattern(action)) return [...actions].join(', ');
  const [only] = resources;
  return isPattern(resource) && resources.size === 1 && only !== resource ? only : undefined;
}

/** The ARN of a log group ends in `:*` for its streams, and names one group all the same. */
const LOG_GROUP = /^arn:[^:]*:logs:[^*?]*:log-group:[^*?:]+:\*$/;

const isPattern = (text: string): boolean => /[*?]/.test(text) && !LOG_GROUP.test(text);

function matches(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'i' : '').test(value);
}

function namesIn(principal: unknown): string {
  if (typeof principal === 'string') return principal;
  return Object.values(principal as Record<string, string | string[]>)
    .flat()
    .join(', ');
}
