import { isAbsent } from '../absent.ts';
import { validationError } from '../errors.ts';
import type { ExpressionParameter } from '../expressions/compile.ts';
import type { RequestExpressions } from '../expressions/request-expressions.ts';
import { type AttributeUpdates, attributeUpdates, onlyDeletes } from './attribute-updates.ts';
import { attributesToGet } from './attributes-to-get.ts';
import { checkConditionalOperator, type ConditionalOperator } from './conditional-operator.ts';
import { type Expected, expectedCondition } from './expected.ts';
import { filterCondition, type LegacyConditions } from './filters.ts';
import { keyConditions } from './key-conditions.ts';
import { References } from './references.ts';

/**
 * The parameters from the time before expressions:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html. They are turned into what
 * an expression is parsed to, so that the rest of the service knows of expressions only.
 */
export interface LegacyInput {
  readonly AttributesToGet?: readonly string[];
  readonly AttributeUpdates?: AttributeUpdates;
  readonly Expected?: Expected;
  readonly QueryFilter?: LegacyConditions;
  readonly ScanFilter?: LegacyConditions;
  readonly KeyConditions?: LegacyConditions;
  readonly ConditionalOperator?: ConditionalOperator;
}

type LegacyParameter = keyof LegacyInput;

/** What stands for which expression, in the order in which complaints name them. */
const INSTEAD_OF: Readonly<Record<ExpressionParameter, readonly LegacyParameter[]>> = {
  ProjectionExpression: ['AttributesToGet'],
  UpdateExpression: ['AttributeUpdates'],
  FilterExpression: ['QueryFilter', 'ScanFilter', 'ConditionalOperator'],
  ConditionExpression: ['Expected', 'ConditionalOperator'],
  KeyConditionExpression: ['KeyConditions'],
};

/** Whether a request has any of them. Written out because it is asked of every request. */
export function usesLegacyParameters(input: LegacyInput): boolean {
  return (
    !isAbsent(input.Expected) ||
    !isAbsent(input.AttributeUpdates) ||
    !isAbsent(input.AttributesToGet) ||
    !isAbsent(input.KeyConditions) ||
    !isAbsent(input.QueryFilter) ||
    !isAbsent(input.ScanFilter) ||
    !isAbsent(input.ConditionalOperator)
  );
}

/** Reads them in place of the expressions that an operation takes (`allowed`); the two cannot be mixed. */
export function readLegacyParameters(
  input: LegacyInput,
  allowed: readonly ExpressionParameter[],
): RequestExpressions | undefined {
  const given = [...new Set(allowed.flatMap((expression) => INSTEAD_OF[expression]))].filter(
    (parameter) => !isAbsent(input[parameter]),
  );
  if (given.length === 0) return undefined;
  checkNotMixed(
    given,
    allowed.filter((parameter) => !isAbsent((input as Readonly<Record<string, unknown>>)[parameter])),
  );
  const of = <Name extends LegacyParameter>(name: Name) => (given.includes(name) ? input[name] : undefined);
  const filter = of('QueryFilter') ?? of('ScanFilter');
  const expected = of('Expected');
  const operator = of('ConditionalOperator');
  checkConditionalOperator(operator, filter ?? expected);
  const references = new References();
  const updates = of('AttributeUpdates');
  const names = of('AttributesToGet');
  const keys = of('KeyConditions');
  const update = updates && attributeUpdates(updates, references);
  return {
    update,
    makesNoItem: update !== undefined && onlyDeletes(update),
    projection: names && attributesToGet(names, references),
    filter: filter && filterCondition(of('QueryFilter') ? 'queryFilter' : 'scanFilter', filter, operator, references),
    condition: expected && expectedCondition(expected, operator, references),
    keyCondition: keys && keyConditions(keys, references),
    placeholders: references.placeholders(),
  };
}

/** Refuses parameters of both kinds in one request. */
export function checkNotMixed(legacy: readonly string[], expressions: readonly string[]): void {
  if (legacy.length === 0 || expressions.length === 0) return;
  throw validationError(
    `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
  );
}
