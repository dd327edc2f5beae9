import { money, sum, times } from '../../core/money.ts';

test('a quantity of a price is an exact number of minor units', () => {
  expect(times(money(1295, 'EUR'), 3)).toEqual({ amountMinor: 3885, currency: 'EUR' });
});

test('amounts of one currency are added; nothing at all is zero', () => {
  expect(sum([money(1, 'EUR'), money(2, 'EUR')], 'EUR')).toEqual({ amountMinor: 3, currency: 'EUR' });
  expect(sum([], 'EUR')).toEqual({ amountMinor: 0, currency: 'EUR' });
});

test('another currency is refused', () => {
  expect(() => sum([money(1, 'EUR'), money(2, 'USD')], 'EUR')).toThrow('Cannot add USD to EUR');
});

test.each([0.1, Number.NaN, Infinity, 2 ** 53])('%s is no amount', (amountMinor) => {
  expect(() => money(amountMinor, 'EUR')).toThrow('amountMinor must be an integer');
});

test.each(['eur', 'EURO', ''])('"%s" is no currency', (currency) => {
  expect(() => money(1, currency)).toThrow('ISO 4217');
});
