import { InvalidFilterPattern } from './filter-match.ts';
import { compileRegex } from './term-pattern.ts';

export const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** The right side of a comparison as it is written. */
export interface Literal {
  readonly kind: 'text' | 'regex' | 'number';
  readonly text: string;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A bare word is a number where it looks like one, and text (perhaps with `*`) otherwise. */
export function literalOf(word: string): Literal {
  return { kind: NUMBER.test(word) ? 'number' : 'text', text: word };
}

/** Compares a field with a literal. A field that is missing matches nothing, not even `!=`. */
export function compileComparison(operator: Operator, literal: Literal): (value: unknown) => boolean {
  if (operator === '=' || operator === '!=') {
    const equals = compileEquality(literal);
    return operator === '=' ? equals : (value) => value !== undefined && value !== null && !equals(value);
  }
  if (literal.kind !== 'number') {
    throw new InvalidFilterPattern(`The operator ${operator} compares numbers, and '${literal.text}' is none`);
  }
  const bound = Number(literal.text);
  const holds = ORDER[operator];
  return (value) => {
    const number = toNumber(value);
    return number !== undefined && holds(number, bound);
  };
}

const ORDER: Record<'<' | '<=' | '>' | '>=', (left: number, right: number) => boolean> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function compileEquality({ kind, text }: Literal): (value: unknown) => boolean {
  if (kind === 'number') {
    const number = Number(text);
    return (value) => toNumber(value) === number;
  }
  const expression = kind === 'regex' ? compileRegex(text) : text.includes('*') ? wildcard(text) : undefined;
  if (expression) return (value) => isScalar(value) && expression.test(String(value));
  return (value) => isScalar(value) && String(value) === text;
}

/** `4*`: the asterisk stands for any characters, at the start, the end or in between. */
function wildcard(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Fields of space-delimited lines are text; in JSON, numbers are numbers. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}
