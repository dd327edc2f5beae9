import handlebars from 'handlebars';
import type { EventData } from '../../core/events.ts';
import { mailData } from '../../core/mail-data.ts';
import {
  MAIL_EVENTS,
  MAIL_TEMPLATES,
  mailTemplateName,
  type MailName,
  type MailTemplate,
} from '../../core/mail-templates.ts';
import type { Order } from '../../core/order.ts';
import { asSku } from '../../core/ids.ts';
import { newOrder, submission } from '../orders.ts';

const { order } = newOrder();
const shipment = { carrier: 'Sandbox Post', trackingNumber: 'SP123', estimatedDelivery: '2026-11-24T12:00:00.000Z' };
const event = (data: object = shipment) => data as EventData;

/** As SES renders: without escaping. Strict, so that a variable which the data lacks is an error, as it is for SES. */
function render(name: MailName, { of = order, data = event() }: { of?: Order; data?: EventData } = {}) {
  const template = MAIL_TEMPLATES.find((one) => one.name === name) as MailTemplate;
  const values = mailData(of, MAIL_EVENTS[name], data);
  const fill = (source: string) => handlebars.compile(source, { strict: true, noEscape: true })(values);
  return { subject: fill(template.subject), text: fill(template.text), html: fill(template.html) };
}

test('there is one template for each mail, named after the stack', () => {
  expect(MAIL_TEMPLATES.map(({ name }) => name)).toEqual(Object.keys(MAIL_EVENTS));
  expect(mailTemplateName('OrderSaga-dev', 'order-shipped')).toBe('OrderSaga-dev-order-shipped');
});

test.each(MAIL_TEMPLATES.map(({ name }) => name))(
  '%s names only what its data holds, and says what was ordered',
  (name) => {
    const { subject, text, html } = render(name);

    expect(subject).not.toBe('');
    for (const body of [text, html]) {
      expect(body).toContain('Ada Lovelace');
      expect(body).toContain(order.orderId);
      expect(body).toMatch(/2 [x×] Mug, blue/);
      expect(body).not.toMatch(/undefined|null|\{\{/);
    }
  },
);

test('what a customer or the catalogue wrote is escaped in the HTML body, and left alone in the text', () => {
  const hostile = '<img src=x onerror="a()"> & \'co\'';
  const { text, html } = render('order-confirmed', {
    of: newOrder({
      customer: { ...submission().customer, name: hostile },
      items: [{ sku: asSku('A'), name: hostile, quantity: 1, unitPriceMinor: 100 }],
    }).order,
  });

  expect(text).toContain(hostile);
  expect(html).not.toContain('<img');
  expect(html.match(/&lt;img src=x onerror=&quot;a\(\)&quot;&gt; &amp; &#39;co&#39;/g)).toHaveLength(2);
});

test('the text body shows one item per line', () => {
  expect(render('order-confirmed').text).toContain('\n- 2 x Mug, blue\n- 1 x Notebook A5\n');
});

test('amounts are written in the currency of the order', () => {
  expect(render('order-confirmed').text).toContain('EUR 34.80');
  expect(render('order-confirmed', { of: newOrder({ currency: 'JPY' }).order }).text).toContain('JPY 3,480');
});

test('a shipped order says who brings it, when, and how to follow it', () => {
  const { text } = render('order-shipped');

  expect(text).toContain('Sandbox Post has your parcel. It should be with you by Tuesday 24 November 2026.');
  expect(text).toContain('Tracking number: SP123');
});

test('an order that staff have shipped by hand names no day, since nobody has told us one', () => {
  const { text, html } = render('order-shipped', { data: event({ carrier: 'Courier', trackingNumber: 'C-1' }) });

  for (const body of [text, html]) {
    expect(body).toContain('the day that the carrier names');
    expect(body).not.toMatch(/Invalid|undefined|NaN/);
  }
});

test.each([
  [{ reason: 'PaymentDeclined', detail: 'insufficient_funds' }, 'not enough funds'],
  [{ reason: 'PaymentDeclined', detail: 'card_declined' }, 'Your bank declined the payment.'],
  [{ reason: 'PaymentGatewayUnavailable' }, 'The payment service could not be reached.'],
])('a payment that failed for %j says so in plain words', (data, words) => {
  expect(render('payment-failed', { data: event(data) }).text).toContain(words);
});

test.each([
  ['OrderCancelled', 'This was done at your request.'],
  ['CarrierUnavailable', 'we could find nobody to deliver it'],
  ['ShippingImpossible', 'we could find nobody to deliver it'],
  ['PaymentOutcomeUnknown', 'we could not carry it out'],
])('an order that is cancelled for %s says why in plain words', (reason, words) => {
  expect(render('order-cancelled', { data: event({ reason }) }).text).toContain(words);
});

test.each([
  [{ refundedMinor: 3480 }, 'We have refunded EUR 34.80'],
  [{ refundedMinor: 0, chargedMinor: 3480, refundedOutsideMinor: 3480 }, 'We have refunded EUR 34.80'],
  [{ refundedMinor: 0, chargedMinor: 3480, writtenOffMinor: 3480 }, 'Please contact us about your payment.'],
  [{ refundedMinor: 0 }, 'You have paid nothing.'],
])('a cancelled order says what became of the money: %j', (payment, words) => {
  const cancelled = { ...order, payment: { ...order.payment, ...payment } };

  expect(render('order-cancelled', { of: cancelled, data: event({ reason: 'CarrierUnavailable' }) }).text).toContain(
    words,
  );
});
