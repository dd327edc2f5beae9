import { compileComparison, literalOf, OPERATORS, type Literal, type Operator } from './comparison.ts';
import { type FilterPattern, InvalidFilterPattern } from './filter-match.ts';

type Condition = (document: unknown) => boolean;
type Step = string | number;

interface Token {
  readonly kind: 'symbol' | 'selector' | 'text' | 'regex' | 'word';
  readonly text: string;
}

const TOKEN =
  /\s*(?:(?<symbol>&&|\|\||!=|<=|>=|=|<|>|\(|\))|(?<selector>\$(?:\.[^\s=!<>()&|[\]."]+|\["[^"]*"\]|\['[^']*'\]|\[\d+\])+)|"(?<text>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]+)%|(?<word>[^\s=!<>()&|"%]+))/y;

/**
 * `{ ($.eventType = "Refund*") && ($.amount > 100 || $.user.id IS NULL) }`. A line that is not JSON matches nothing.
 */
export function compileJsonPattern(source: string): FilterPattern {
  if (!source.endsWith('}')) throw new InvalidFilterPattern('A JSON filter pattern ends with }');
  const tokens = readTokens(source.slice(1, -1));
  const condition = new Parser(tokens).parse();
  const named = tokens.filter(({ kind }) => kind === 'selector').map(({ text }) => text);
  const selectors = [...new Set(named)];
  return ({ document }) => {
    if (document === undefined || !condition(document)) return undefined;
    return { selectors, field: (selector) => select(document, selectorSteps(selector)) };
  };
}

function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const groups = TOKEN.exec(source)?.groups;
    const found = Object.entries(groups ?? {}).find(([, text]) => text !== undefined) as
      [Token['kind'], string] | undefined;
    if (!found) throw new InvalidFilterPattern(`Invalid JSON filter pattern: { ${source.trim()} }`);
    tokens.push({ kind: found[0], text: found[1] });
  }
  return tokens;
}

/** `||` binds less than `&&`; parentheses group. */
class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): Condition {
    const condition = this.either();
    if (this.at < this.tokens.length) throw this.unexpected();
    return condition;
  }

  private either(): Condition {
    const conditions = [this.all()];
    while (this.takes('||')) conditions.push(this.all());
    return conditions.length === 1
      ? (conditions[0] as Condition)
      : (document) => conditions.some((one) => one(document));
  }

  private all(): Condition {
    const conditions = [this.one()];
    while (this.takes('&&')) conditions.push(this.one());
    return conditions.length === 1
      ? (conditions[0] as Condition)
      : (document) => conditions.every((one) => one(document));
  }

  private one(): Condition {
    if (this.takes('(')) {
      const inner = this.either();
      if (!this.takes(')')) throw this.unexpected();
      return inner;
    }
    const selector = this.tokens[this.at];
    if (selector?.kind !== 'selector') throw this.unexpected();
    this.at += 1;
    const steps = selectorSteps(selector.text);
    const holds = this.predicate();
    return (document) => holds(select(document, steps));
  }

  private predicate(): (value: unknown) => boolean {
    const token = this.tokens[this.at];
    const word = token?.kind === 'word' ? token.text.toUpperCase() : undefined;
    this.at += 1;
    if (word === 'IS') return this.isPredicate();
    if (word === 'EXISTS') return (value) => value !== undefined;
    if (word === 'NOT' && this.tokens[this.at]?.text.toUpperCase() === 'EXISTS') {
      this.at += 1;
      return (value) => value === undefined;
    }
    if (token?.kind !== 'symbol' || !OPERATORS.includes(token.text as Operator)) {
      this.at -= 1;
      throw this.unexpected();
    }
    return compileComparison(token.text as Operator, this.literal());
  }

  private isPredicate(): (value: unknown) => boolean {
    const what = this.tokens[this.at]?.text.toUpperCase();
    this.at += 1;
    if (what === 'TRUE') return (value) => value === true;
    if (what === 'FALSE') return (value) => value === false;
    if (what === 'NULL') return (value) => value === null;
    this.at -= 1;
    throw this.unexpected();
  }

  private literal(): Literal {
    const token = this.tokens[this.at];
    this.at += 1;
    if (token?.kind === 'text') return { kind: 'text', text: token.text.replaceAll(/\\(.)/g, '$1') };
    if (token?.kind === 'regex') return { kind: 'regex', text: token.text };
    if (token?.kind === 'word') return literalOf(token.text);
    this.at -= 1;
    throw this.unexpected();
  }

  private takes(symbol: string): boolean {
    if (this.tokens[this.at]?.kind !== 'symbol' || this.tokens[this.at]?.text !== symbol) return false;
    this.at += 1;
    return true;
  }

  private unexpected(): InvalidFilterPattern {
    const found = this.tokens[this.at]?.text;
    return new InvalidFilterPattern(
      `Invalid JSON filter pattern: unexpected ${found === undefined ? 'end' : `'${found}'`}`,
    );
  }
}

/** `$.items[0].sku` and `$["detail-type"]` as steps. */
function selectorSteps(selector: string): readonly Step[] {
  const parts = selector.matchAll(/\.([^.[\]]+)|\["([^"]*)"\]|\['([^']*)'\]|\[(\d+)\]/g);
  return [...parts].map(([, plain, double, single, index]) =>
    index === undefined ? (plain ?? double ?? single ?? '') : Number(index),
  );
}

function select(document: unknown, steps: readonly Step[]): unknown {
  let value = document;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<Step, unknown>)[step];
  }
  return value;
}
