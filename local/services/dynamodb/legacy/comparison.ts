import { invalidParameter, validationError } from '../errors.ts';
import type { Condition, Path, ValueReference } from '../expressions/syntax.ts';
import { Constraints } from '../request-constraints.ts';
import { typeOf } from '../values/attribute-value.ts';
import { compareValues } from '../values/comparison.ts';
import type { References } from './references.ts';

/** One condition on an attribute in QueryFilter, ScanFilter, KeyConditions and (among other forms) Expected. */
export interface LegacyCondition {
  readonly ComparisonOperator?: string;
  readonly AttributeValueList?: readonly unknown[];
}

/** How DynamoDB lists the operators. */
const OPERATORS = [
  ...['IN', 'NULL', 'BETWEEN', 'LT', 'NOT_CONTAINS', 'EQ', 'GT', 'NOT_NULL', 'NE', 'LE', 'BEGINS_WITH', 'GE'],
  'CONTAINS',
];

const COMPARATORS = { EQ: '=', NE: '<>', LT: '<', LE: '<=', GT: '>', GE: '>=' } as const;

const SCALARS = ['S', 'N', 'B'];
/** The types of operands, where not every type will do. */
const OPERAND_TYPES: Readonly<Record<string, readonly string[]>> = {
  LT: SCALARS,
  LE: SCALARS,
  GT: SCALARS,
  GE: SCALARS,
  BETWEEN: SCALARS,
  IN: SCALARS,
  CONTAINS: SCALARS,
  NOT_CONTAINS: SCALARS,
  BEGINS_WITH: ['S', 'B'],
};

/** Checks that an operator is one; `path` as messages name it, such as `queryFilter.total.member`. */
export function checkOperator(operator: string | undefined, path: string): void {
  new Constraints()
    .notNull(operator, `${path}.comparisonOperator`)
    .oneOf(operator, `${path}.comparisonOperator`, OPERATORS)
    .check();
}

/** The condition that an operator and its operands make on an attribute. */
export function comparison(path: Path, operator: string, given: readonly unknown[], references: References): Condition {
  checkCount(operator, given.length);
  const operands = given.map((value) => references.value(value));
  checkTypes(operator, operands, references);
  const [first, second] = operands as [ValueReference, ValueReference];
  switch (operator) {
    case 'NULL':
      return { kind: 'attribute_not_exists', path };
    case 'NOT_NULL':
      return { kind: 'attribute_exists', path };
    case 'IN':
      return { kind: 'in', operand: path, candidates: operands };
    case 'BETWEEN':
      return { kind: 'between', operand: path, low: first, high: second };
    case 'BEGINS_WITH':
      return { kind: 'begins_with', left: path, right: first };
    case 'CONTAINS':
      return { kind: 'contains', left: path, right: first };
    case 'NOT_CONTAINS':
      return { kind: 'not', operand: { kind: 'contains', left: path, right: first } };
    default:
      return {
        kind: 'compare',
        comparator: COMPARATORS[operator as keyof typeof COMPARATORS],
        left: path,
        right: first,
      };
  }
}

function checkCount(operator: string, count: number): void {
  const right =
    operator === 'NULL' || operator === 'NOT_NULL'
      ? count === 0
      : operator === 'IN'
        ? count > 0
        : count === (operator === 'BETWEEN' ? 2 : 1);
  if (!right) throw invalidParameter(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
}

function checkTypes(operator: string, operands: readonly ValueReference[], references: References): void {
  const types = operands.map((operand) => typeOf(references.valueOf(operand)));
  const wrong = types.find((type) => OPERAND_TYPES[operator]?.includes(type) === false);
  if (wrong !== undefined) {
    throw invalidParameter(`ComparisonOperator ${operator} is not valid for ${wrong} AttributeValue type`);
  }
  if (new Set(types).size > 1) {
    throw invalidParameter('AttributeValues inside AttributeValueList must be of same type');
  }
  const [low, high] = operands;
  if (operator !== 'BETWEEN' || !low || !high) return;
  if ((compareValues(references.valueOf(low), references.valueOf(high)) ?? 0) > 0) {
    throw validationError(
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    );
  }
}
