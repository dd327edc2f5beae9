import { Harness } from './states-harness.ts';

let states: Harness;
beforeAll(async () => {
  states = await Harness.start();
});
afterAll(() => states.end());

let machines = 0;

/** What a Pass state puts out for an expression, or why it does not. */
async function value(expression: string, input: unknown = {}): Promise<unknown> {
  machines += 1;
  const pass = { Type: 'Pass', Output: `{% ${expression} %}`, End: true };
  const arn = await states.begin(await states.machine({ Evaluate: pass }, {}, `evaluate-${machines}`), input);
  await states.host.clock.idle();
  const { status, output, error, cause } = await states.describe(arn);
  if (status === 'SUCCEEDED') return JSON.parse(output as string) as unknown;
  return { error, cause: cause?.replace(/^.*specified for the field 'Output' /, '') };
}

const nothing = { error: 'States.QueryEvaluationError', cause: 'returned nothing (undefined).' };

describe('Sequences of JSONata are plain lists', () => {
  it.each([
    ['$states.input.lines.price', [5, 7]],
    ['$states.input.lines[price > 1].sku', ['A', 'B']],
    ['{"skus": $states.input.lines.sku}', { skus: ['A', 'B'] }],
    ['$map($states.input.lines, function($line) { $line.price * 2 })', [10, 14]],
    ['$filter([1, 2, 3], function($n) { $n > 1 })', [2, 3]],
    ['$keys($states.input.lines[0])', ['sku', 'price']],
    ['[1..3].{"n": $}', [{ n: 1 }, { n: 2 }, { n: 3 }]],
    ['[1, 2].(1 / 0)', ['Infinity', 'Infinity']],
    ['$states.input.lines[0].sku', 'A'],
  ])('%s', async (expression, expected) => {
    const lines = [
      { sku: 'A', price: 5 },
      { sku: 'B', price: 7 },
    ];
    expect(await value(expression, { lines })).toEqual(expected);
  });

  it('a variable holds the list as it was, and not as one more sequence', async () => {
    const { output } = await states.run({
      Set: { Type: 'Pass', Assign: { one: '{% $keys({"a": 1})[] %}' }, Next: 'Get' },
      Get: { Type: 'Pass', Output: '{% {"list": $one, "type": $type($one)} %}', End: true },
    });
    expect(JSON.parse(output as string)).toEqual({ list: ['a'], type: 'array' });
  });

  it('functions among the items are refused', async () => {
    expect(await value('[1, 2].$sum')).toMatchObject({ cause: 'returned an unsupported result type.' });
  });
});

describe('The functions that Step Functions adds', () => {
  it.each([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1, 2, 3], 2.9)', [[1, 2], [3]]],
    ['$range(0, 10, 2)', [0, 2, 4, 6, 8, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(1, 9, 9)', 1],
    ['[$range(1, 1, 1)]', [1]],
    ['$count($range(1, 360145, 1))', 360_145],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["$hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$parse(\'{"a": [1]}\')', { a: [1] }],
    ["$parse('null')", null],
    ['$random(7) = $random(7)', true],
    ['$length($uuid())', 36],
  ])('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  it.each([
    '$partition($states.input.missing, 2)',
    "$hash($states.input.missing, 'MD5')",
    '$parse($states.input.missing)',
    '$partition([], 2)',
    '$partition([1], 0)',
    '$range(1, 3)',
    '$range(1, 3, -1)',
    "$hash('data')",
  ])('%s is nothing', async (expression) => {
    expect(await value(expression)).toEqual(nothing);
  });

  it.each([
    ['$partition([1], "2")', '. T0410: Argument 2 of function "partition" does not match function signature'],
    ["$eval('1 + 1')", '. T1006: Attempted to invoke a non-function'],
    ["$error('boom')", '. D3137: boom'],
    ['$range(1, 9, 0)', ': The third argument of $range must not be 0.'],
    ["$hash('a', 'SHA-3')", ": $hash knows MD5, SHA-1, SHA-256, SHA-384, SHA-512, and not 'SHA-3'."],
    ["$parse('{')", ': $parse: '],
  ])('%s is an error', async (expression, cause) => {
    expect(await value(expression)).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(`threw an error during evaluation${cause}`),
    });
  });
});

describe('An expression that goes too far fails where it does on AWS:', () => {
  const deep = 'Stack overflow error: Check for non-terminating recursive function.';
  const large = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
  const sum = (terms: number): string => Array(terms).fill('1').join(' + ');
  const recursion = (depth: number): string => `($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(${depth}))`;

  it.each([
    ['100 terms', sum(100), 100],
    ['a recursion of 31', recursion(31), 31],
    ['a list of 873,782', '[1..873782] ~> $count()', 873_782],
  ])('%s are fine', async (_, expression, expected) => {
    expect(await value(expression)).toBe(expected);
  });

  it.each([
    ['101 terms', sum(101), deep],
    ['a recursion of 32', recursion(32), deep],
    ['a list of 873,783', '$sum([1..873783])', large],
    ['a range of 360,146', '$range(1, 360146, 1)', large],
  ])('%s are not', async (_, expression, problem) => {
    expect(await value(expression)).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(`threw an error during evaluation: ${problem}`),
    });
  });
});
