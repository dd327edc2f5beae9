import type { CompiledPattern, FieldCondition } from './compile-pattern.ts';
import type { Leaf } from './value-matchers.ts';

/** Which element of which array a leaf came through: two leaves of one match must agree on every array they share. */
type Membership = ReadonlyMap<readonly unknown[], number>;

interface Field {
  readonly leaf: Leaf;
  readonly membership: Membership;
}

const NO_ARRAYS: Membership = new Map();

/**
 * Whether an event matches a compiled pattern. Where the event has arrays, one element is enough, but fields of objects in an
 * array must be matched by one and the same element.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
export function matches(pattern: CompiledPattern, event: object): boolean {
  return pattern.alternatives.some((conditions) => holdFrom(0, conditions, event, NO_ARRAYS));
}

/** Whether the conditions from `index` on can be met by leaves that agree with the array elements chosen so far. */
function holdFrom(index: number, conditions: readonly FieldCondition[], event: object, chosen: Membership): boolean {
  const condition = conditions[index];
  if (!condition) return true;
  const fields: Field[] = [];
  collect(event, condition.path, NO_ARRAYS, fields);
  let present = false;
  for (const { leaf, membership } of fields) {
    const together = merge(chosen, membership);
    if (!together) continue;
    present = true;
    if (!condition.anyOf.some((value) => value.accepts(leaf))) continue;
    if (holdFrom(index + 1, conditions, event, together)) return true;
  }
  return !present && condition.anyOf.some((value) => value.absent) && holdFrom(index + 1, conditions, event, chosen);
}

/** Finds the leaves at a path, in which a dot may stand for a step or be part of a name. */
function collect(node: object, path: string, membership: Membership, found: Field[]): void {
  for (const [name, value] of Object.entries(node) as [string, unknown][]) {
    if (name === path) collectLeaves(value, membership, found);
    else if (path.startsWith(name) && path[name.length] === '.') {
      collectBelow(value, path.slice(name.length + 1), membership, found);
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

/** Both memberships together, or undefined where they name different elements of one array. */
function merge(left: Membership, right: Membership): Membership | undefined {
  if (right.size === 0) return left;
  const together = new Map(left);
  for (const [array, index] of right) {
    const chosen = left.get(array);
    if (chosen !== undefined && chosen !== index) return undefined;
    together.set(array, index);
  }
  return together;
}
