import { validationError } from '../errors.ts';
import { type AttributeValue, type Item, setMembers, typeOf } from '../values/attribute-value.ts';
import { addNumbers, subtractNumbers } from '../values/decimal.ts';
import { assignAt, removeAt } from './document-change.ts';
import { valueAt } from './document-path.ts';
import { type Placeholders, resolvePath } from './placeholders.ts';
import type { SetOperand, SetValue, Step, Update } from './syntax.ts';

/**
 * The item after an update; `item` itself is left as it is. Every value is taken from the item as it was before, so the order
 * of the clauses does not matter.
 */
export function applyUpdate(update: Update, item: Item, placeholders: Placeholders): Item {
  const changed: Record<string, AttributeValue> = { ...item };
  const { names } = placeholders;
  const assignments = update.set.map(({ path, value }) => ({
    steps: resolvePath(path, names),
    value: setValue(value, item, placeholders),
  }));
  for (const { steps, value } of inListOrder(assignments)) assignAt(changed, steps, value);
  for (const { path, value } of update.add) {
    const given = placeholders.values[value.name] as AttributeValue;
    assignAt(changed, resolvePath(path, names), added(valueAt(item, path, names), given));
  }
  for (const { path, value } of update.delete) {
    const current = valueAt(item, path, names);
    const steps = resolvePath(path, names);
    const left = current && withoutMembers(current, placeholders.values[value.name] as AttributeValue);
    if (left) assignAt(changed, steps, left);
    else removeAt(changed, steps);
  }
  const removals = update.remove.map((path) => ({ steps: resolvePath(path, names) }));
  // From the end of a list to its start, so that each index still means what it meant before.
  for (const { steps } of inListOrder(removals).reverse()) removeAt(changed, steps);
  return changed;
}

/** Sorted by list index where paths end in one: elements beyond the end of a list are appended in the order of their indexes. */
function inListOrder<T extends { readonly steps: readonly Step[] }>(changes: readonly T[]): T[] {
  if (!changes.some(({ steps }) => typeof steps.at(-1) === 'number')) return [...changes];
  return [...changes].sort((left, right) => lastIndex(left.steps) - lastIndex(right.steps));
}

function lastIndex(steps: readonly Step[]): number {
  const last = steps.at(-1);
  return typeof last === 'number' ? last : -1;
}

function setValue(value: SetValue, item: Item, placeholders: Placeholders): AttributeValue {
  switch (value.kind) {
    case '+':
    case '-': {
      const left = numberOf(operandValue(value.left, item, placeholders));
      const right = numberOf(operandValue(value.right, item, placeholders));
      return { N: value.kind === '+' ? addNumbers(left, right) : subtractNumbers(left, right) };
    }
    default:
      return operandValue(value, item, placeholders);
  }
}

function operandValue(operand: SetOperand, item: Item, placeholders: Placeholders): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return placeholders.values[operand.name] as AttributeValue;
    case 'path': {
      const value = valueAt(item, operand, placeholders.names);
      if (value) return value;
      throw validationError('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(item, operand.path, placeholders.names) ?? operandValue(operand.otherwise, item, placeholders);
    case 'list_append': {
      const left = operandValue(operand.left, item, placeholders).L;
      const right = operandValue(operand.right, item, placeholders).L;
      if (!left || !right) throw wrongOperandType();
      return { L: [...left, ...right] };
    }
  }
}

function numberOf(value: AttributeValue): string {
  if (value.N === undefined) throw wrongOperandType();
  return value.N;
}

/** ADD: a sum, or a union; on an attribute that is not there, the value itself. */
function added(current: AttributeValue | undefined, given: AttributeValue): AttributeValue {
  if (current === undefined) return given;
  if (current.N !== undefined && given.N !== undefined) return { N: addNumbers(current.N, given.N) };
  const type = typeOf(current);
  const members = setMembers(current);
  if (!members || type !== typeOf(given)) throw wrongOperandType();
  return { [type]: [...new Set([...members, ...(setMembers(given) ?? [])])] };
}

/** DELETE: a set without some members; nothing when none is left, since no set is empty. */
function withoutMembers(current: AttributeValue, given: AttributeValue): AttributeValue | undefined {
  const type = typeOf(current);
  const members = setMembers(current);
  if (!members || type !== typeOf(given)) throw wrongOperandType();
  const removed = new Set(setMembers(given));
  const left = members.filter((member) => !removed.has(member));
  return left.length === 0 ? undefined : { [type]: left };
}

function wrongOperandType(): Error {
  return validationError('An operand in the update expression has an incorrect data type');
}
