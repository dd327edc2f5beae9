import { compileValue, refuse } from './match-expression.ts';
import type { PatternNode } from './pattern-json.ts';
import { PatternSyntaxError, readPatternJson } from './pattern-json.ts';
import type { ValueMatcher } from './value-matchers.ts';
import { isTooComplex } from './wildcard-complexity.ts';

/** What one field must hold: any of the values. */
export interface FieldCondition {
  /** Names from the root joined by dots: `{"detail": {"state.a": …}}` and `{"detail": {"state": {"a": …}}}` are one path. */
  readonly path: string;
  readonly anyOf: readonly ValueMatcher[];
}

/** A pattern as alternatives (there are several only with `$or`) of conditions that hold together, ordered by path. */
export interface CompiledPattern {
  readonly alternatives: readonly (readonly FieldCondition[])[];
}

/** Why a text is no event pattern, as AWS says it after "Event pattern is not valid. Reason: ". */
export class InvalidPattern extends Error {}

/** Jackson quotes no more than this of what it was reading. */
const QUOTED_SOURCE = 500;

/** Names that EventBridge keeps for operators, which therefore name no field inside `$or`. */
const RESERVED_IN_OR = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard ' +
    'not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ' +
    'ip-address-in-range ip-address-not-in-range'
  ).split(' '),
);

/**
 * EventBridge takes no pattern whose `$or`s multiply to more alternatives; how it words that is not documented.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
const MOST_COMBINATIONS = 1000;

type Alternative = ReadonlyMap<string, readonly ValueMatcher[]>;

/** Compiles an event pattern. Throws InvalidPattern with the reason that EventBridge gives. */
export function compilePattern(source: string): CompiledPattern {
  try {
    return compileRoot(readPatternJson(source));
  } catch (error) {
    if (!(error instanceof PatternSyntaxError)) throw error;
    const left = source.length - QUOTED_SOURCE;
    const quoted = left > 0 ? `"${source.slice(0, QUOTED_SOURCE)}"[truncated ${String(left)} chars]` : `"${source}"`;
    const { line, column } = error.at;
    const place = `[Source: (String)${quoted}; line: ${String(line)}, column: ${String(column)}]`;
    throw new InvalidPattern(`${error.message}\n at ${place}`, { cause: error });
  }
}

function compileRoot(root: PatternNode): CompiledPattern {
  if (root.kind !== 'object') throw refuse('Filter is not an object', root);
  const alternatives = compileObject(root, '', [new Map()], false);
  refuseComplexity(alternatives);
  return {
    alternatives: alternatives.map((alternative) =>
      [...alternative]
        .map(([path, anyOf]) => ({ path, anyOf }))
        // EventBridge walks fields in this order, which decides what `exists: false` sees inside arrays.
        .sort((left, right) => (left.path < right.path ? -1 : 1)),
    ),
  };
}

/** Adds the conditions below `node` to each alternative; a path that is written twice keeps the later condition. */
function compileObject(node: PatternNode, prefix: string, before: Alternative[], insideOr: boolean): Alternative[] {
  if (node.kind !== 'object') throw refuse('Filter is not an object', node);
  if (node.members.length === 0) throw new PatternSyntaxError('Empty objects are not allowed', node.end);
  let alternatives = before;
  for (const { name, value, at } of node.members) {
    if (name === '$or') {
      alternatives = compileOr(value, prefix, alternatives);
      continue;
    }
    if (insideOr && RESERVED_IN_OR.has(name)) {
      throw new PatternSyntaxError(`${name} is Ruler reserved fieldName which cannot be used inside $or.`, at);
    }
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (value.kind === 'object') {
      alternatives = compileObject(value, path, alternatives, insideOr);
    } else if (value.kind === 'array') {
      const anyOf = value.items.map(compileValue);
      if (anyOf.length === 0) throw new PatternSyntaxError('Empty arrays are not allowed', value.end);
      alternatives = alternatives.map((alternative) => new Map(alternative).set(path, anyOf));
    } else {
      throw refuse(`"${name}" must be an object or an array`, value);
    }
  }
  return alternatives;
}

function compileOr(node: PatternNode, prefix: string, before: Alternative[]): Alternative[] {
  if (node.kind !== 'array') throw refuse('It must be an Array followed with $or.', node);
  const alternatives: Alternative[] = [];
  for (const item of node.items) {
    if (item.kind !== 'object') throw refuse('Only JSON object is allowed in array of $or relationship.', item);
    alternatives.push(...compileObject(item, prefix, before, true));
    if (alternatives.length > MOST_COMBINATIONS) {
      throw refuse(`$or must not give over ${String(MOST_COMBINATIONS)} rule combinations`, node);
    }
  }
  if (node.items.length < 2) {
    throw new PatternSyntaxError('There must have at least 2 Objects in $or relationship.', node.end);
  }
  return alternatives;
}

function refuseComplexity(alternatives: readonly Alternative[]): void {
  const matchersOfPath = new Map<string, Set<ValueMatcher>>();
  for (const [path, anyOf] of alternatives.flatMap((alternative) => [...alternative])) {
    const known = matchersOfPath.get(path) ?? new Set();
    for (const matcher of anyOf) known.add(matcher);
    matchersOfPath.set(path, known);
  }
  for (const matchers of matchersOfPath.values()) {
    const wildcards = [...matchers].flatMap((matcher) => matcher.wildcards ?? []);
    if (wildcards.length === 0 || !isTooComplex(wildcards)) continue;
    throw new InvalidPattern(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
}
