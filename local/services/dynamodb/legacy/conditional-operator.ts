import { isAbsent } from '../absent.ts';
import { validationError } from '../errors.ts';
import type { Condition } from '../expressions/syntax.ts';
import { Constraints } from '../request-constraints.ts';

export type ConditionalOperator = 'AND' | 'OR';

/** Checks `ConditionalOperator` against the conditions that it would combine. */
export function checkConditionalOperator(operator: unknown, conditions: object | undefined): void {
  if (isAbsent(operator)) return;
  new Constraints().oneOf(operator, 'conditionalOperator', ['OR', 'AND']).check();
  if (!conditions) throw validationError('ConditionalOperator cannot be used without Filter or Expected');
  if (Object.keys(conditions).length < 2) {
    throw validationError('ConditionalOperator can only be used when Filter or Expected has two or more elements');
  }
}

/** Several conditions as one: all of them hold, unless `OR` is asked for. */
export function combined(
  conditions: readonly Condition[],
  operator: ConditionalOperator | undefined,
): Condition | undefined {
  if (conditions.length < 2) return conditions[0];
  return { kind: operator === 'OR' ? 'or' : 'and', operands: conditions };
}
