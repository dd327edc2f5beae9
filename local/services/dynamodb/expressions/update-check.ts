import { type AttributeValue, isSetType, typeOf } from '../values/attribute-value.ts';
import { incorrectOperand } from './condition-check.ts';
import { checkNoOverlap } from './document-path.ts';
import { ExpressionError } from './expression-error.ts';
import type { Placeholders } from './placeholders.ts';
import type { Path, SetOperand, SetValue, Update } from './syntax.ts';

/** DynamoDB's long names of the types, which only the complaints about ADD and DELETE use. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  M: 'MAP',
  L: 'LIST',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
};

/** What DynamoDB refuses about an update before it looks at the item: overlapping paths, values of impossible types. */
export function checkUpdate(update: Update, placeholders: Placeholders): void {
  for (const { value } of update.set) checkSetValue(value, placeholders);
  for (const { value } of update.add) {
    const given = placeholders.values[value.name] as AttributeValue;
    if (given.N === undefined && !isSetType(typeOf(given))) throw incorrectSetOperand('ADD', given);
  }
  for (const { value } of update.delete) {
    const given = placeholders.values[value.name] as AttributeValue;
    if (!isSetType(typeOf(given))) throw incorrectSetOperand('DELETE', given);
  }
  checkNoOverlap(updatedPaths(update), placeholders.names);
}

/** Every path that an update changes, in the order of its sections. */
export function updatedPaths(update: Update): readonly Path[] {
  if (update.remove.length === 0 && update.add.length === 0 && update.delete.length === 0) {
    return update.set.map(({ path }) => path);
  }
  return [
    ...update.set.map(({ path }) => path),
    ...update.remove,
    ...update.add.map(({ path }) => path),
    ...update.delete.map(({ path }) => path),
  ];
}

function checkSetValue(value: SetValue, placeholders: Placeholders): void {
  switch (value.kind) {
    case 'path':
    case 'value':
      return;
    case '+':
    case '-':
      checkOperand(value.kind, value.left, 'N', placeholders);
      checkOperand(value.kind, value.right, 'N', placeholders);
      return;
    case 'list_append':
      checkOperand('list_append', value.left, 'L', placeholders);
      checkOperand('list_append', value.right, 'L', placeholders);
      return;
    case 'if_not_exists':
      checkSetValue(value.otherwise, placeholders);
      return;
  }
}

function checkOperand(operator: string, operand: SetOperand, required: 'N' | 'L', placeholders: Placeholders): void {
  const value = operand.kind === 'value' ? placeholders.values[operand.name] : undefined;
  if (value && value[required] === undefined) throw incorrectOperand(operator, typeOf(value));
  checkSetValue(operand, placeholders);
}

function incorrectSetOperand(operator: 'ADD' | 'DELETE', value: AttributeValue): ExpressionError {
  return new ExpressionError(
    `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${String(LONG_NAMES[typeOf(value)])}, typeSet: ALLOWED_FOR_${operator}_OPERAND`,
  );
}
