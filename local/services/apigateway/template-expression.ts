import { notServed } from '../../aws-error.ts';
import type { TemplateRun } from './mapping-template.ts';
import { compileReference, REFERENCE, type Value } from './template-reference.ts';

export type Expression = (run: TemplateRun) => Value;

const TOKEN = new RegExp(
  String.raw`\s*(?:(?<reference>${REFERENCE})|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<number>-?\d+(?:\.\d+)?)|(?<word>true|false)\b|(?<symbol>==|!=|&&|\|\||[!()]))`,
  'y',
);

interface Token {
  readonly kind: string;
  readonly text: string;
  readonly match: RegExpExecArray;
}

/** Compiles what stands on the right of `#set` or in `#if`: references, literals, `== != && || !` and parentheses. */
export function compileExpression(text: string, where: string, variables: ReadonlySet<string>): Expression {
  return new ExpressionParser(text, where, variables).read();
}

/** `||` binds loosest, then `&&`, then comparisons, then `!`. */
class ExpressionParser {
  private readonly text: string;
  private readonly where: string;
  private readonly variables: ReadonlySet<string>;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string, where: string, variables: ReadonlySet<string>) {
    this.text = text;
    this.where = where;
    this.variables = variables;
    this.tokens = this.tokenize();
  }

  read(): Expression {
    const expression = this.either();
    if (this.at < this.tokens.length) throw this.unserved();
    return expression;
  }

  private tokenize(): Token[] {
    const tokens: Token[] = [];
    const end = this.text.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const match = TOKEN.exec(this.text);
      const found = Object.entries(match?.groups ?? {}).find(([, value]) => value !== undefined);
      if (!match || !found) throw this.unserved();
      tokens.push({ kind: found[0], text: found[1], match });
    }
    return tokens;
  }

  private either(): Expression {
    const left = this.both();
    if (!this.take('||')) return left;
    const right = this.either();
    return (run) => holds(left(run)) || holds(right(run));
  }

  private both(): Expression {
    const left = this.comparison();
    if (!this.take('&&')) return left;
    const right = this.both();
    return (run) => holds(left(run)) && holds(right(run));
  }

  private comparison(): Expression {
    const left = this.operand();
    const equal = this.take('==');
    if (!equal && !this.take('!=')) return left;
    const right = this.operand();
    return (run) => isSame(left(run), right(run)) === equal;
  }

  private operand(): Expression {
    if (this.take('!')) {
      const negated = this.operand();
      return (run) => !holds(negated(run));
    }
    if (this.take('(')) {
      const inner = this.either();
      if (!this.take(')')) throw this.unserved();
      return inner;
    }
    const token = this.tokens[this.at];
    this.at += 1;
    if (!token) throw this.unserved();
    const { kind, text } = token;
    if (kind === 'reference') return this.reference(token);
    if (kind === 'number') return () => Number(text);
    if (kind === 'word') return () => text === 'true';
    if (kind === 'symbol' || (kind === 'double' && text.includes('$'))) throw this.unserved();
    return () => text;
  }

  private reference({ text }: Token): Expression {
    const match = new RegExp(`^${REFERENCE}$`).exec(text);
    if (!match) throw this.unserved();
    return compileReference(match, this.where, this.variables);
  }

  private take(symbol: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.at += 1;
    return true;
  }

  private unserved(): Error {
    return notServed(`the expression ${this.text.trim()} in ${this.where}`);
  }
}

function holds(value: Value): boolean {
  return value !== false && value !== null && value !== undefined;
}

function isSame(left: Value, right: Value): boolean {
  if (left === null || left === undefined || right === null || right === undefined)
    return (left ?? null) === (right ?? null);
  return String(left) === String(right);
}
