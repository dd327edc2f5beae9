import { paymentText } from '../../ops/cli/payment-text.ts';

const total = { amountMinor: 2580, currency: 'EUR' };

test('tells what was charged and refunded', () => {
  const payment = { status: 'CHARGED', chargedMinor: 2580, refundedMinor: 0 } as const;
  expect(paymentText({ payment, total })).toBe('CHARGED: 25.80 EUR charged, 0.00 EUR refunded');
});

test('tells what staff gave back by other means, or gave up', () => {
  const charged = { chargedMinor: 2580, refundedMinor: 0 };
  expect(paymentText({ payment: { ...charged, status: 'REFUNDED', refundedOutsideMinor: 2580 }, total })).toBe(
    'REFUNDED: 25.80 EUR charged, 0.00 EUR refunded, 25.80 EUR refunded outside',
  );
  expect(paymentText({ payment: { ...charged, status: 'WRITTEN_OFF', writtenOffMinor: 2580 }, total })).toBe(
    'WRITTEN_OFF: 25.80 EUR charged, 0.00 EUR refunded, 25.80 EUR written off',
  );
});
