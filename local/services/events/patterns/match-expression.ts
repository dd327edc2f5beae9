import type { PatternMember, PatternNode } from './pattern-json.ts';
import { PatternSyntaxError } from './pattern-json.ts';
import type { Bound, ValueMatcher } from './value-matchers.ts';
import * as matchers from './value-matchers.ts';

/**
 * Compiles one element of a field's array: a plain value or a match expression such as `{"prefix": "us-"}`.
 * Reasons of refusal are worded as Event Ruler words them, the library that EventBridge compiles patterns with.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileValue(node: PatternNode): ValueMatcher {
  switch (node.kind) {
    case 'string':
      return matchers.exactText(node.text);
    case 'number':
      return matchers.exactNumber(node.text);
    case 'literal':
      return matchers.exactLiteral(node.text);
    case 'array':
      throw refuse('Match value must be String, number, true, false, or null', node);
    case 'object':
      return compileExpression(node);
  }
}

type ObjectNode = Extract<PatternNode, { kind: 'object' }>;
type Compile = (operand: PatternNode) => ValueMatcher;

const OPERATORS: Readonly<Record<string, Compile>> = {
  exactly: (operand) => matchers.exactText(text(operand, 'exact match pattern must be a string')),
  prefix: affix('prefix', matchers.prefix, matchers.prefixIgnoreCase),
  suffix: affix('suffix', matchers.suffix, matchers.suffixIgnoreCase),
  'equals-ignore-case': (operand) =>
    matchers.equalsIgnoreCase(text(operand, 'equals-ignore-case match pattern must be a string')),
  wildcard: (operand) => compileWildcard(operand),
  cidr: (operand) => guarded(operand, () => matchers.cidr(text(operand, 'prefix match pattern must be a string'))),
  exists: compileExists,
  numeric: compileNumeric,
  'anything-but': compileAnythingBut,
};

function compileExpression(node: ObjectNode): ValueMatcher {
  const { name, value } = onlyMember(
    node,
    'Match expression name not found',
    'Only one key allowed in match expression',
  );
  const compile = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!compile) throw refuse(`Unrecognized match type ${name}`, node);
  return compile(value);
}

/** `prefix` and `suffix`: a text, or `{"equals-ignore-case": text}`. */
function affix(
  name: string,
  exact: (text: string) => ValueMatcher,
  ignoreCase: (text: string) => ValueMatcher,
): Compile {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return (operand) => {
    if (operand.kind !== 'object') return exact(text(operand, `${name} match pattern must be a string`));
    const inner = onlyMember(operand, `${title} expression name not found`, 'Only one key allowed in match expression');
    if (inner.name !== 'equals-ignore-case') throw refuse(`Unsupported ${name} pattern: ${inner.name}`, operand);
    return ignoreCase(text(inner.value, 'equals-ignore-case match pattern must be a string'));
  };
}

function compileWildcard(operand: PatternNode): ValueMatcher {
  const pattern = text(operand, 'wildcard match pattern must be a string');
  return guarded(operand, () => matchers.wildcard(pattern));
}

function compileExists(operand: PatternNode): ValueMatcher {
  if (operand.kind === 'literal' && operand.text === 'true') return matchers.PRESENT;
  if (operand.kind === 'literal' && operand.text === 'false') return matchers.ABSENT;
  throw refuse('exists match pattern must be either true or false.', operand);
}

const COMPARISONS: Readonly<Record<string, { side: 'bottom' | 'top' | 'both'; open: boolean }>> = {
  '=': { side: 'both', open: false },
  '>': { side: 'bottom', open: true },
  '>=': { side: 'bottom', open: false },
  '<': { side: 'top', open: true },
  '<=': { side: 'top', open: false },
};

/** `["=", 5]`, `[">", 0]` or `[">", 0, "<=", 5]`: an upper bound only after a lower one. */
function compileNumeric(operand: PatternNode): ValueMatcher {
  if (operand.kind !== 'array') throw refuse('Value of numeric must be an array.', operand);
  const [operator, operandOne, second, operandTwo, ...rest] = operand.items;
  if (operator?.kind !== 'string')
    throw refuse(`Invalid member in numeric match: ${written(operator)}`, operator ?? operand);
  const comparison = Object.hasOwn(COMPARISONS, operator.text) ? COMPARISONS[operator.text] : undefined;
  if (!comparison) throw refuse(`Unrecognized numeric range operator: ${operator.text}`, operator);
  const name = operator.text === '=' ? 'equals' : operator.text;
  const first: Bound = {
    value: number(operandOne, `Value of ${name} must be numeric`, operand),
    open: comparison.open,
  };
  if (comparison.side !== 'bottom') {
    if (second) throw refuse('Too many elements in numeric expression', second);
    return matchers.numericRange(comparison.side === 'both' ? first : undefined, first);
  }
  if (!second) return matchers.numericRange(first, undefined);
  if (second.kind !== 'string') throw refuse(`Bad value in numeric range: ${written(second)}`, second);
  if (second.text !== '<' && second.text !== '<=') throw refuse(`Bad numeric range operator: ${second.text}`, second);
  const top = number(operandTwo, `Value of ${second.text} must be numeric`, operand);
  if (rest[0]) throw refuse('Too many terms in numeric range expression', rest[0]);
  if (first.value >= top) throw refuse('Bottom must be less than top', operand);
  return matchers.numericRange(first, { value: top, open: second.text === '<' });
}

