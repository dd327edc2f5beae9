import type { OrderEvent } from '../events.ts';
import { isAllowed } from '../lifecycle.ts';
import type { Order } from '../order.ts';
import type { NotificationEntry, Snapshot, Violation } from './snapshot.ts';

/** Every change has its event, every event gets out, and a customer hears of it at most once. */
export function eventViolations(snapshot: Snapshot): Violation[] {
  const published = new Set(snapshot.publishedEventIds);
  return [
    ...historiesViolations(snapshot),
    ...snapshot.events.flatMap(({ eventId, type }): Violation[] =>
      published.has(eventId) ? [] : [{ rule: 'event-published', keys: [eventId], detail: `${type} was not published` }],
    ),
    ...mailViolations(snapshot.mails, snapshot.notifications),
  ];
}

/** Whether the events of each order tell, without a gap, how it came to be what it is. */
export function historiesViolations({ orders, events }: Pick<Snapshot, 'orders' | 'events'>): Violation[] {
  const eventsOf = new Map<string, OrderEvent[]>(orders.map(({ orderId }) => [orderId, []]));
  const orphans = new Set<string>();
  for (const event of events) {
    const ofOrder = eventsOf.get(event.orderId);
    if (ofOrder) ofOrder.push(event);
    else orphans.add(event.orderId);
  }
  return [
    ...[...orphans].map((orderId): Violation => {
      return {
        rule: 'versions-without-gap',
        keys: [orderId],
        detail: 'there are events of an order that does not exist',
      };
    }),
    ...orders.flatMap((order) => historyViolations(order, eventsOf.get(order.orderId) ?? [])),
  ];
}

function historyViolations(order: Order, unsorted: readonly OrderEvent[]): Violation[] {
  const events = [...unsorted].sort((left, right) => left.version - right.version);
  const versions = events.map(({ version }) => version);
  const expected = Array.from({ length: order.version }, (_, index) => index + 1);
  if (versions.join() !== expected.join()) {
    const detail = `the order is at version ${order.version}, its events are ${versions.join(', ') || 'missing'}`;
    return [{ rule: 'versions-without-gap', keys: [order.orderId], detail }];
  }
  const violations: Violation[] = [];
  let status: OrderEvent['data']['statusBefore'] = null;
  for (const { eventId, type, data } of events) {
    if (data.statusBefore !== status || !isAllowed(type, data.statusBefore, data.statusAfter)) {
      const detail = `${type} leads from ${data.statusBefore} to ${data.statusAfter}, after ${status}`;
      violations.push({ rule: 'events-tell-the-status', keys: [eventId], detail });
    }
    status = data.statusAfter;
  }
  if (status !== order.status) {
    const detail = `the order is ${order.status}, its last event led to ${status}`;
    violations.push({ rule: 'events-tell-the-status', keys: [order.orderId], detail });
  }
  return violations;
}

function mailViolations(mails: Snapshot['mails'], notifications: readonly NotificationEntry[]): Violation[] {
  const unknown = new Set(notifications.filter(({ status }) => status === 'unknown').map(mailKey));
  const counts = new Map<string, number>();
  for (const mail of mails) counts.set(mailKey(mail), (counts.get(mailKey(mail)) ?? 0) + 1);
  return [...counts].flatMap(([key, count]): Violation[] =>
    count > 1 && !unknown.has(key)
      ? [{ rule: 'one-mail-per-event', keys: [key], detail: `${count} mails were sent where one is due` }]
      : [],
  );
}

function mailKey({ eventId, channel }: { eventId: string; channel: string }): string {
  return `${eventId}/${channel}`;
}
