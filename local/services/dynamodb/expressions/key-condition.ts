import { invalidParameter, validationError } from '../errors.ts';
import type { KeyAttribute, KeySchema } from '../tables/table.ts';
import { checkKeyValue } from '../tables/key-validation.ts';
import { type AttributeValue, typeOf } from '../values/attribute-value.ts';
import { type Placeholders, resolveStep } from './placeholders.ts';
import type { Comparator, Condition, Operand, Step } from './syntax.ts';

export type RangeOperator = '=' | '<' | '<=' | '>' | '>=' | 'between' | 'begins_with';

/** What a Query asks of the sort key. */
export interface RangeCondition {
  readonly operator: RangeOperator;
  /** Two for `between`, one for everything else. */
  readonly values: readonly AttributeValue[];
}

/** What a Query asks for: one partition, and perhaps a part of it. */
export interface KeyCondition {
  readonly partition: AttributeValue;
  readonly range: RangeCondition | undefined;
}

interface Term {
  readonly attribute: string;
  readonly operator: RangeOperator;
  readonly values: readonly AttributeValue[];
}

/** Reads a KeyConditionExpression against the key schema of the table or index. */
export function readKeyCondition(condition: Condition, keys: KeySchema, placeholders: Placeholders): KeyCondition {
  const terms = new Map<string, Term>();
  for (const part of conjunction(condition)) {
    const term = readTerm(part, placeholders);
    if (terms.has(term.attribute)) {
      throw validationError('KeyConditionExpressions must only contain one condition per key');
    }
    terms.set(term.attribute, term);
  }
  if (terms.size > 2) throw validationError('Conditions can be of length 1 or 2 only');
  const partition = terms.get(keys.partition.name);
  if (!partition) throw validationError(`Query condition missed key schema element: ${keys.partition.name}`);
  const range = keys.sort && terms.get(keys.sort.name);
  if (terms.size > 1 && !range) {
    throw validationError(
      keys.sort ? `Query condition missed key schema element: ${keys.sort.name}` : 'Query key condition not supported',
    );
  }
  if (partition.operator !== '=') throw validationError('Query key condition not supported');
  checkTerm(partition, keys.partition);
  if (range && keys.sort) checkTerm(range, keys.sort);
  return { partition: partition.values[0] as AttributeValue, range };
}

function checkTerm(term: Term, key: KeyAttribute): void {
  for (const value of term.values) {
    if (typeOf(value) !== key.type) throw invalidParameter('Condition parameter type does not match schema type');
    if (term.operator !== 'begins_with') checkKeyValue(key, value);
  }
}

function conjunction(condition: Condition): readonly Condition[] {
  if (condition.kind === 'and') return condition.operands.flatMap(conjunction);
  if (condition.kind === 'or') throw invalidOperator('OR');
  if (condition.kind === 'not') throw invalidOperator('NOT');
  return [condition];
}

function readTerm(condition: Condition, placeholders: Placeholders): Term {
  switch (condition.kind) {
    case 'compare':
      return readComparison(condition.comparator, condition.left, condition.right, placeholders);
    case 'between':
      return {
        attribute: attributeName(condition.operand, placeholders),
        operator: 'between',
        values: [givenValue(condition.low, placeholders), givenValue(condition.high, placeholders)],
      };
    case 'begins_with':
      return {
        attribute: attributeName(condition.left, placeholders),
        operator: 'begins_with',
        values: [givenValue(condition.right, placeholders)],
      };
    case 'in':
      throw invalidOperator('IN');
    default:
      throw invalidOperator(condition.kind);
  }
}

const MIRRORED: Readonly<Record<Exclude<Comparator, '<>'>, RangeOperator>> = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function readComparison(comparator: Comparator, left: Operand, right: Operand, placeholders: Placeholders): Term {
  if (comparator === '<>') throw invalidOperator('<>');
  if (left.kind === 'value' && right.kind === 'path') {
    return {
      attribute: attributeName(right, placeholders),
      operator: MIRRORED[comparator],
      values: [givenValue(left, placeholders)],
    };
  }
  return {
    attribute: attributeName(left, placeholders),
    operator: comparator,
    values: [givenValue(right, placeholders)],
  };
}

function attributeName(operand: Operand, placeholders: Placeholders): string {
  if (operand.kind === 'size') throw invalidOperator('size');
  if (operand.kind === 'value') throw noAttributes();
  if (operand.steps.length > 1) {
    throw validationError(
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    );
  }
  return resolveStep(operand.steps[0] as Step, placeholders.names) as string;
}

function givenValue(operand: Operand, placeholders: Placeholders): AttributeValue {
  if (operand.kind === 'size') throw invalidOperator('size');
  if (operand.kind === 'path') throw noAttributes();
  return placeholders.values[operand.name] as AttributeValue;
}

function noAttributes(): Error {
  return validationError(
    'Invalid KeyConditionExpression: Each condition must compare one key attribute with expression attribute values',
  );
}

function invalidOperator(operator: string): Error {
  return validationError(
    `Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: ${operator}`,
  );
}
