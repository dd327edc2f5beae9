import { AwsError } from '../../aws-error.ts';
import { asSeries, combine, FUNCTIONS, type MathScope, type Node, type TimeSeries } from './metric-functions.ts';

export type { MathScope, TimeSeries };

const TOKEN =
  /\s*(?:(?<number>\d+\.?\d*(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][\w]*)|"(?<text>[^"]*)"|(?<symbol>==|!=|<=|>=|&&|\|\||[-+*/^()[\]<>,]))/y;

type Token = readonly [kind: string, text: string];

/**
 * Metric math as dashboards and alarms use it: arithmetic, comparisons, `&&` and `||`, lists in brackets, and the functions of
 * {@link FUNCTIONS}. Where one side has no data (or divides by zero) there is no result.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function compileMath(expression: string): (scope: MathScope) => TimeSeries {
  const node = new Parser(tokenize(expression), expression).parse();
  return (scope) => {
    const value = node(scope);
    if (!Array.isArray(value)) return asSeries(value, scope);
    const [only, ...others] = value as TimeSeries[];
    if (only && others.length === 0) return only;
    throw new AwsError('ValidationError', `The local host serves expressions that give one time series: ${expression}`);
  };
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const groups = TOKEN.exec(expression)?.groups;
    const found = Object.entries(groups ?? {}).find(([, text]) => text !== undefined);
    if (!found) throw refuse(expression);
    tokens.push(found);
  }
  return tokens;
}

/** From loosest to tightest. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

const OPERATIONS: Record<string, (left: number, right: number) => number> = {
  '||': (left, right) => (left !== 0 || right !== 0 ? 1 : 0),
  '&&': (left, right) => (left !== 0 && right !== 0 ? 1 : 0),
  '==': (left, right) => (left === right ? 1 : 0),
  '!=': (left, right) => (left !== right ? 1 : 0),
  '<': (left, right) => (left < right ? 1 : 0),
  '<=': (left, right) => (left <= right ? 1 : 0),
  '>': (left, right) => (left > right ? 1 : 0),
  '>=': (left, right) => (left >= right ? 1 : 0),
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? NaN : left / right),
  '^': (left, right) => left ** right,
};

class Parser {
  private readonly tokens: readonly Token[];
  private readonly expression: string;
  private at = 0;

  constructor(tokens: readonly Token[], expression: string) {
    this.tokens = tokens;
    this.expression = expression;
  }

  parse(): Node {
    const node = this.binary(0);
    if (this.at < this.tokens.length) throw refuse(this.expression);
    return node;
  }

  private binary(level: number): Node {
    const operators = PRECEDENCE[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (let symbol = this.symbol(); symbol !== undefined && operators.includes(symbol); symbol = this.symbol()) {
      this.at += 1;
      const [one, other, operation] = [left, this.binary(level + 1), OPERATIONS[symbol] as (typeof OPERATIONS)[string]];
      left = (scope) => combine(one(scope), other(scope), operation);
    }
    return left;
  }

  private unary(): Node {
    if (this.symbol() !== '-') return this.operand();
    this.at += 1;
    const node = this.unary();
    return (scope) => combine(0, node(scope), (zero, value) => zero - value);
  }

  private operand(): Node {
    const [kind, text] = this.tokens[this.at] ?? ['end', ''];
    this.at += 1;
    if (kind === 'number') return () => Number(text);
    if (kind === 'text') return () => text;
    if (kind === 'symbol' && text === '[') return this.list();
    if (kind === 'symbol' && text === '(') {
      const node = this.binary(0);
      this.expect(')');
      return node;
    }
    if (kind !== 'name') throw refuse(this.expression);
    if (this.symbol() === '(') return this.functionCall(text);
    // Words that FILL takes; ids of metrics begin with a lowercase letter.
    if (text === 'REPEAT' || text === 'LINEAR') return () => text;
    return (scope) => scope.series(text);
  }

  /** `[m1, m2]`; a number in it is a time series of itself. */
  private list(): Node {
    const elements = this.until(']');
    return (scope) =>
      elements.flatMap((element) => {
        const value = element(scope);
        return Array.isArray(value) ? (value as TimeSeries[]) : [asSeries(value, scope)];
      });
  }

  private until(end: string): Node[] {
    const nodes: Node[] = [];
    while (this.symbol() !== end) {
      if (nodes.length > 0) this.expect(',');
      nodes.push(this.binary(0));
    }
    this.expect(end);
    return nodes;
  }

  private functionCall(name: string): Node {
    this.expect('(');
    const args = this.until(')');
    const compiled = FUNCTIONS[name.toUpperCase()];
    if (!compiled) {
      throw new AwsError(
        'ValidationError',
        `Error in expression '${this.expression}': the local host does not serve ${name}()`,
      );
    }
    return compiled(args);
  }

  private symbol(): string | undefined {
    const [kind, text] = this.tokens[this.at] ?? ['end'];
    return kind === 'symbol' ? text : undefined;
  }

  private expect(symbol: string): void {
    if (this.symbol() !== symbol) throw refuse(this.expression);
    this.at += 1;
  }
}

function refuse(expression: string): AwsError {
  return new AwsError(
    'ValidationError',
    `Error in expression '${expression}': it is no metric math that the local host serves`,
  );
}
