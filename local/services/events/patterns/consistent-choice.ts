import type { FieldCondition } from './compile-pattern.ts';
import type { Leaf } from './value-matchers.ts';

/** Which element of which array a leaf came through: two leaves of one match must agree on every array they share. */
export type Membership = ReadonlyMap<readonly unknown[], number>;

export interface Field {
  readonly leaf: Leaf;
  readonly membership: Membership;
}

/**
 * Looks for one leaf per condition such that all of them came through the same elements of the arrays that they share. What
 * failed once is not tried again: the effort grows with the number of leaves, not with the number of their combinations.
 */
export class ConsistentChoice {
  private readonly conditions: readonly FieldCondition[];
  /** The leaves at the path of each condition. */
  private readonly found: readonly Branch[];
  /** The arrays that matter from a condition on: what was chosen in others cannot change what follows. */
  private readonly arraysFrom: readonly ReadonlySet<readonly unknown[]>[];
  private readonly failed = new Set<string>();
  private readonly numbers = new Map<readonly unknown[], number>();

  constructor(conditions: readonly FieldCondition[], found: readonly (readonly Field[])[]) {
    this.conditions = conditions;
    this.found = found.map(branchOf);
    const arrays = new Set<readonly unknown[]>();
    const arraysFrom: ReadonlySet<readonly unknown[]>[] = [];
    for (const fields of [...found].reverse()) {
      for (const { membership } of fields) for (const array of membership.keys()) arrays.add(array);
      arraysFrom.unshift(new Set(arrays));
    }
    this.arraysFrom = arraysFrom;
  }

  exists(): boolean {
    return this.from(0, new Map());
  }

  /** Whether the conditions from `index` on can be met by leaves that agree with the elements chosen so far. */
  private from(index: number, chosen: Membership): boolean {
    if (index === this.conditions.length) return true;
    const key = this.keyOf(index, chosen);
    if (this.failed.has(key)) return false;
    if (this.any(index, chosen)) return true;
    this.failed.add(key);
    return false;
  }

  private any(index: number, chosen: Membership): boolean {
    const { anyOf } = this.conditions[index] as FieldCondition;
    let present = false;
    for (const { leaf, membership } of agreeing(this.found[index] as Branch, chosen)) {
      present = true;
      if (!anyOf.some((value) => value.accepts(leaf))) continue;
      if (this.from(index + 1, membership.size === 0 ? chosen : new Map([...chosen, ...membership]))) return true;
    }
    return !present && anyOf.some((value) => value.absent) && this.from(index + 1, chosen);
  }

  private keyOf(index: number, chosen: Membership): string {
    let key = String(index);
    for (const [array, element] of chosen) {
      if (this.arraysFrom[index]?.has(array)) key += ` ${String(this.numberOf(array))}:${String(element)}`;
    }
    return key;
  }

  private numberOf(array: readonly unknown[]): number {
    const number = this.numbers.get(array) ?? this.numbers.size;
    this.numbers.set(array, number);
    return number;
  }
}

/** Leaves by the elements of arrays that lead to them, from the outermost array to the innermost. */
interface Branch {
  readonly fields: Field[];
  readonly arrays: Map<readonly unknown[], Map<number, Branch>>;
}

function branchOf(fields: readonly Field[]): Branch {
  const root = newBranch();
  for (const field of fields) {
    let branch = root;
    for (const [array, element] of field.membership) branch = elementOf(branch, array, element);
    branch.fields.push(field);
  }
  return root;
}

function newBranch(): Branch {
  return { fields: [], arrays: new Map() };
}

function elementOf(branch: Branch, array: readonly unknown[], element: number): Branch {
  const elements = branch.arrays.get(array) ?? new Map<number, Branch>();
  branch.arrays.set(array, elements);
  const found = elements.get(element) ?? newBranch();
  elements.set(element, found);
  return found;
}

/** The leaves that came through no other element of an array than the one that is chosen. */
function* agreeing(branch: Branch, chosen: Membership): Generator<Field> {
  yield* branch.fields;
  for (const [array, elements] of branch.arrays) {
    const element = chosen.get(array);
    const agree = element === undefined ? elements.values() : [elements.get(element) ?? newBranch()];
    for (const below of agree) yield* agreeing(below, chosen);
  }
}
