import { TokenFilter } from '../../../local/services/dynamodb/token-filter.ts';

const tokens = (count: number, what: string) =>
  Array.from({ length: count }, (_, index) => `${what}-${String(index * 7919)}`);

test('given many tokens, the filter knows every one of them, and hardly takes another for one', () => {
  const filter = new TokenFilter();
  const given = tokens(20_000, 'given');
  for (const token of given) filter.add(token);
  expect(given.every((token) => filter.mayHave(token))).toBe(true);
  expect(tokens(20_000, 'other').filter((token) => filter.mayHave(token)).length).toBeLessThan(5);
});
