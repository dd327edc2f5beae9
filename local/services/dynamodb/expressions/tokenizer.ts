import { ExpressionError } from './expression-error.ts';

export interface Token {
  /** `word`: names, functions and keywords; `name`: `#x`; `value`: `:x`; `symbol`: operators and punctuation. */
  readonly kind: 'word' | 'name' | 'value' | 'index' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|([0-9]+)|(<>|<=|>=|[=<>(),.[\]+-]))/y;

/** Reads the tokens of an expression one after the other. */
export class Tokens {
  private readonly source: string;
  private readonly tokens: Token[];
  private position = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokensOf(source);
  }

  peek(ahead = 0): Token {
    return this.tokens[this.position + ahead] ?? (this.tokens.at(-1) as Token);
  }

  next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  /** Takes the next token when it is this symbol. */
  takeSymbol(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    this.position += 1;
    return true;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail();
  }

  /** True when the next token is this keyword; keywords are written in any case. */
  atKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.length === keyword.length && token.text.toUpperCase() === keyword;
  }

  takeKeyword(keyword: string): boolean {
    if (!this.atKeyword(keyword)) return false;
    this.position += 1;
    return true;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.fail();
  }

  mark(): number {
    return this.position;
  }

  /** Goes back to where `mark` was called. */
  reset(mark: number): void {
    this.position = mark;
  }

  /** Complains about the next token, and shows it between its neighbours. */
  fail(): never {
    const token = this.peek();
    const before = this.tokens[this.position - 1] ?? token;
    const after = this.tokens[this.position + 1] ?? token;
    const near = this.source.slice(before.start, after.end);
    throw new ExpressionError(`Syntax error; token: "${token.text}", near: "${near}"`);
  }
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(source);
    const rest = source.slice(offset);
    const start = offset + rest.length - rest.trimStart().length;
    if (!match && start === source.length) break;
    // Whatever cannot begin a token becomes one of its own, one character long, which no rule accepts.
    const token: Token = match
      ? tokenOf(match, TOKEN.lastIndex)
      : { kind: 'symbol', text: source.charAt(start), start, end: start + 1 };
    tokens.push(token);
    offset = token.end;
  }
  // The last token stays the last however far one looks: nothing takes it.
  tokens.push({ kind: 'end', text: '<EOF>', start: source.length, end: source.length });
  return tokens;
}

function tokenOf(match: RegExpExecArray, end: number): Token {
  const [, word, name, value, index, symbol] = match;
  const text = word ?? name ?? value ?? index ?? symbol ?? '';
  const kind = word ? 'word' : name ? 'name' : value ? 'value' : index ? 'index' : 'symbol';
  return { kind, text, start: end - text.length, end };
}
