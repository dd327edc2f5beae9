import { ExpressionError } from './expression-error.ts';
import { ReferenceParser } from './path-parser.ts';
import type { Comparator, Compiled, Condition, Operand, Path, ValueReference } from './syntax.ts';
import { Tokens } from './tokenizer.ts';

/** How many operands each function takes. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** `IN` takes this many candidates, an expression this many operators. */
const MAX_IN_OPERANDS = 100;
const MAX_OPERATORS = 300;

/** Parses a ConditionExpression, FilterExpression or KeyConditionExpression. */
export function parseCondition(source: string): Compiled<Condition> {
  const tokens = new Tokens(source);
  const parser = new ConditionParser(tokens);
  const syntax = parser.condition();
  parser.end(['parentheses', 'function', 'misuse', 'reserved', 'operands']);
  return { syntax, names: parser.names, values: parser.values };
}

class ConditionParser extends ReferenceParser {
  private operators = 0;

  /** OR binds weakest, then AND, then NOT. */
  condition(): Condition {
    return this.chain('or', () => this.conjunction());
  }

  private conjunction(): Condition {
    return this.chain('and', () => this.negation());
  }

  private chain(kind: 'and' | 'or', operand: () => Condition): Condition {
    const operands = [operand()];
    while (this.tokens.takeKeyword(kind.toUpperCase())) {
      this.countOperator();
      operands.push(operand());
    }
    return operands.length === 1 ? (operands[0] as Condition) : { kind, operands };
  }

  private negation(): Condition {
    if (!this.tokens.takeKeyword('NOT')) return this.primary();
    this.countOperator();
    return { kind: 'not', operand: this.negation() };
  }

  private primary(): Condition {
    const parenthesized = this.parenthesizedCondition();
    if (parenthesized) return parenthesized;
    const called = this.functionName();
    if (called && called !== 'size') return this.functionCondition(called);
    return this.comparison(this.operand());
  }

  /** `( condition )`; nothing when the parentheses turn out to enclose an operand, as in `(a) = :b`. */
  private parenthesizedCondition(): Condition | undefined {
    if (this.tokens.peek().text !== '(') return undefined;
    const mark = this.tokens.mark();
    if (this.enclosesOperand()) {
      this.tokens.reset(mark);
      return undefined;
    }
    this.tokens.reset(mark);
    this.tokens.expectSymbol('(');
    const doubled = this.tokens.peek().text === '(';
    const condition = this.condition();
    const innerClosed = this.tokens.peek(-1).text === ')';
    this.tokens.expectSymbol(')');
    if (doubled && innerClosed && this.isRedundant(mark)) {
      this.note('parentheses', 'The expression has redundant parentheses;');
    }
    return condition;
  }

  /** True when the parenthesis opened at `mark` contains exactly one other pair that reaches from end to end. */
  private isRedundant(mark: number): boolean {
    const here = this.tokens.mark();
    const lastInner = here - 2;
    this.tokens.reset(mark + 1);
    let depth = 0;
    let closedAt = mark;
    for (let position = mark + 1; position <= lastInner; position += 1) {
      const { text } = this.tokens.next();
      if (text === '(') depth += 1;
      if (text === ')') depth -= 1;
      if (depth === 0) {
        closedAt = position;
        break;
      }
    }
    this.tokens.reset(here);
    return closedAt === lastInner;
  }

  private enclosesOperand(): boolean {
    let depth = 0;
    while (this.tokens.takeSymbol('(')) depth += 1;
    const first = this.tokens.peek();
    if (first.kind !== 'word' && first.kind !== 'name' && first.kind !== 'value') return false;
    if (first.kind === 'word' && this.tokens.peek(1).text === '(' && first.text !== 'size') return false;
    if (this.tokens.atKeyword('NOT')) return false;
    this.tokens.next();
    while (['.', '[', ']'].includes(this.tokens.peek().text) || isPathPart(this.tokens)) this.tokens.next();
    while (depth > 0 && this.tokens.takeSymbol(')')) depth -= 1;
    if (depth > 0) return false;
    return COMPARATORS.has(this.tokens.peek().text) || this.tokens.atKeyword('BETWEEN') || this.tokens.atKeyword('IN');
  }

