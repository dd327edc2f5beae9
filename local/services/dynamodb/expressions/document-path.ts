import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { ExpressionError } from './expression-error.ts';
import { type Placeholders, resolvePath, resolveStep, showPath } from './placeholders.ts';
import type { Path, Step } from './syntax.ts';

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(item: Item, path: Path, names: Placeholders['names']): AttributeValue | undefined {
  let value = member(item, resolveStep(path.steps[0] as Step, names) as string);
  for (let index = 1; index < path.steps.length && value !== undefined; index += 1) {
    value = child(value, resolveStep(path.steps[index] as Step, names));
  }
  return value;
}

/** What a map or a list has under a name or an index. */
export function child(value: AttributeValue, step: Step): AttributeValue | undefined {
  if (typeof step === 'number') return value.L?.[step];
  return value.M && member(value.M, step);
}

function member(members: Item, name: string): AttributeValue | undefined {
  // An attribute may be called `constructor`; what an object inherits is no attribute.
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** Complains when one path leads to, or into, what another leads to, or when one is used as a map and as a list. */
export function checkNoOverlap(paths: readonly Path[], names: Placeholders['names']): void {
  if (paths.length < 2) return;
  const heads = new Set<Step>();
  for (const path of paths) heads.add(resolveStep(path.steps[0] as Step, names));
  if (heads.size === paths.length) return;
  const resolved = paths.map((path) => resolvePath(path, names));
  resolved.forEach((right, index) => {
    for (const left of resolved.slice(0, index)) checkPair(left, right);
  });
}

function checkPair(left: readonly Step[], right: readonly Step[]): void {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const one = left[index];
    const two = right[index];
    if (one === two) continue;
    if (typeof one === typeof two) return;
    throw new ExpressionError(
      `Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ${showPath(left)}, path two: ${showPath(right)}`,
    );
  }
  throw new ExpressionError(
    `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${showPath(left)}, path two: ${showPath(right)}`,
  );
}
