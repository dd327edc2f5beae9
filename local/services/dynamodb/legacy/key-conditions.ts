import { validationError } from '../errors.ts';
import type { Condition } from '../expressions/syntax.ts';
import { checkOperator, comparison } from './comparison.ts';
import { combined } from './conditional-operator.ts';
import type { LegacyConditions } from './filters.ts';
import type { References } from './references.ts';

/** The operators by which a key can be found. */
const INDEXABLE = ['EQ', 'LE', 'LT', 'GE', 'GT', 'BEGINS_WITH', 'BETWEEN'];

/** What `KeyConditions` asks of the keys; whether they are those of the table is seen later, as for an expression. */
export function keyConditions(given: LegacyConditions, references: References): Condition {
  const conditions = Object.entries(given).map(([name, { ComparisonOperator, AttributeValueList = [] }]) => {
    checkOperator(ComparisonOperator, `keyConditions.${name}.member`);
    const condition = comparison(
      references.attribute(name),
      ComparisonOperator as string,
      AttributeValueList,
      references,
    );
    if (!INDEXABLE.includes(ComparisonOperator as string)) {
      throw validationError('Attempted conditional constraint is not an indexable operation');
    }
    return condition;
  });
  const condition = combined(conditions, 'AND');
  if (!condition || conditions.length > 2) throw validationError('Conditions can be of length 1 or 2 only');
  return condition;
}
