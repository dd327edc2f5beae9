import { SAMPLE_CATALOGUE } from '../ops/catalogue.ts';

/** Every product but the scarce one, in turn, so that no single stock item is the bottleneck. */
const PRODUCTS = SAMPLE_CATALOGUE.slice(0, -1);

/** The body of the n-th order: one line, and everything goes well. */
export function orderRequest(number: number): string {
  return JSON.stringify({
    customer: { id: `customer-${number}`, email: `customer-${number}@example.com`, name: 'Ada Lovelace' },
    items: [{ sku: PRODUCTS[number % PRODUCTS.length]?.sku, quantity: 1 }],
    shippingAddress: { line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
    payment: { token: 'tok_visa' },
  });
}
