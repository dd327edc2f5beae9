import { mergedLines, submissionFingerprint } from '../../core/submission.ts';
import { submission } from '../orders.ts';

test('lines of one SKU become one line, in the order of their first appearance', () => {
  const lines = mergedLines([
    { sku: 'B', quantity: 1 },
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 3 },
  ]);

  expect(lines).toEqual([
    { sku: 'B', quantity: 4 },
    { sku: 'A', quantity: 2 },
  ]);
});

describe('the fingerprint of a submission', () => {
  const items = (...lines: [string, number][]) =>
    submission({ items: lines.map(([sku, quantity]) => ({ sku, quantity })) });

  test('is the same when the same is ordered in other lines', () => {
    expect(submissionFingerprint(items(['A', 3], ['B', 1]))).toBe(
      submissionFingerprint(items(['B', 1], ['A', 1], ['A', 2])),
    );
  });

  test.each([
    ['another quantity', { items: [{ sku: 'MUG-BLUE', quantity: 3 }] }],
    ['another payment token', { payment: { token: 'tok_declined' } }],
    ['another address', { shippingAddress: { ...submission().shippingAddress, line2: 'Flat 2' } }],
    ['another customer', { customer: { ...submission().customer, name: 'Ada King' } }],
  ])('differs for %s', (_, change) => {
    expect(submissionFingerprint(submission(change))).not.toBe(submissionFingerprint(submission()));
  });
});
