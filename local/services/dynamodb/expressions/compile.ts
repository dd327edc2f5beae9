import { validationError } from '../errors.ts';
import { parseCondition } from './condition-parser.ts';
import { ExpressionError } from './expression-error.ts';
import { parseProjection } from './projection-parser.ts';
import type { Compiled } from './syntax.ts';
import { parseUpdate } from './update-parser.ts';

/** Distinct texts that are kept parsed, per grammar. An application has dozens; the bound is for those who build texts. */
const CACHED_EXPRESSIONS = 1000;

/** The longest expression: 4 KB. */
const MAX_EXPRESSION_BYTES = 4096;

/** The parameters that hold an expression, as error messages name them. */
export type ExpressionParameter =
  'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'ProjectionExpression' | 'UpdateExpression';

export const compileCondition = cached(parseCondition);
export const compileUpdate = cached(parseUpdate);
export const compileProjection = cached(parseProjection);

type Compile<Syntax> = (text: string, parameter: ExpressionParameter) => Compiled<Syntax>;

function cached<Syntax>(parse: (text: string) => Compiled<Syntax>): Compile<Syntax> {
  const cache = new Map<string, Compiled<Syntax>>();
  return (text, parameter) => {
    const known = cache.get(text);
    if (known) return known;
    const compiled = inParameter(parameter, () => parseChecked(text, parse));
    if (cache.size >= CACHED_EXPRESSIONS) cache.delete(cache.keys().next().value as string);
    cache.set(text, compiled);
    return compiled;
  };
}

function parseChecked<Syntax>(text: string, parse: (text: string) => Compiled<Syntax>): Compiled<Syntax> {
  if (text.trim() === '') throw new ExpressionError('The expression can not be empty;');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_EXPRESSION_BYTES) {
    throw new ExpressionError(
      `Expression size has exceeded the maximum allowed size; expression size: ${String(bytes)}`,
    );
  }
  return parse(text);
}

/** Runs a check of an expression and names the parameter in what it complains about. */
export function inParameter<T>(parameter: ExpressionParameter, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof ExpressionError) throw validationError(`Invalid ${parameter}: ${error.message}`);
    throw error;
  }
}
