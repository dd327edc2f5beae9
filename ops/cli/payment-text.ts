import type { OrderView } from '../../core/order-view.ts';
import { moneyText } from './money-text.ts';

/** What was charged, and where it has gone since: `REFUNDED: 25.80 EUR charged, 0.00 EUR refunded, 25.80 EUR refunded outside`. */
export function paymentText({ payment, total: { currency } }: Pick<OrderView, 'payment' | 'total'>): string {
  const { status, chargedMinor, refundedMinor, refundedOutsideMinor = 0, writtenOffMinor = 0 } = payment;
  const amount = (amountMinor: number): string => moneyText({ amountMinor, currency });
  const parts = [
    `${amount(chargedMinor)} charged`,
    `${amount(refundedMinor)} refunded`,
    ...(refundedOutsideMinor > 0 ? [`${amount(refundedOutsideMinor)} refunded outside`] : []),
    ...(writtenOffMinor > 0 ? [`${amount(writtenOffMinor)} written off`] : []),
  ];
  return `${status}: ${parts.join(', ')}`;
}
