import { type AttributeValue, typeOf } from '../values/attribute-value.ts';
import { compareValues } from '../values/comparison.ts';
import { ExpressionError } from './expression-error.ts';
import { type Placeholders, resolvePath, showPath } from './placeholders.ts';
import type { Condition, Operand } from './syntax.ts';

const TYPE_NAMES = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];

/** What DynamoDB refuses about a condition before it looks at any item: operands of impossible types, a path compared with itself. */
export function checkCondition(condition: Condition, placeholders: Placeholders): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) checkCondition(operand, placeholders);
      return;
    case 'not':
      checkCondition(condition.operand, placeholders);
      return;
    case 'compare':
      checkDistinct(condition.comparator, [condition.left, condition.right], placeholders);
      checkSizes([condition.left, condition.right], placeholders);
      if (condition.comparator !== '=' && condition.comparator !== '<>') {
        checkOrdered(condition.comparator, [condition.left, condition.right], placeholders);
      }
      return;
    case 'between':
      checkDistinct('BETWEEN', [condition.operand, condition.low, condition.high], placeholders);
      checkOrdered('BETWEEN', [condition.operand, condition.low, condition.high], placeholders);
      checkBounds(condition.low, condition.high, placeholders);
      return;
    case 'in':
      checkDistinct('IN', [condition.operand, ...condition.candidates], placeholders);
      return;
    case 'attribute_exists':
    case 'attribute_not_exists':
      return;
    case 'begins_with':
      checkDistinct('begins_with', [condition.left, condition.right], placeholders);
      checkTypes('begins_with', [condition.left, condition.right], ['S', 'B'], placeholders);
      return;
    case 'contains':
      checkDistinct('contains', [condition.left, condition.right], placeholders);
      return;
    case 'attribute_type':
      checkTypeName(condition.right, placeholders);
      return;
  }
}

function given(operand: Operand, { values }: Placeholders): AttributeValue | undefined {
  return operand.kind === 'value' ? values[operand.name] : undefined;
}

function checkOrdered(operator: string, operands: readonly Operand[], placeholders: Placeholders): void {
  checkTypes(operator, operands, ['S', 'N', 'B'], placeholders);
}

function checkTypes(
  operator: string,
  operands: readonly Operand[],
  allowed: readonly string[],
  placeholders: Placeholders,
): void {
  for (const operand of operands) {
    const value = given(operand, placeholders);
    if (value && !allowed.includes(typeOf(value))) throw incorrectOperand(operator, typeOf(value));
  }
}

function checkSizes(operands: readonly Operand[], placeholders: Placeholders): void {
  for (const operand of operands) {
    if (operand.kind !== 'size') continue;
    const value = given(operand.of, placeholders);
    if (value && ['N', 'BOOL', 'NULL'].includes(typeOf(value))) throw incorrectOperand('size', typeOf(value));
  }
}

function checkTypeName(operand: Operand, placeholders: Placeholders): void {
  const value = given(operand, placeholders);
  if (!value || value.S === undefined) {
    throw incorrectOperand('attribute_type', value ? typeOf(value) : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
  }
  if (!TYPE_NAMES.includes(value.S)) {
    throw new ExpressionError(
      `Invalid attribute type name found; type: ${value.S}, valid types: {${TYPE_NAMES.join(',')}}`,
    );
  }
}

/** The complaint about an operand of the wrong type. */
export function incorrectOperand(operator: string, type: string): ExpressionError {
  return new ExpressionError(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

function checkDistinct(operator: string, operands: readonly Operand[], placeholders: Placeholders): void {
  const [first, ...others] = operands;
  if (first?.kind !== 'path') return;
  const shown = showPath(resolvePath(first, placeholders.names));
  for (const other of others) {
    if (other.kind !== 'path' || showPath(resolvePath(other, placeholders.names)) !== shown) continue;
    throw new ExpressionError(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${shown}`,
    );
  }
}

function checkBounds(low: Operand, high: Operand, placeholders: Placeholders): void {
  const lower = given(low, placeholders);
  const upper = given(high, placeholders);
  if (!lower || !upper) return;
  const bounds = `lower bound operand: AttributeValue: ${showValue(lower)}, upper bound operand: AttributeValue: ${showValue(upper)}`;
  const order = compareValues(lower, upper);
  if (order === undefined) {
    throw new ExpressionError(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if (order > 0) {
    throw new ExpressionError(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}

function showValue(value: AttributeValue): string {
  return `{${typeOf(value)}:${value.S ?? value.N ?? value.B ?? ''}}`;
}
