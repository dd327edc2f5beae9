import type { EventType } from './lifecycle.ts';

/** What a customer is written about: what they need to know, and nothing else. Each mail tells of one event. */
export const MAIL_EVENTS = {
  'order-confirmed': 'PaymentConfirmed',
  'payment-failed': 'PaymentFailed',
  'order-shipped': 'OrderShipped',
  'order-rejected': 'OrderRejected',
  'order-cancelled': 'OrderCancelled',
} as const satisfies Record<string, EventType>;

export type MailName = keyof typeof MAIL_EVENTS;
export type MailEventType = (typeof MAIL_EVENTS)[MailName];
export const MAIL_NAMES = Object.keys(MAIL_EVENTS) as MailName[];

/** A template as SES stores it (`AWS::SES::Template`), in Handlebars. */
export interface MailTemplate {
  readonly name: MailName;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Physical name of a template: SES keeps those of all stacks of an account and region in one list. */
export const mailTemplateName = (prefix: string, name: MailName): string => `${prefix}-${name}`;

/** What a mail may name besides the list of items; mail-data.ts fills it in. */
export type MailVariable =
  'customerName' | 'orderId' | 'total' | 'reason' | 'refund' | 'carrier' | 'trackingNumber' | 'estimatedDelivery';

/** Writes a variable into a sentence. */
type Variables = (name: MailVariable) => string;

/**
 * SES does not escape what it fills into an HTML body (developer guide, "Advanced email personalization"), so the data
 * carries every value twice: as it is, and under `html` escaped.
 */
const inText: Variables = (name) => `{{${name}}}`;
const inHtml: Variables = (name) => `{{html.${name}}}`;

const TEXT_ITEMS = '{{#each items}}\n- {{quantity}} x {{name}}\n{{/each}}';
const HTML_ITEMS = '<ul>{{#each html.items}}<li>{{quantity}} × {{name}}</li>{{/each}}</ul>';

export const MAIL_TEMPLATES: readonly MailTemplate[] = [
  mail('order-confirmed', 'Your order is confirmed', (v, items) => [
    `Hello ${v('customerName')},`,
    `thank you for your order. Your payment of ${v('total')} has arrived, and we are getting ready to ship:`,
    items,
    `Order ${v('orderId')}`,
  ]),
  mail('payment-failed', 'Your payment did not go through', (v, items) => [
    `Hello ${v('customerName')},`,
    `we could not charge ${v('total')} for your order. ${v('reason')} You have paid nothing, and we have let go of the goods:`,
    items,
    'Please order again with another means of payment.',
    `Order ${v('orderId')}`,
  ]),
  mail('order-shipped', 'Your order is on its way', (v, items) => [
    `Hello ${v('customerName')},`,
    `${v('carrier')} has your parcel. It should be with you by ${v('estimatedDelivery')}.`,
    `Tracking number: ${v('trackingNumber')}`,
    items,
    `Order ${v('orderId')}`,
  ]),
  mail('order-rejected', 'We cannot deliver your order', (v, items) => [
    `Hello ${v('customerName')},`,
    'we are sorry: there is not enough in stock for your order. You have paid nothing.',
    items,
    `Order ${v('orderId')}`,
  ]),
  mail('order-cancelled', 'Your order is cancelled', (v, items) => [
    `Hello ${v('customerName')},`,
    `your order has been cancelled. ${v('reason')} ${v('refund')}`,
    items,
    `Order ${v('orderId')}`,
  ]),
];

/** One wording, two bodies. */
function mail(
  name: MailName,
  subject: string,
  paragraphs: (v: Variables, items: string) => readonly string[],
): MailTemplate {
  const html = paragraphs(inHtml, HTML_ITEMS).map((part) => (part === HTML_ITEMS ? part : `<p>${part}</p>`));
  return {
    name,
    subject,
    text: `${paragraphs(inText, TEXT_ITEMS).join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html.join('\n')}\n</body></html>\n`,
  };
}
