import { isAbsent } from './absent.ts';
import { validationError } from './errors.ts';

const EXPRESSIONS = [
  'ProjectionExpression',
  'UpdateExpression',
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
];

/**
 * Refuses parameters from the time before expressions by name; the host does not serve them (docs/local-host.md). Together
 * with expressions DynamoDB refuses them too, in its own words.
 */
export function checkNoLegacyParameters(input: object, legacy: readonly string[]): void {
  const parameters = input as Readonly<Record<string, unknown>>;
  const given = legacy.filter((name) => !isAbsent(parameters[name]));
  if (given.length === 0) return;
  const expressions = EXPRESSIONS.filter((name) => !isAbsent(parameters[name]));
  if (expressions.length > 0) {
    throw validationError(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${given.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    );
  }
  throw validationError(
    `The local host does not serve the legacy parameters {${given.join(', ')}}: use an expression instead.`,
  );
}
