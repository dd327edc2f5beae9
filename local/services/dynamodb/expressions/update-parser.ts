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
  parser.end(['reserved', 'function', 'section', 'parentheses', 'operands']);
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
        this.note('section', `The "${section}" section can only be used once in an update expression;`);
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
      if (doubled) this.note('parentheses', 'The expression has redundant parentheses;');
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
    const known = name === 'if_not_exists' || name === 'list_append';
    if (!known) this.note('function', `Invalid function name; function: ${name}`);
    this.tokens.next();
    this.tokens.expectSymbol('(');
    const operands = [this.setOperand()];
    while (this.tokens.takeSymbol(',')) operands.push(this.setOperand());
    this.tokens.expectSymbol(')');
    const left = operands[0] as SetOperand;
    const right = operands[1] ?? left;
    if (operands.length !== 2) {
      this.note(
        'operands',
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${String(operands.length)}`,
      );
    }
    if (name === 'list_append') return { kind: name, left, right };
    if (left.kind === 'path') return { kind: 'if_not_exists', path: left, otherwise: right };
    this.note('operands', `Operator or function requires a document path; operator or function: ${name}`);
    return left;
  }
}
