/** Where a token ends, counted from 1 as Jackson counts (EventBridge quotes it when it refuses a pattern). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type PatternNode =
  | {
      readonly kind: 'object';
      readonly members: readonly PatternMember[];
      readonly at: Position;
      readonly end: Position;
    }
  | { readonly kind: 'array'; readonly items: readonly PatternNode[]; readonly at: Position; readonly end: Position }
  | { readonly kind: 'string'; readonly text: string; readonly at: Position }
  | { readonly kind: 'number'; readonly text: string; readonly at: Position }
  | { readonly kind: 'literal'; readonly text: 'true' | 'false' | 'null'; readonly at: Position };

export interface PatternMember {
  readonly name: string;
  readonly at: Position;
  readonly value: PatternNode;
}

export class PatternSyntaxError extends Error {
  readonly at: Position;

  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}

/**
 * Reads the JSON of an event pattern, keeping what `JSON.parse` loses and EventBridge looks at: members that are written
 * twice, the digits of numbers, and where each token ends.
 */
export function readPatternJson(source: string): PatternNode {
  return new PatternReader(source).read();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

class PatternReader {
  private readonly source: string;
  private offset = 0;

  constructor(source: string) {
    this.source = source;
  }

  read(): PatternNode {
    const node = this.value();
    this.take(SPACE);
    // What follows the first value is not read: EventBridge's parser stops there as well.
    return node;
  }

  private value(): PatternNode {
    this.take(SPACE);
    const start = this.source[this.offset];
    if (start === '{') return this.object();
    if (start === '[') return this.array();
    if (start === '"') return { kind: 'string', text: this.string(), at: this.position() };
    const number = this.take(NUMBER);
    if (number) return { kind: 'number', text: number, at: this.position() };
    const literal = this.take(LITERAL);
    if (literal) return { kind: 'literal', text: literal as 'true' | 'false' | 'null', at: this.position() };
    throw this.unexpected();
  }

  private object(): PatternNode {
    this.offset += 1;
    const at = this.position();
    const members: PatternMember[] = [];
    for (this.take(SPACE); this.source[this.offset] !== '}'; this.take(SPACE)) {
      if (members.length > 0) this.expect(',');
      this.take(SPACE);
      const name = this.string();
      const nameAt = this.position();
      this.take(SPACE);
      this.expect(':');
      members.push({ name, at: nameAt, value: this.value() });
    }
    this.offset += 1;
    return { kind: 'object', members, at, end: this.position() };
  }

  private array(): PatternNode {
    this.offset += 1;
    const at = this.position();
    const items: PatternNode[] = [];
    for (this.take(SPACE); this.source[this.offset] !== ']'; this.take(SPACE)) {
      if (items.length > 0) this.expect(',');
      items.push(this.value());
    }
    this.offset += 1;
    return { kind: 'array', items, at, end: this.position() };
  }

  private string(): string {
    const text = this.take(STRING);
    if (text === '') throw this.unexpected();
    return JSON.parse(text) as string;
  }

  private expect(character: string): void {
    if (this.source[this.offset] !== character) throw this.unexpected();
    this.offset += 1;
  }

  private take(token: RegExp): string {
    token.lastIndex = this.offset;
    const found = token.exec(this.source)?.[0] ?? '';
    this.offset += found.length;
    return found;
  }

  private position(): Position {
    const before = this.source.slice(0, this.offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: before.length - lineStart + 1 };
  }

  private unexpected(): PatternSyntaxError {
    const found = this.source[this.offset];
    if (found === undefined) return new PatternSyntaxError('Unexpected end-of-input', this.position());
    const code = found.codePointAt(0) ?? 0;
    return new PatternSyntaxError(`Unexpected character ('${found}' (code ${String(code)}))`, this.position());
  }
}
