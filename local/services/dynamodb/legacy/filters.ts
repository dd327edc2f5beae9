import type { Condition } from '../expressions/syntax.ts';
import { checkOperator, comparison, type LegacyCondition } from './comparison.ts';
import { combined, type ConditionalOperator } from './conditional-operator.ts';
import type { References } from './references.ts';

export type LegacyConditions = Readonly<Record<string, LegacyCondition>>;

/** What QueryFilter or ScanFilter asks of an item. */
export function filterCondition(
  parameter: 'queryFilter' | 'scanFilter',
  filter: LegacyConditions,
  operator: ConditionalOperator | undefined,
  references: References,
): Condition | undefined {
  const conditions = Object.entries(filter).map(([name, { ComparisonOperator, AttributeValueList = [] }]) => {
    checkOperator(ComparisonOperator, `${parameter}.${name}.member`);
    return comparison(references.attribute(name), ComparisonOperator as string, AttributeValueList, references);
  });
  return combined(conditions, operator);
}
