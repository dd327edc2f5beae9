import { ExpressionError } from './expression-error.ts';
import { isReservedWord } from './reserved-words.ts';
import type { Path, Step, ValueReference } from './syntax.ts';
import type { Tokens } from './tokenizer.ts';

/** Reads paths and values, and remembers which placeholders an expression uses. */
export class ReferenceParser {
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  protected readonly tokens: Tokens;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  /** `name`, `#name`, `a.b`, `a[0].#b`. */
  path(): Path {
    const steps: Step[] = [this.attributeName()];
    for (;;) {
      if (this.tokens.takeSymbol('.')) {
        steps.push(this.attributeName());
      } else if (this.tokens.takeSymbol('[')) {
        if (this.tokens.peek().kind !== 'index') this.tokens.fail();
        steps.push(Number(this.tokens.next().text));
        this.tokens.expectSymbol(']');
      } else {
        return { kind: 'path', steps };
      }
    }
  }

  value(): ValueReference {
    if (this.tokens.peek().kind !== 'value') this.tokens.fail();
    const name = this.tokens.next().text;
    this.values.add(name);
    return { kind: 'value', name };
  }

  private attributeName(): string {
    const token = this.tokens.peek();
    if (token.kind === 'name') this.names.add(token.text);
    else if (token.kind !== 'word') this.tokens.fail();
    else if (isReservedWord(token.text)) {
      throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    return this.tokens.next().text;
  }
}
