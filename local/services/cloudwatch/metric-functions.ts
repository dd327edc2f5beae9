import { AwsError } from '../../aws-error.ts';

/** Values by period; a period without data has none. */
export type TimeSeries = ReadonlyMap<number, number>;

/** What an expression is evaluated on: the other metrics by id, and the periods that are asked for (minutes of the epoch). */
export interface MathScope {
  readonly series: (id: string) => TimeSeries;
  readonly ids: readonly string[];
  readonly periods: readonly number[];
  readonly periodMinutes: number;
}

/** A text is an argument of METRICS or FILL. */
export type Value = number | TimeSeries | readonly TimeSeries[] | string;
export type Node = (scope: MathScope) => Value;

type Reducer = (values: readonly number[]) => number;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list */
export const FUNCTIONS: Readonly<Record<string, (args: readonly Node[]) => Node>> = {
  ABS: ([of]) => mapped(of, Math.abs),
  CEIL: ([of]) => mapped(of, Math.ceil),
  FLOOR: ([of]) => mapped(of, Math.floor),
  LOG: ([of]) => mapped(of, (value) => (value > 0 ? Math.log(value) : NaN)),
  LOG10: ([of]) => mapped(of, (value) => (value > 0 ? Math.log10(value) : NaN)),
  SUM: reduced(sum),
  AVG: reduced(average),
  MIN: reduced((values) => Math.min(...values)),
  MAX: reduced((values) => Math.max(...values)),
  STDDEV: reduced((values) => {
    const mean = average(values);
    return Math.sqrt(average(values.map((value) => (value - mean) ** 2)));
  }),
  DATAPOINT_COUNT: reduced((values) => values.length),
  METRICS:
    ([part]) =>
    ({ ids, series, ...scope }) => {
      const wanted = part?.({ ids, series, ...scope }) ?? '';
      if (typeof wanted !== 'string') throw invalid('METRICS takes a part of the ids of metrics, in quotation marks');
      return ids.filter((id) => id.includes(wanted)).map(series);
    },
  METRIC_COUNT: (args) => (scope) => listOf(args, scope).length,
  FIRST: (args) => (scope) => listOf(args, scope)[0] ?? new Map<number, number>(),
  LAST: (args) => (scope) => listOf(args, scope).at(-1) ?? new Map<number, number>(),
  REMOVE_EMPTY: (args) => (scope) => listOf(args, scope).filter(({ size }) => size > 0),
  PERIOD: () => (scope) => scope.periodMinutes * 60,
  TIME_SERIES:
    ([of]) =>
    (scope) =>
      asSeries(single(of, scope), scope),
  DIFF: ([of]) => steps(of, (change) => change),
  // Periods are minutes of the epoch.
  RATE: ([of]) => steps(of, (change, minutes) => change / (minutes * 60)),
  RUNNING_SUM:
    ([of]) =>
    (scope) => {
      let total = 0;
      return new Map(inOrder(asSeries(single(of, scope), scope)).map(([period, value]) => [period, (total += value)]));
    },
  FILL:
    ([of, filling]) =>
    (scope) =>
      each(evaluate(of, scope), (series) => fill(series, evaluate(filling, scope), scope)),
  IF:
    ([condition, then, otherwise]) =>
    (scope) =>
      choose(condition, [then, otherwise], scope),
};

/** A number stands for itself in every period. */
export function asSeries(value: Value, { periods }: MathScope): TimeSeries {
  if (typeof value === 'number') return new Map(periods.map((period) => [period, value]));
  if (value instanceof Map) return value;
  throw invalid('A time series is expected where an expression has a list or a text');
}

/** Value by value; a list with a number or a time series, element by element. */
export function combine(left: Value, right: Value, operation: (left: number, right: number) => number): Value {
  if (typeof left === 'number' && typeof right === 'number') return operation(left, right);
  if (Array.isArray(left) && Array.isArray(right)) throw invalid('Two lists cannot be combined');
  if (Array.isArray(left)) return left.map((one) => combine(one as TimeSeries, right, operation) as TimeSeries);
  if (Array.isArray(right)) return right.map((one) => combine(left, one as TimeSeries, operation) as TimeSeries);
  if (typeof left === 'string' || typeof right === 'string') throw invalid('A text cannot be combined');
  return combineSeries(left as number | TimeSeries, right as number | TimeSeries, operation);
}