  private functionName(): string | undefined {
    const token = this.tokens.peek();
    if (token.kind !== 'word' || this.tokens.peek(1).text !== '(') return undefined;
    if (['NOT', 'AND', 'OR', 'IN', 'BETWEEN'].includes(token.text.toUpperCase())) return undefined;
    if (!Object.hasOwn(FUNCTIONS, token.text)) {
      this.note('function', `Invalid function name; function: ${token.text}`);
    }
    return token.text;
  }

  private functionCondition(name: string): Condition {
    this.countOperator();
    const operands = this.functionOperands(name);
    const left = operands[0] as Operand;
    const right = operands[1] ?? left;
    if (name !== 'attribute_exists' && name !== 'attribute_not_exists') {
      return { kind: name as 'attribute_type', left, right };
    }
    if (left.kind === 'path') return { kind: name, path: left };
    this.note('operands', `Operator or function requires a document path; operator or function: ${name}`);
    return { kind: 'compare', comparator: '=', left, right: left };
  }

  private functionOperands(name: string): Operand[] {
    this.tokens.next();
    this.tokens.expectSymbol('(');
    const operands = [this.operand()];
    while (this.tokens.takeSymbol(',')) operands.push(this.operand());
    this.tokens.expectSymbol(')');
    if (operands.length !== FUNCTIONS[name]) {
      this.note(
        'operands',
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${String(operands.length)}`,
      );
    }
    return operands;
  }

  private operand(): Operand {
    if (this.tokens.takeSymbol('(')) {
      const operand = this.operand();
      this.tokens.expectSymbol(')');
      return operand;
    }
    if (this.tokens.peek().kind === 'value') return this.value();
    const name = this.functionName();
    if (name === undefined) return this.path();
    if (name !== 'size') this.noteMisuse(name);
    this.countOperator();
    const [of] = this.functionOperands(name);
    return { kind: 'size', of: of as Path | ValueReference };
  }

  private comparison(left: Operand): Condition {
    const token = this.tokens.peek();
    if (token.kind === 'symbol' && COMPARATORS.has(token.text)) {
      this.countOperator();
      this.tokens.next();
      return { kind: 'compare', comparator: token.text as Comparator, left, right: this.operand() };
    }
    if (this.tokens.takeKeyword('BETWEEN')) {
      this.countOperator();
      const low = this.operand();
      if (!this.tokens.takeKeyword('AND')) this.tokens.fail();
      return { kind: 'between', operand: left, low, high: this.operand() };
    }
    if (this.tokens.takeKeyword('IN')) return this.membership(left);
    if (left.kind !== 'size') return this.tokens.fail();
    this.noteMisuse('size');
    return { kind: 'compare', comparator: '=', left, right: left };
  }

  private noteMisuse(name: string): void {
    this.note('misuse', `The function is not allowed to be used this way in an expression; function: ${name}`);
  }

  private membership(operand: Operand): Condition {
    this.countOperator();
    this.tokens.expectSymbol('(');
    const candidates = [this.operand()];
    while (this.tokens.takeSymbol(',')) candidates.push(this.operand());
    this.tokens.expectSymbol(')');
    if (candidates.length > MAX_IN_OPERANDS) {
      throw new ExpressionError(
        `Too many operands for the IN operator; number of operands: ${String(candidates.length)}`,
      );
    }
    return { kind: 'in', operand, candidates };
  }

  private countOperator(): void {
    this.operators += 1;
    if (this.operators > MAX_OPERATORS) {
      throw new ExpressionError(
        `The expression contains too many operators; operator count: ${String(this.operators)}`,
      );
    }
  }
}

function isPathPart(tokens: Tokens): boolean {
  const before = tokens.peek(-1).text;
  const { kind } = tokens.peek();
  return (before === '.' && (kind === 'word' || kind === 'name')) || (before === '[' && kind === 'index');
}