/** What `anything-but` takes as an operator inside, besides a value or a list of values. */
const REFUSABLE: Readonly<
  Record<string, { compile: (text: string) => ValueMatcher; reason: string; emptyAllowed: boolean }>
> = {
  'equals-ignore-case': {
    compile: matchers.equalsIgnoreCase,
    reason: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    emptyAllowed: true,
  },
  prefix: { compile: matchers.prefix, reason: 'prefix/suffix match pattern must be a string', emptyAllowed: false },
  suffix: { compile: matchers.suffix, reason: 'prefix/suffix match pattern must be a string', emptyAllowed: false },
  wildcard: { compile: matchers.wildcard, reason: 'wildcard match pattern must be a string', emptyAllowed: true },
};

const ANYTHING_BUT_OPERAND = 'Value of anything-but must be an array or single string/number value.';

function compileAnythingBut(operand: PatternNode): ValueMatcher {
  if (operand.kind === 'object') {
    const inner = onlyMember(
      operand,
      'Anything-But expression name not found',
      'Too many elements in numeric expression',
    );
    const refusable = Object.hasOwn(REFUSABLE, inner.name) ? REFUSABLE[inner.name] : undefined;
    if (!refusable) throw refuse(`Unsupported anything-but pattern: ${inner.name}`, operand);
    if (inner.value.kind === 'object' || inner.value.kind === 'literal')
      throw refuse(ANYTHING_BUT_OPERAND, inner.value);
    const refused = itemsOf(inner.value).map((item) => {
      const value = text(item, refusable.reason);
      if (value === '' && !refusable.emptyAllowed) throw refuse('Null prefix/suffix not allowed', item);
      return guarded(item, () => refusable.compile(value));
    });
    return matchers.anythingBut(refused);
  }
  if (operand.kind === 'literal') throw refuse(ANYTHING_BUT_OPERAND, operand);
  const items = itemsOf(operand);
  for (const item of items) {
    if (item.kind === 'string' || item.kind === 'number') continue;
    throw refuse('Inside anything but list, start|null|boolean is not supported.', item);
  }
  if (new Set(items.map((item) => item.kind)).size !== 1) {
    throw refuse(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      operand,
    );
  }
  return matchers.anythingBut(items.map(refusedValue));
}

/** Unlike a plain value, a refused text is compared letter by letter even when it is an IP address. */
function refusedValue(item: PatternNode): ValueMatcher {
  if (item.kind === 'number') return matchers.exactNumber(String(comparable(item)));
  const refused = text(item, ANYTHING_BUT_OPERAND);
  return { accepts: (leaf) => leaf === refused };
}

function itemsOf(operand: PatternNode): readonly PatternNode[] {
  return operand.kind === 'array' ? operand.items : [operand];
}

function onlyMember(node: ObjectNode, none: string, tooMany: string): PatternMember {
  const [member, other] = node.members;
  if (!member) throw refuse(none, node);
  if (other) throw new PatternSyntaxError(tooMany, other.at);
  return member;
}

function text(node: PatternNode, reason: string): string {
  if (node.kind !== 'string') throw refuse(reason, node);
  return node.text;
}

function number(node: PatternNode | undefined, reason: string, within: PatternNode): number {
  if (node?.kind !== 'number') throw refuse(reason, node ?? within);
  return comparable(node);
}

function comparable(node: PatternNode & { kind: 'number' }): number {
  const value = Number(node.text);
  if (Math.abs(value) <= matchers.LARGEST_COMPARABLE) return value;
  throw refuse('Value must be between -5.0E9 and 5.0E9, inclusive', node);
}

function written(node: PatternNode | undefined): string {
  if (!node) return ']';
  return node.kind === 'object' ? '{' : node.kind === 'array' ? '[' : node.text;
}

/** Gives an error of a matcher the place in the pattern that it lacks. */
function guarded<T>(node: PatternNode, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw error instanceof PatternSyntaxError ? error : refuse((error as Error).message, node);
  }
}

export function refuse(reason: string, node: PatternNode): PatternSyntaxError {
  return new PatternSyntaxError(reason, node.at);
}
