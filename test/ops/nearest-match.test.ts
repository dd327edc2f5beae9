import { didYouMean, nearestMatch } from '../../ops/cli/nearest-match.ts';

const COMMANDS = ['status', 'orders', 'order', 'watch', 'redrive', 'republish', 'reconcile', 'verify'];

it.each([
  ['statsu', 'status'],
  ['redirve', 'redrive'],
  ['REDRIVE', 'redrive'],
  ['repub', 'republish'],
  ['verfy', 'verify'],
  ['frobnicate', undefined],
  ['x', undefined],
])('%s was meant to be %s', (word, meant) => {
  expect(nearestMatch(word, COMMANDS)).toBe(meant);
});

it('says nothing where nothing is near', () => {
  expect(didYouMean('frobnicate', COMMANDS)).toBe('');
  expect(didYouMean('sinse', ['since'], '--')).toBe(' Did you mean --since?');
});
