import type { Order } from '../order.ts';
import type { Snapshot, Violation } from './snapshot.ts';

/** A piece of text that is kept about an order. */
interface Place {
  readonly key: string;
  readonly orderId: string;
  readonly text: string;
}

/**
 * Nothing of the customer outside the order: not in its events, not in its executions. Whole values are looked for in
 * quotation marks, since a name such as "May" is also a word; mail addresses and payment tokens are looked for anywhere.
 * And no task token outside the record that waits and the history of its execution.
 */
export function privacyViolations(snapshot: Snapshot): Violation[] {
  const { orders, events, executions, interventions, failedRuns } = snapshot;
  const histories = executions.map(({ name, history = '' }) => executionPlace(name, history));
  const places: Place[] = [
    ...events.map((event) => ({ key: event.eventId, orderId: event.orderId, text: JSON.stringify(event) })),
    ...executions.map(({ name, text = '' }) => executionPlace(name, text)),
    ...interventions.map(({ taskToken, ...record }) => ({
      key: `${record.orderId}#${record.number}`,
      orderId: record.orderId,
      // Who still waits keeps its token; who has heard has no more use for it.
      text: JSON.stringify(record.status === 'CLOSED' ? { ...record, taskToken } : record),
    })),
    ...failedRuns.map((failed) => ({
      key: `${failed.orderId}-${failed.run}`,
      orderId: failed.orderId,
      text: JSON.stringify(failed),
    })),
  ];
  const orderOf = new Map<string, Order>(orders.map((order) => [order.orderId, order]));
  return [
    ...[...places, ...histories].flatMap((place) => personalData(place, orderOf.get(place.orderId))),
    ...strayTokens(places, tokensByOrder(snapshot, histories)),
  ];
}

function executionPlace(name: string, text: string): Place {
  return { key: name, orderId: name.slice(0, name.lastIndexOf('-')), text };
}

function personalData({ key, text }: Place, order: Order | undefined): Violation[] {
  const leaked = order && text !== '' ? leaksIn(text, order) : [];
  if (leaked.length === 0) return [];
  return [{ rule: 'personal-data-in-place', keys: [key], detail: `it contains ${leaked.join(', ')}` }];
}

function leaksIn(text: string, { customer, shippingAddress, payment }: Order): string[] {
  const plain = unquoted(text);
  const anywhere = { 'the mail address': customer.email, 'the payment token': payment.token };
  const quoted = { 'the name': customer.name, 'the street': shippingAddress.line1 };
  return [
    ...Object.entries(anywhere).filter(([, value]) => plain.includes(value)),
    ...Object.entries(quoted).filter(([, value]) => plain.includes(`"${value}"`)),
  ].map(([what]) => what);
}

function strayTokens(places: readonly Place[], tokensOf: ReadonlyMap<string, ReadonlySet<string>>): Violation[] {
  return places.flatMap(({ key, orderId, text }): Violation[] => {
    const plain = unquoted(text);
    const found = [...(tokensOf.get(orderId) ?? [])].some((token) => plain.includes(token));
    return found ? [{ rule: 'task-token-in-place', keys: [key], detail: 'it contains a task token' }] : [];
  });
}

/** Tokens that wait, and those that histories show to have waited once. */
function tokensByOrder(
  { interventions }: Snapshot,
  histories: readonly Place[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const tokensOf = new Map<string, Set<string>>();
  const add = (orderId: string, token: string): void => {
    const tokens = tokensOf.get(orderId) ?? new Set();
    tokensOf.set(orderId, tokens.add(token));
  };
  for (const { orderId, taskToken } of interventions) if (taskToken !== undefined) add(orderId, taskToken);
  for (const { orderId, text } of histories) {
    for (const [, token = ''] of unquoted(text).matchAll(/"taskToken":"([^"]+)"/g)) add(orderId, token);
  }
  return tokensOf;
}

/** In a history JSON is quoted within JSON, as \\" and deeper; without backslashes a value reads the same at any depth. */
function unquoted(text: string): string {
  return text.replaceAll('\\', '');
}
