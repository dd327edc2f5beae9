import { expressionText } from '../jsonata/template.ts';
import { parseWrittenTimestamp } from '../engine/timestamp.ts';
import type { Diagnostics } from './diagnostics.ts';

/** Checks the value of a field; `location` is its path in the definition. */
export type FieldCheck = (value: unknown, location: string, diagnostics: Diagnostics) => void;

/** Longest time the language knows, in seconds. */
export const LONGEST_SECONDS = 99_999_999;
/** Longest MaxDelaySeconds: a year with a leap day. */
export const LONGEST_DELAY_SECONDS = 31_622_400;

export const anything: FieldCheck = () => {};

export const text: FieldCheck = (value, location, diagnostics) => {
  if (typeof value !== 'string') diagnostics.schema(location, 'Expected value of type [STRING]');
};

export const flag: FieldCheck = (value, location, diagnostics) => {
  if (typeof value !== 'boolean') diagnostics.schema(location, 'Expected value of type [BOOLEAN]');
};

export const object: FieldCheck = (value, location, diagnostics) => {
  if (!isObject(value)) diagnostics.schema(location, 'Expected value of type [OBJECT]');
};

export const objectOrExpression: FieldCheck = (value, location, diagnostics) => {
  if (!isObject(value) && expressionText(value) === undefined) {
    diagnostics.schema(location, 'Expected value of type Object or a JSONata expression');
  }
};

export const arrayOrExpression: FieldCheck = (value, location, diagnostics) => {
  if (!Array.isArray(value) && expressionText(value) === undefined) {
    diagnostics.schema(location, 'Expected value of type Array or a JSONata expression');
  }
};

export const booleanOrExpression: FieldCheck = (value, location, diagnostics) => {
  if (typeof value !== 'boolean' && expressionText(value) === undefined) {
    diagnostics.schema(location, 'Expected value of type Boolean or a JSONata expression');
  }
};

export const timestamp: FieldCheck = (value, location, diagnostics) => {
  if (expressionText(value) !== undefined) return;
  if (typeof value !== 'string' || parseWrittenTimestamp(value) === undefined) {
    diagnostics.schema(location, 'String does not match RFC3339 timestamp');
  }
};

export function oneOf(...allowed: readonly string[]): FieldCheck {
  return (value, location, diagnostics) => {
    if (!allowed.includes(value as string))
      diagnostics.schema(location, `Value should be one of the following: [${allowed.join(', ')}]`);
  };
}

export const queryLanguage: FieldCheck = (value, location, diagnostics) => {
  if (typeof value !== 'string') text(value, location, diagnostics);
  else oneOf('JSONPath', 'JSONata')(value, location, diagnostics);
};

/** A whole number within bounds. */
export function integer(least: number, most: number): FieldCheck {
  return (value, location, diagnostics) => {
    if (!Number.isInteger(value)) diagnostics.schema(location, 'Expected value of type [INTEGER]');
    else bounded(value as number, least, most, location, diagnostics);
  };
}

export function number(least: number, most: number): FieldCheck {
  return (value, location, diagnostics) => {
    if (typeof value !== 'number') diagnostics.schema(location, 'Expected value of type [NUMBER]');
    else bounded(value, least, most, location, diagnostics);
  };
}

/** In JSONata states the same field may be an expression. */
export function orExpression(check: FieldCheck): FieldCheck {
  return (value, location, diagnostics) => {
    if (expressionText(value) === undefined) check(value, location, diagnostics);
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function bounded(value: number, least: number, most: number, location: string, diagnostics: Diagnostics): void {
  if (value < least) diagnostics.schema(location, `Minimum allowed value is ${least}`);
  if (value > most) diagnostics.schema(location, `Maximum allowed value is ${most}`);
}
