import fc from 'fast-check';
import jsonata from 'jsonata';
import { NOT_PLAIN, plainPath, readPlainPath } from '../../../local/services/states/jsonata/plain-path.ts';

describe('A plain path', () => {
  it.each(['$states.input', '$order', '$states.context.Execution.Id'])('is %s', (text) => {
    expect(plainPath(text)).toBeDefined();
  });

  it.each(['$states.input[0]', '$sum($x)', 'input', '$states.in', '$a.b + 1', '$$.a', '$x.`a b`'])(
    'is not %s',
    (text) => {
      expect(plainPath(text)).toBeUndefined();
    },
  );

  it('reads what JSONata reads, or leaves it to JSONata', async () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, 0, 1, '', 'x', true, false), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
    })).value;
    const paths = ['$v', '$v.a', '$v.a.b', '$v.a.b.c', '$w.a'].map((text) => ({ text, expression: jsonata(text) }));
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(...paths), async (v, { text, expression }) => {
        const plain = readPlainPath(plainPath(text) as never, { v });
        if (plain === NOT_PLAIN) return;
        compared += 1;
        expect(JSON.stringify(plain)).toEqual(JSON.stringify(await expression.evaluate(undefined, { v })));
      }),
      { numRuns: 1000, seed: 7 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
