import { type AttributeValue, type Item, setMembers, typeOf } from '../values/attribute-value.ts';
import { compareValues, valuesEqual } from '../values/comparison.ts';
import { valueAt } from './document-path.ts';
import type { Placeholders } from './placeholders.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

/** Whether a condition holds for an item; an item that does not exist is one without attributes. */
export function holds(condition: Condition, item: Item, placeholders: Placeholders): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => holds(operand, item, placeholders));
    case 'or':
      return condition.operands.some((operand) => holds(operand, item, placeholders));
    case 'not':
      return !holds(condition.operand, item, placeholders);
    case 'compare':
      return compare(
        condition.comparator,
        operandValue(condition.left, item, placeholders),
        operandValue(condition.right, item, placeholders),
      );
    case 'between': {
      const value = operandValue(condition.operand, item, placeholders);
      return (
        compare('>=', value, operandValue(condition.low, item, placeholders)) &&
        compare('<=', value, operandValue(condition.high, item, placeholders))
      );
    }
    case 'in': {
      const value = operandValue(condition.operand, item, placeholders);
      return condition.candidates.some((candidate) => compare('=', value, operandValue(candidate, item, placeholders)));
    }
    case 'attribute_exists':
      return valueAt(item, condition.path, placeholders.names) !== undefined;
    case 'attribute_not_exists':
      return valueAt(item, condition.path, placeholders.names) === undefined;
    case 'attribute_type': {
      const value = operandValue(condition.left, item, placeholders);
      return value !== undefined && typeOf(value) === operandValue(condition.right, item, placeholders)?.S;
    }
    case 'begins_with':
      return beginsWith(
        operandValue(condition.left, item, placeholders),
        operandValue(condition.right, item, placeholders),
      );
    case 'contains':
      return contains(
        operandValue(condition.left, item, placeholders),
        operandValue(condition.right, item, placeholders),
      );
  }
}

function operandValue(operand: Operand, item: Item, placeholders: Placeholders): AttributeValue | undefined {
  if (operand.kind === 'value') return placeholders.values[operand.name];
  if (operand.kind === 'path') return valueAt(item, operand, placeholders.names);
  const size = sizeOf(operandValue(operand.of, item, placeholders));
  return size === undefined ? undefined : { N: String(size) };
}

/** What `size` gives: UTF-16 units of text (so does DynamoDB, whatever its guide says), bytes of binary, members of the rest. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S.length;
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.L ?? setMembers(value))?.length;
}

function compare(comparator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (comparator === '=') return left !== undefined && right !== undefined && valuesEqual(left, right);
  // An attribute that is not there differs from every value.
  if (comparator === '<>') return left === undefined || right === undefined || !valuesEqual(left, right);
  const order = left && right && compareValues(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  if (comparator === '>') return order > 0;
  return order >= 0;
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B === undefined || prefix?.B === undefined) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
}

/** A substring of text or binary, a member of a set, an element of a list. */
function contains(container: AttributeValue | undefined, sought: AttributeValue | undefined): boolean {
  if (!container || !sought) return false;
  if (container.S !== undefined) return sought.S !== undefined && container.S.includes(sought.S);
  if (container.B !== undefined) {
    return sought.B !== undefined && Buffer.from(container.B, 'base64').includes(Buffer.from(sought.B, 'base64'));
  }
  if (container.L !== undefined) return container.L.some((element) => valuesEqual(element, sought));
  if (container.SS !== undefined) return sought.S !== undefined && container.SS.includes(sought.S);
  if (container.NS !== undefined) return sought.N !== undefined && container.NS.includes(sought.N);
  return sought.B !== undefined && (container.BS ?? []).includes(sought.B);
}
