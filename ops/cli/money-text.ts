import type { Money } from '../../core/money.ts';

/** `2580 EUR` minor units as `25.80 EUR`. The digits after the point are the currency's own (ISO 4217: JPY has none). */
export function moneyText({ amountMinor, currency }: Money): string {
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(amountMinor / 10 ** digits).toFixed(digits)} ${currency}`;
}
