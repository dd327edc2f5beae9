import type { Order } from '../order.ts';
import type { Snapshot, Violation } from './snapshot.ts';

/**
 * Nothing of the customer outside the order: not in its events, not in its executions. Whole values are looked for in
 * quotation marks, since a name such as "May" is also a word; mail addresses and payment tokens are looked for anywhere.
 */
export function privacyViolations({ orders, events, executions }: Snapshot): Violation[] {
  const orderOf = new Map<string, Order>(orders.map((order) => [order.orderId, order]));
  const places = [
    ...events.map((event) => ({
      key: event.eventId,
      orderId: event.orderId,
      text: JSON.stringify(event),
    })),
    ...executions.map(({ name, text = '' }) => ({ key: name, orderId: name.slice(0, name.lastIndexOf('-')), text })),
  ];
  return places.flatMap(({ key, orderId, text }): Violation[] => {
    const order = orderOf.get(orderId);
    const leaked = order ? leaksIn(text, order) : [];
    if (leaked.length === 0) return [];
    return [{ rule: 'personal-data-in-place', keys: [key], detail: `it contains ${leaked.join(', ')}` }];
  });
}

function leaksIn(text: string, { customer, shippingAddress, payment }: Order): string[] {
  // In a history JSON is quoted within JSON, as \" and deeper; without backslashes a value reads the same at any depth.
  const plain = text.replaceAll('\\', '');
  const anywhere = { 'the mail address': customer.email, 'the payment token': payment.token };
  const quoted = { 'the name': customer.name, 'the street': shippingAddress.line1 };
  return [
    ...Object.entries(anywhere).filter(([, value]) => plain.includes(value)),
    ...Object.entries(quoted).filter(([, value]) => plain.includes(`"${value}"`)),
  ].map(([what]) => what);
}
