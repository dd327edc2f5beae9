import { isAbsent } from '../absent.ts';
import { invalidParameter } from '../errors.ts';
import type { Condition } from '../expressions/syntax.ts';
import { checkOperator, comparison, type LegacyCondition } from './comparison.ts';
import { combined, type ConditionalOperator } from './conditional-operator.ts';
import type { References } from './references.ts';

/** What a write expects of one attribute: a comparison, a value, or that there is none. */
interface Expectation extends LegacyCondition {
  readonly Value?: unknown;
  readonly Exists?: boolean;
}

export type Expected = Readonly<Record<string, Expectation>>;

/** The condition that `Expected` puts on a write. */
export function expectedCondition(
  expected: Expected,
  operator: ConditionalOperator | undefined,
  references: References,
): Condition | undefined {
  const conditions = Object.entries(expected).map(([name, expectation]) => {
    if (!isAbsent(expectation.Value) && !isAbsent(expectation.AttributeValueList)) {
      throw invalidParameter(`Value and AttributeValueList cannot be used together for Attribute: ${name}`);
    }
    return isAbsent(expectation.ComparisonOperator)
      ? existence(name, expectation, references)
      : compared(name, expectation, references);
  });
  return combined(conditions, operator);
}

function compared(name: string, expectation: Expectation, references: References): Condition {
  const { ComparisonOperator: operator, Value, AttributeValueList } = expectation;
  checkOperator(operator, `expected.${name}.member`);
  if (!isAbsent(expectation.Exists)) {
    throw invalidParameter(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`);
  }
  const operands = AttributeValueList ?? (isAbsent(Value) ? [] : [Value]);
  if (isAbsent(AttributeValueList) && isAbsent(Value) && operator !== 'NULL' && operator !== 'NOT_NULL') {
    throw invalidParameter(
      `Value or AttributeValueList must be used with ComparisonOperator: ${String(operator)} for Attribute: ${name}`,
    );
  }
  return comparison(references.attribute(name), operator as string, operands, references);
}

function existence(
  name: string,
  { Exists, Value, AttributeValueList }: Expectation,
  references: References,
): Condition {
  if (!isAbsent(AttributeValueList)) {
    throw invalidParameter(`AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`);
  }
  if (Exists === false) {
    if (!isAbsent(Value)) throw invalidParameter(`Value cannot be used when Exists is false for Attribute: ${name}`);
    return { kind: 'attribute_not_exists', path: references.attribute(name) };
  }
  if (isAbsent(Value)) {
    throw invalidParameter(
      `Value must be provided when Exists is ${isAbsent(Exists) ? 'null' : 'true'} for Attribute: ${name}`,
    );
  }
  return comparison(references.attribute(name), 'EQ', [Value], references);
}
