import { asSku } from '../../core/ids.ts';
import { priceLines } from '../../core/pricing.ts';

const entry = (sku: string, priceMinor = 100, currency = 'EUR') => ({
  sku: asSku(sku),
  name: `The ${sku}`,
  priceMinor,
  currency,
});
const line = (sku: string, quantity = 1) => ({ sku: asSku(sku), quantity });

test('lines take name and price from the catalogue', () => {
  expect(priceLines([line('A', 2)], [entry('A', 250), entry('B')])).toEqual({
    kind: 'priced',
    lines: [{ sku: 'A', name: 'The A', quantity: 2, unitPriceMinor: 250 }],
    currency: 'EUR',
  });
});

test('every SKU that the catalogue lacks is named', () => {
  expect(priceLines([line('A'), line('B'), line('C')], [entry('B')])).toEqual({
    kind: 'unknown-skus',
    skus: ['A', 'C'],
  });
});

test('SKUs of two currencies cannot be bought together', () => {
  expect(priceLines([line('A'), line('B')], [entry('A'), entry('B', 100, 'CHF')])).toEqual({
    kind: 'mixed-currencies',
    currencies: ['CHF', 'EUR'],
  });
});

test('a total that a JSON number cannot hold exactly is refused, and the largest one that it can is not', () => {
  const largest = Number.MAX_SAFE_INTEGER;

  expect(priceLines([line('A')], [entry('A', largest)]).kind).toBe('priced');
  expect(priceLines([line('A'), line('B')], [entry('A', largest), entry('B', 1)]).kind).toBe('total-too-large');
});
