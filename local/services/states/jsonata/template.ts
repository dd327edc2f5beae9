import { EvaluationFault } from '../engine/errors.ts';
import type { Bindings, Expression, ExpressionCompiler } from './expression.ts';

/** A field of a JSONata state: a value in which any string may be an expression. */
export type Template =
  | { readonly kind: 'constant'; readonly value: unknown; readonly usesContext: false }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly usesContext: boolean }
  | { readonly kind: 'list'; readonly items: readonly Template[]; readonly usesContext: boolean }
  | {
      readonly kind: 'object';
      readonly fields: readonly (readonly [string, Template])[];
      readonly usesContext: boolean;
    };

/** The text between the marks of an expression, or undefined for an ordinary string. The marks allow no space around them. */
export function expressionText(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}') || value.length < 4)
    return undefined;
  return value.slice(2, -2).trim();
}

/** Compiles a field. In JSONPath states nothing is an expression, so everything is constant. */
export function compileTemplate(value: unknown, compiler: ExpressionCompiler | undefined): Template {
  const text = compiler && expressionText(value);
  if (compiler && text !== undefined) {
    const expression = compiler.compile(text);
    return { kind: 'expression', expression, usesContext: expression.usesContext };
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => compileTemplate(item, compiler));
    if (items.every(isConstant)) return constant(value);
    return { kind: 'list', items, usesContext: items.some((item) => item.usesContext) };
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).map(([name, item]) => [name, compileTemplate(item, compiler)] as const);
    if (fields.every(([, item]) => isConstant(item))) return constant(value);
    return { kind: 'object', fields, usesContext: fields.some(([, item]) => item.usesContext) };
  }
  return constant(value);
}

/** Evaluates a field; `location` is its path in the state (`Output`), to which nested names are added. */
export async function evaluateTemplate(template: Template, bindings: Bindings, location: string): Promise<unknown> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return template.expression.evaluate(bindings, location);
    case 'list': {
      const values: unknown[] = [];
      for (const [index, item] of template.items.entries()) {
        values.push(await evaluateTemplate(item, bindings, `${location}[${index}]`));
      }
      return values;
    }
    case 'object': {
      const result: Record<string, unknown> = {};
      for (const [name, item] of template.fields)
        result[name] = await evaluateTemplate(item, bindings, `${location}/${name}`);
      return result;
    }
  }
}

export type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

/** Evaluates a field whose type is laid down; an expression that gives another one is an evaluation error. */
export async function evaluateTyped(
  template: Template,
  bindings: Bindings,
  location: string,
  type: JsonType,
): Promise<unknown> {
  const value = await evaluateTemplate(template, bindings, location);
  const found = jsonType(value);
  if (found === type) return value;
  const problem = `returned an unexpected result type. Expected '${type}', but was '${found}' for value: ${JSON.stringify(value)}`;
  if (template.kind === 'expression') throw template.expression.fault(location, problem);
  throw new EvaluationFault(`The field '${location}' must be of type '${type}', but was '${found}'.`, location);
}

export function jsonType(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

function isConstant(template: Template): boolean {
  return template.kind === 'constant';
}

function constant(value: unknown): Template {
  return { kind: 'constant', value, usesContext: false };
}
