import { ExpressionError } from './expression-error.ts';
import { ReferenceParser } from './path-parser.ts';
import type { Compiled, Path, SetOperand, SetValue, Update, ValueReference } from './syntax.ts';
import { Tokens } from './tokenizer.ts';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

type Assignment = { path: Path; value: SetValue };
type SetChange = { path: Path; value: ValueReference };

/** Parses an UpdateExpression. */
export function parseUpdate(source: string): Compiled<Update> {
  const parser = new UpdateParser(new Tokens(source));
  const syntax = parser.update();
  return { syntax, names: parser.names, values: parser.values };
}

class UpdateParser extends ReferenceParser {
  private readonly set: Assignment[] = [];
  private readonly remove: Path[] = [];
  private readonly add: SetChange[] = [];
  private readonly delete: SetChange[] = [];

  update(): Update {
    const seen = new Set<string>();
    while (this.tokens.peek().kind !== 'end' || seen.size === 0) {
      const section = SECTIONS.find((name) => this.tokens.atKeyword(name));
      if (!section) this.tokens.fail();
      if (seen.has(section)) {
        throw new ExpressionError(`The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      this.tokens.next();
      this.clauses(section);
    }
    return { set: this.set, remove: this.remove, add: this.add, delete: this.delete };
  }

  private clauses(section: (typeof SECTIONS)[number]): void {
    do {
      const path = this.path();
      if (section === 'SET') {
        this.tokens.expectSymbol('=');
        this.set.push({ path, value: this.setValue() });
      } else if (section === 'REMOVE') {
        this.remove.push(path);
      } else {
        this[section === 'ADD' ? 'add' : 'delete'].push({ path, value: this.value() });
      }
    } while (this.tokens.takeSymbol(','));
  }

  private setValue(): SetValue {
    if (this.tokens.takeSymbol('(')) {
      const doubled = this.tokens.peek().text === '(';
      const value = this.setValue();
      this.tokens.expectSymbol(')');
      if (doubled) throw new ExpressionError('The expression has redundant parentheses;');
      return value;
    }
    const left = this.setOperand();
    if (this.tokens.takeSymbol('+')) return { kind: '+', left, right: this.setOperand() };
    if (this.tokens.takeSymbol('-')) return { kind: '-', left, right: this.setOperand() };
    return left;
  }

  private setOperand(): SetOperand {
    if (this.tokens.takeSymbol('(')) {
      const operand = this.setOperand();
      this.tokens.expectSymbol(')');
      return operand;
    }
    const token = this.tokens.peek();
    if (token.kind === 'value') return this.value();
    if (token.kind === 'word' && this.tokens.peek(1).text === '(') return this.functionCall(token.text);
    return this.path();
  }

  private functionCall(name: string): SetOperand {
    if (name !== 'if_not_exists' && name !== 'list_append') {
      throw new ExpressionError(`Invalid function name; function: ${name}`);
    }
    this.tokens.next();
    this.tokens.expectSymbol('(');
    const operands = [this.setOperand()];
    while (this.tokens.takeSymbol(',')) operands.push(this.setOperand());
    this.tokens.expectSymbol(')');
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length > 2) {
      throw new ExpressionError(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${String(operands.length)}`,
      );
    }
    if (name === 'list_append') return { kind: name, left, right };
    if (left.kind !== 'path') {
      throw new ExpressionError(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: name, path: left, otherwise: right };
  }
}
