import { AwsError } from '../../aws-error.ts';

/** Values by period; a period without data has none. */
export type TimeSeries = ReadonlyMap<number, number>;

/** What an expression is evaluated on: the other metrics by id, and the periods that are asked for. */
export interface MathScope {
  readonly series: (id: string) => TimeSeries;
  readonly ids: readonly string[];
  readonly periods: readonly number[];
}

type Value = number | TimeSeries;
type Node = (scope: MathScope) => Value;

const TOKEN =
  /\s*(?:(?<number>\d+\.?\d*(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][\w]*)|"(?<text>[^"]*)"|(?<symbol>==|!=|<=|>=|&&|\|\||[-+*/^()<>,]))/y;

type Token = readonly [kind: string, text: string];

/**
 * The metric math that dashboards and alarms of the template use: arithmetic, comparisons, `&&` and `||`, and ABS, AVG, CEIL,
 * FILL, FLOOR, IF, MAX, METRICS, MIN, SUM. Where one side has no data (or divides by zero) there is no result.
 */
export function compileMath(expression: string): (scope: MathScope) => TimeSeries {
  const node = new Parser(tokenize(expression), expression).parse();
  return (scope) => asSeries(node(scope), scope);
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
    if (kind === 'symbol' && text === '(') {
      const node = this.binary(0);
      this.expect(')');
      return node;
    }
    if (kind !== 'name') throw refuse(this.expression);
    if (this.symbol() === '(') return this.functionCall(text);
    return (scope) => scope.series(text);
  }

  private functionCall(name: string): Node {
    this.expect('(');
    const args: Node[] = [];
    while (this.symbol() !== ')') {
      if (args.length > 0) this.expect(',');
      args.push(this.binary(0));
    }
    this.expect(')');
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

const FUNCTIONS: Record<string, (args: readonly Node[]) => Node> = {
  ABS: ([of]) => mapped(of, Math.abs),
  CEIL: ([of]) => mapped(of, Math.ceil),
  FLOOR: ([of]) => mapped(of, Math.floor),
  SUM: (args) => reduced(args, (values) => values.reduce((total, value) => total + value, 0)),
  AVG: (args) => reduced(args, (values) => values.reduce((total, value) => total + value, 0) / values.length),
  MIN: (args) => reduced(args, (values) => Math.min(...values)),
  MAX: (args) => reduced(args, (values) => Math.max(...values)),
  METRICS: () => (scope) =>
    reduce(scope.ids.map(scope.series), (values) => values.reduce((total, value) => total + value, 0), scope),
  FILL:
    ([of, value]) =>
    (scope) => {
      const series = asSeries(evaluate(of, scope), scope);
      const filling = evaluate(value, scope);
      return new Map(
        scope.periods.flatMap((period) => {
          const filled = series.get(period) ?? (typeof filling === 'number' ? filling : filling.get(period));
          return filled === undefined ? [] : [[period, filled] as const];
        }),
      );
    },
  IF:
    ([condition, then, otherwise]) =>
    (scope) => {
      const test = asSeries(evaluate(condition, scope), scope);
      const branches = [evaluate(then, scope), otherwise && evaluate(otherwise, scope)] as const;
      return new Map(
        [...test].flatMap(([period, holds]) => {
          const branch = holds === 0 ? branches[1] : branches[0];
          const value = typeof branch === 'number' ? branch : branch?.get(period);
          return value === undefined ? [] : [[period, value] as const];
        }),
      );
    },
};

function evaluate(node: Node | undefined, scope: MathScope): Value {
  if (!node) throw new AwsError('ValidationError', 'A function of a metric math expression lacks an argument');
  return node(scope);
}

function mapped(of: Node | undefined, change: (value: number) => number): Node {
  return (scope) => combine(evaluate(of, scope), 0, (value) => change(value));
}

function reduced(args: readonly Node[], combineValues: (values: number[]) => number): Node {
  return (scope) =>
    reduce(
      args.map((arg) => asSeries(arg(scope), scope)),
      combineValues,
      scope,
    );
}

/** Per period, over those that have data. */
function reduce(all: readonly TimeSeries[], combineValues: (values: number[]) => number, scope: MathScope): TimeSeries {
  return new Map(
    scope.periods.flatMap((period) => {
      const values = all.flatMap((series) => series.get(period) ?? []);
      return values.length === 0 ? [] : [[period, combineValues(values)] as const];
    }),
  );
}

function combine(left: Value, right: Value, operation: (left: number, right: number) => number): Value {
  if (typeof left === 'number' && typeof right === 'number') return operation(left, right);
  const periods = typeof left === 'number' ? (right as TimeSeries).keys() : left.keys();
  const combined = new Map<number, number>();
  for (const period of periods) {
    const one = typeof left === 'number' ? left : left.get(period);
    const other = typeof right === 'number' ? right : right.get(period);
    if (one === undefined || other === undefined) continue;
    const value = operation(one, other);
    if (!Number.isNaN(value)) combined.set(period, value);
  }
  return combined;
}

function asSeries(value: Value, { periods }: MathScope): TimeSeries {
  return typeof value === 'number' ? new Map(periods.map((period) => [period, value])) : value;
}

function refuse(expression: string): AwsError {
  return new AwsError(
    'ValidationError',
    `Error in expression '${expression}': it is no metric math that the local host serves`,
  );
}
