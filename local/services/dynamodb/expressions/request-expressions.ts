import { isAbsent } from '../absent.ts';
import { validationError } from '../errors.ts';
import { type LegacyInput, readLegacyParameters, usesLegacyParameters } from '../legacy/legacy-parameters.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import { acceptValue } from '../values/validation.ts';
import {
  compileCondition,
  compileProjection,
  compileUpdate,
  type ExpressionParameter,
  inParameter,
} from './compile.ts';
import { checkCondition } from './condition-check.ts';
import { checkNoOverlap } from './document-path.ts';
import { checkDefined, type Placeholders } from './placeholders.ts';
import type { Compiled, Condition, Path, Update } from './syntax.ts';
import { checkUpdate } from './update-check.ts';

/** The parameters of a request that have to do with expressions. */
export interface ExpressionInput extends LegacyInput {
  readonly ConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** The expressions of one request, parsed and checked against the request's placeholders. */
export interface RequestExpressions {
  readonly placeholders: Placeholders;
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly keyCondition: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly update: Update | undefined;
  /** True for an update that leaves an item that is not there so; no UpdateExpression does, legacy AttributeUpdates may. */
  readonly makesNoItem?: boolean;
}

const NONE: Readonly<Record<string, never>> = {};

/**
 * Reads the expressions that an operation takes (`allowed`), in the order in which DynamoDB looks at them; complains about
 * what is wrong in them and about placeholders that are not used. Legacy parameters may stand in their place.
 */
export function readExpressions(input: ExpressionInput, allowed: readonly ExpressionParameter[]): RequestExpressions {
  if (usesLegacyParameters(input)) {
    const legacy = readLegacyParameters(input, allowed);
    if (legacy) return legacy;
  }
  checkThatThereIsAnExpression(input, allowed);
  const placeholders: Placeholders = {
    names: input.ExpressionAttributeNames ? acceptNames(input.ExpressionAttributeNames) : NONE,
    values: input.ExpressionAttributeValues ? acceptValues(input.ExpressionAttributeValues) : NONE,
  };
  const compiled: Compiled<unknown>[] = [];
  const conditionOf = (parameter: 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression') => {
    const text = input[parameter];
    if (isAbsent(text)) return undefined;
    const parsed = compileCondition(text, parameter);
    compiled.push(parsed);
    inParameter(parameter, () => {
      checkDefined(parsed, placeholders);
      checkCondition(parsed.syntax, placeholders);
    });
    return parsed.syntax;
  };
  const expressions: RequestExpressions = {
    placeholders,
    update: readUpdate(input.UpdateExpression, placeholders, compiled),
    projection: readProjection(input.ProjectionExpression, placeholders, compiled),
    filter: conditionOf('FilterExpression'),
    condition: conditionOf('ConditionExpression'),
    keyCondition: conditionOf('KeyConditionExpression'),
  };
  checkAllUsed('ExpressionAttributeValues', placeholders.values, compiled, 'values');
  checkAllUsed('ExpressionAttributeNames', placeholders.names, compiled, 'names');
  return expressions;
}

function readUpdate(
  text: string | undefined,
  placeholders: Placeholders,
  compiled: Compiled<unknown>[],
): Update | undefined {
  if (isAbsent(text)) return undefined;
  const parsed = compileUpdate(text, 'UpdateExpression');
  compiled.push(parsed);
  inParameter('UpdateExpression', () => {
    checkDefined(parsed, placeholders);
    checkUpdate(parsed.syntax, placeholders);
  });
  return parsed.syntax;
}

function readProjection(
  text: string | undefined,
  placeholders: Placeholders,
  compiled: Compiled<unknown>[],
): readonly Path[] | undefined {
  if (isAbsent(text)) return undefined;
  const parsed = compileProjection(text, 'ProjectionExpression');
  compiled.push(parsed);
  inParameter('ProjectionExpression', () => {
    checkDefined(parsed, placeholders);
    checkNoOverlap(parsed.syntax.paths, placeholders.names);
  });
  return parsed.syntax.paths;
}

function checkThatThereIsAnExpression(input: ExpressionInput, allowed: readonly ExpressionParameter[]): void {
  if (isAbsent(input.ExpressionAttributeNames) && isAbsent(input.ExpressionAttributeValues)) return;
  if (allowed.some((parameter) => !isAbsent(input[parameter]))) return;
  if (!isAbsent(input.ExpressionAttributeNames)) {
    throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = allowed.filter((parameter) => parameter !== 'ProjectionExpression');
  const missing = `${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`;
  throw validationError(`ExpressionAttributeValues can only be specified when using expressions: ${missing}`);
}

const NAME_PLACEHOLDER = /^#[A-Za-z0-9_]+$/;
const VALUE_PLACEHOLDER = /^:[A-Za-z0-9_]+$/;

function acceptNames(given: Readonly<Record<string, string>>): Placeholders['names'] {
  let count = 0;
  for (const name in given) {
    count += 1;
    if (!NAME_PLACEHOLDER.test(name)) {
      throw validationError(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${name}"`);
    }
    if (typeof given[name] !== 'string' || given[name] === '') {
      throw validationError(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${name}`);
    }
  }
  if (count === 0) throw validationError('ExpressionAttributeNames must not be empty');
  return given;
}

function acceptValues(given: Readonly<Record<string, unknown>>): Placeholders['values'] {
  const values: Record<string, AttributeValue> = {};
  let count = 0;
  for (const name in given) {
    count += 1;
    if (!VALUE_PLACEHOLDER.test(name)) {
      throw validationError(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
    }
    values[name] = acceptPlaceholderValue(name, given[name]);
  }
  if (count === 0) throw validationError('ExpressionAttributeValues must not be empty');
  return values;
}

function acceptPlaceholderValue(name: string, given: unknown): AttributeValue {
  try {
    return acceptValue(given);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    throw validationError(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
  }
}

function checkAllUsed(
  parameter: string,
  given: Readonly<Record<string, unknown>>,
  compiled: readonly Compiled<unknown>[],
  kind: 'names' | 'values',
): void {
  let unused: string[] | undefined;
  for (const name in given) {
    if (!compiled.some((expression) => expression[kind].has(name))) (unused ??= []).push(name);
  }
  if (unused) {
    throw validationError(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}