function combineSeries(
  left: number | TimeSeries,
  right: number | TimeSeries,
  operation: (left: number, right: number) => number,
): TimeSeries {
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

function evaluate(node: Node | undefined, scope: MathScope): Value {
  if (!node) throw invalid('A function of a metric math expression lacks an argument');
  return node(scope);
}

function single(node: Node | undefined, scope: MathScope): number | TimeSeries {
  const value = evaluate(node, scope);
  if (typeof value === 'number' || value instanceof Map) return value;
  throw invalid('A function of a metric math expression takes one time series, not a list');
}

function mapped(of: Node | undefined, change: (value: number) => number): Node {
  return (scope) => combine(evaluate(of, scope), 0, (value) => change(value));
}

/** Of one time series, a number over all its periods; of a list, a time series: period by period, over those that have data. */
function reduced(reduce: Reducer): (args: readonly Node[]) => Node {
  return (args) => (scope) => {
    const [first] = args.map((arg) => arg(scope));
    if (args.length === 1 && first instanceof Map) return first.size === 0 ? NaN : reduce([...first.values()]);
    const all = listOf(args, scope);
    return new Map(
      scope.periods.flatMap((period) => {
        const values = all.flatMap((series) => series.get(period) ?? []);
        return values.length === 0 ? [] : [[period, reduce(values)] as const];
      }),
    );
  };
}

/** The arguments as one list: `SUM(METRICS())`, `SUM([m1, m2])`. */
function listOf(args: readonly Node[], scope: MathScope): TimeSeries[] {
  return args.flatMap((arg) => {
    const value = arg(scope);
    return Array.isArray(value) ? (value as TimeSeries[]) : [asSeries(value, scope)];
  });
}

function each(value: Value, change: (series: TimeSeries) => TimeSeries): Value {
  if (Array.isArray(value)) return (value as TimeSeries[]).map(change);
  return value instanceof Map ? change(value) : value;
}

/** What changes from one datapoint to the next; the first has none before it. */
function steps(of: Node | undefined, step: (change: number, minutes: number) => number): Node {
  return (scope) =>
    each(evaluate(of, scope), (series) => {
      const points = inOrder(series);
      return new Map(
        points.slice(1).map(([period, value], index) => {
          const [before, valueBefore] = points[index] ?? [0, 0];
          return [period, step(value - valueBefore, period - before)];
        }),
      );
    });
}

function inOrder(series: TimeSeries): [number, number][] {
  return [...series].sort(([left], [right]) => left - right);
}

/** With a number, with another series, with the value before (`REPEAT`), or on the line between two values (`LINEAR`). */
function fill(series: TimeSeries, filling: Value, { periods }: MathScope): TimeSeries {
  const points = inOrder(series);
  return new Map(
    periods.flatMap((period) => {
      const value = series.get(period) ?? fillingAt(period, points, filling);
      return value === undefined ? [] : [[period, value] as const];
    }),
  );
}

function fillingAt(period: number, points: readonly [number, number][], filling: Value): number | undefined {
  if (typeof filling === 'number') return filling;
  if (filling instanceof Map) return (filling as TimeSeries).get(period);
  const before = points.filter(([at]) => at < period).at(-1);
  if (filling === 'REPEAT') return before?.[1];
  if (filling !== 'LINEAR') throw invalid('FILL takes a number, a time series, REPEAT or LINEAR');
  const after = points.find(([at]) => at > period);
  if (!before || !after) return undefined;
  return before[1] + ((after[1] - before[1]) * (period - before[0])) / (after[0] - before[0]);
}

function choose(condition: Node | undefined, nodes: readonly (Node | undefined)[], scope: MathScope): TimeSeries {
  const [then, otherwise] = [single(nodes[0], scope), nodes[1] && single(nodes[1], scope)];
  return new Map(
    [...asSeries(evaluate(condition, scope), scope)].flatMap(([period, holds]) => {
      const branch = holds === 0 ? otherwise : then;
      const value = typeof branch === 'number' ? branch : branch?.get(period);
      return value === undefined ? [] : [[period, value] as const];
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
