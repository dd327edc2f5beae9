import { passes } from '../../../functions/shared/order-fate.ts';
import { orderIdOf } from '../../../core/order-id.ts';
import { CLIENT, ORDER_ID } from '../../orders.ts';

const ids = Array.from({ length: 4_000 }, (_, index) => orderIdOf(CLIENT, `key-${index}`));
const shareOf = (provider: string, rate: number) => ids.filter((id) => passes(id, provider, rate)).length / ids.length;

test('the same order always fares the same', () => {
  expect(passes(ORDER_ID, 'carrier', 0.5)).toBe(passes(ORDER_ID, 'carrier', 0.5));
});

test('with a rate of 1 all orders pass, with 0 none', () => {
  expect(shareOf('carrier', 1)).toBe(1);
  expect(shareOf('carrier', 0)).toBe(0);
});

test('with 0.9 one order in ten fails', () => {
  // Standard deviation of the share: sqrt(0.9 * 0.1 / 4000) = 0.005; the orders are always the same ones.
  expect(Math.abs(shareOf('carrier', 0.9) - 0.9)).toBeLessThan(0.02);
});

test('the two providers choose independently', () => {
  const both =
    ids.filter((id) => passes(id, 'carrier', 0.5) && passes(id, 'payment provider', 0.5)).length / ids.length;
  expect(Math.abs(both - 0.25)).toBeLessThan(0.03);
});

test.each([-0.1, 1.1, Number.NaN])('%s is no rate', (rate) => {
  expect(() => passes(ORDER_ID, 'carrier', rate)).toThrow('must be a number from 0 to 1');
});
