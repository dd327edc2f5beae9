import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { type Placeholders, resolvePath } from './placeholders.ts';
import type { Path, Step } from './syntax.ts';

/** What is wanted below one point of a document: everything, or some steps. */
type Wanted = 'all' | Map<Step, Wanted>;

/** Cuts items down to some paths. */
export type Projector = (item: Item) => Item;

/** Prepares a projection for the names of one request. */
export function projector(paths: readonly Path[], names: Placeholders['names']): Projector {
  const root = new Map<Step, Wanted>();
  for (const path of paths) want(root, resolvePath(path, names));
  return (item) => projectMap(item, root);
}

function want(root: Map<Step, Wanted>, steps: readonly Step[]): void {
  let level = root;
  steps.forEach((step, index) => {
    if (index === steps.length - 1) {
      level.set(step, 'all');
      return;
    }
    const below = level.get(step);
    const next: Map<Step, Wanted> = below instanceof Map ? below : new Map<Step, Wanted>();
    level.set(step, next);
    level = next;
  });
}

function projectMap(members: Item, wanted: ReadonlyMap<Step, Wanted>): Item {
  const projected: Record<string, AttributeValue> = {};
  for (const [step, below] of wanted) {
    if (typeof step !== 'string' || !Object.hasOwn(members, step)) continue;
    const value = projectValue(members[step] as AttributeValue, below);
    if (value) projected[step] = value;
  }
  return projected;
}

/** The part of a value that is wanted; nothing when there is no such part. Elements of a list close up. */
function projectValue(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted === 'all') return value;
  if (value.M) {
    const members = projectMap(value.M, wanted);
    return Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  if (!value.L) return undefined;
  const elements = value.L.flatMap((element, index) => {
    const below = wanted.get(index);
    return below === undefined ? [] : (projectValue(element, below) ?? []);
  });
  return elements.length > 0 ? { L: elements } : undefined;
}
