import type { EventData } from './events.ts';
import { MAIL_EVENTS, MAIL_NAMES, type MailEventType, type MailName, type MailVariable } from './mail-templates.ts';
import type { EventType } from './lifecycle.ts';
import type { Money } from './money.ts';
import type { Instant, Order } from './order.ts';

/** What each mail names; a template that names more does not pass its test, since SES would fail the mail silently. */
interface MailValues {
  readonly items: readonly { readonly name: string; readonly quantity: string }[];
  readonly values: Readonly<Partial<Record<MailVariable, string>>>;
}

/** Data for a template: every value as it is, and under `html` escaped for the HTML body. */
export type MailData = Readonly<Record<string, unknown>>;

export function mailNameOf(type: EventType): MailName | undefined {
  return MAIL_NAMES.find((name) => MAIL_EVENTS[name] === type);
}

/** The data for the mail that tells a customer of an event. The event says what happened, the order to whom and what. */
export function mailData(order: Order, type: MailEventType, data: EventData): MailData {
  const { items, values }: MailValues = {
    items: order.items.map(({ name, quantity }) => ({ name, quantity: String(quantity) })),
    values: {
      customerName: order.customer.name,
      orderId: order.orderId,
      total: amount(order.total),
      ...valuesOf(order, type, data),
    },
  };
  const html = {
    ...mapValues(values, escapeHtml),
    items: items.map((item) => mapValues(item, escapeHtml)),
  };
  return { ...values, items, html };
}

function valuesOf(order: Order, type: MailEventType, data: EventData): MailValues['values'] {
  switch (type) {
    case 'PaymentConfirmed':
    case 'OrderRejected':
      return {};
    case 'PaymentFailed':
      return { reason: paymentReason(data) };
    case 'OrderShipped':
      return shipmentValues(data as EventData<'OrderShipped'>);
    case 'OrderCancelled':
      return { reason: cancellationReason(data), refund: refund(order) };
  }
}

function shipmentValues({ carrier, trackingNumber, estimatedDelivery }: EventData<'OrderShipped'>) {
  // Nobody has told us when a parcel arrives that staff handed over by themselves.
  const expected = estimatedDelivery === undefined ? 'the day that the carrier names' : day(estimatedDelivery);
  return { carrier, trackingNumber, estimatedDelivery: expected };
}

function paymentReason({ reason, detail }: EventData): string {
  if (reason !== 'PaymentDeclined') return 'The payment service could not be reached.';
  return detail === 'insufficient_funds'
    ? 'Your bank reports that there are not enough funds.'
    : 'Your bank declined the payment.';
}

function cancellationReason({ reason }: EventData): string {
  if (reason === 'OrderCancelled') return 'This was done at your request.';
  if (reason === 'CarrierUnavailable' || reason === 'ShippingImpossible')
    return 'We are sorry: we could find nobody to deliver it.';
  return 'We are sorry: we could not carry it out.';
}

function refund({ payment, total }: Order): string {
  const refundedMinor = payment.refundedMinor + (payment.refundedOutsideMinor ?? 0);
  if (refundedMinor === 0) {
    return payment.chargedMinor === 0 ? 'You have paid nothing.' : 'Please contact us about your payment.';
  }
  const refunded = amount({ amountMinor: refundedMinor, currency: total.currency });
  return `We have refunded ${refunded}; your bank may need a few days to show it.`;
}

/** `EUR 25.90`: with the code, since more than one currency is written with a dollar sign. */
function amount({ amountMinor, currency }: Money): string {
  const format = currencyFormat(currency);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  // Intl separates with a no-break space, which some plain text mail programs show as a box.
  return format.format(amountMinor / 10 ** digits).replaceAll('\u00a0', ' ');
}

/** Making a format costs more than all else in a mail, so one is kept for each currency. */
const currencyFormats = new Map<string, Intl.NumberFormat>();

function currencyFormat(currency: string): Intl.NumberFormat {
  const kept = currencyFormats.get(currency);
  if (kept) return kept;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  currencyFormats.set(currency, format);
  return format;
}

const DAY_FORMAT = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `Tuesday 24 November 2026`, put together here because the punctuation of a whole date changes with ICU's version. */
function day(instant: Instant): string {
  const parts = DAY_FORMAT.formatToParts(new Date(instant));
  return (['weekday', 'day', 'month', 'year'] as const)
    .map((name) => parts.find(({ type }) => type === name)?.value)
    .join(' ');
}

function mapValues<Key extends string>(values: Readonly<Partial<Record<Key, string>>>, map: (value: string) => string) {
  return Object.fromEntries(
    Object.entries<string | undefined>(values).map(([key, value]) => [key, map(value ?? '')]),
  ) as Readonly<Record<Key, string>>;
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? character);
}
