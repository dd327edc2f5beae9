import { ExpressionError } from './expression-error.ts';
import { isReservedWord } from './reserved-words.ts';
import type { Path, Step, ValueReference } from './syntax.ts';
import type { Tokens } from './tokenizer.ts';

/** What can be wrong with an expression whose syntax is right. */
export type Fault = 'parentheses' | 'function' | 'misuse' | 'reserved' | 'section' | 'operands';

/** Reads paths and values, and remembers which placeholders an expression uses. */
export class ReferenceParser {
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  protected readonly tokens: Tokens;
  private readonly faults = new Map<Fault, string>();

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  /** Notes a fault; the syntax is read to its end first, since errors of syntax come before all others. */
  protected note(fault: Fault, message: string): void {
    if (!this.faults.has(fault)) this.faults.set(fault, message);
  }

  /** Checks that nothing follows, then complains about the first of the faults in the order that DynamoDB has for them. */
  end(order: readonly Fault[]): void {
    this.tokens.expectEnd();
    for (const fault of order) {
      const message = this.faults.get(fault);
      if (message !== undefined) throw new ExpressionError(message);
    }
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
      this.note('reserved', `Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    return this.tokens.next().text;
  }
}
