import type { CompiledPattern, FieldCondition } from './compile-pattern.ts';
import { ConsistentChoice, type Field, type Membership } from './consistent-choice.ts';
import type { Leaf } from './value-matchers.ts';

const NO_ARRAYS: Membership = new Map();

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether an event matches a compiled pattern. Where the event has arrays, one element is enough, but fields of objects in an
 * array must be matched by one and the same element.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
export function matches(pattern: CompiledPattern, event: object): boolean {
  return pattern.alternatives.some((conditions) => holds(conditions, event));
}

/** Each condition is looked at once by itself; only where arrays of objects are involved do they have to agree as well. */
function holds(conditions: readonly FieldCondition[], event: object): boolean {
  const found: Field[][] = [];
  let throughArrays = false;
  for (const { path, anyOf } of conditions) {
    const fields: Field[] = [];
    collect(event, path, NO_ARRAYS, fields);
    let accepted = false;
    let outsideArrays = false;
    for (const { leaf, membership } of fields) {
      if (membership.size === 0) outsideArrays = true;
      else throughArrays = true;
      accepted ||= anyOf.some((value) => value.accepts(leaf));
    }
    if (!accepted && (outsideArrays || !anyOf.some((value) => value.absent))) return false;
    found.push(fields);
  }
  return !throughArrays || new ConsistentChoice(conditions, found).exists();
}

/** Finds the leaves at a path, in which a dot may stand for a step or be part of a name. */
function collect(node: object, path: string, membership: Membership, found: Field[]): void {
  // Every event is looked at by every rule: a list of the keys, made anew for each look, would cost more than the look.
  for (const name in node) {
    if (name === path) collectLeaves((node as Fields)[name], membership, found);
    else if (path.charAt(name.length) === '.' && path.startsWith(name)) {
      collectBelow((node as Fields)[name], path.slice(name.length + 1), membership, found);
    }
  }
}

function collectBelow(value: unknown, path: string, membership: Membership, found: Field[]): void {
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      if (isComposite(item)) collectBelow(item, path, new Map(membership).set(value, index), found);
    });
  } else if (isComposite(value)) {
    collect(value, path, membership, found);
  }
}

/** An object is no leaf: a condition on its name sees nothing. An empty array has no leaves either. */
function collectLeaves(value: unknown, membership: Membership, found: Field[]): void {
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      const inside = Array.isArray(item) ? new Map(membership).set(value, index) : membership;
      collectLeaves(item, inside, found);
    });
  } else if (!isComposite(value)) {
    found.push({ leaf: value as Leaf, membership });
  }
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
