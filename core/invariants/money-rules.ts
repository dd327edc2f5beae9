import { dueMinor, isTerminal } from '../lifecycle.ts';
import type { Order } from '../order.ts';
import type { Booking, PaymentIntent } from '../ports.ts';
import type { Snapshot, Violation } from './snapshot.ts';

/** Over all attempts, a customer has paid what the order's status owes, and a parcel goes out for exactly those orders. */
export function moneyViolations({
  orders,
  intents,
  bookings,
}: Pick<Snapshot, 'orders' | 'intents' | 'bookings'>): Violation[] {
  const intentsOf = groupByOrder(intents);
  const bookingsOf = groupByOrder(bookings);
  const known = new Set<string>(orders.map(({ orderId }) => orderId));
  const strangers = [...intentsOf].filter(([orderId, of]) => !known.has(orderId) && of.some((i) => i.chargedMinor > 0));
  return [
    ...strangers.map(([orderId]): Violation => {
      return { rule: 'money-conserved', keys: [orderId], detail: 'money was charged for an order that does not exist' };
    }),
    ...orders.flatMap((order) => [
      ...paymentViolations(order, intentsOf.get(order.orderId) ?? []),
      ...parcelViolations(order, bookingsOf.get(order.orderId) ?? []),
    ]),
  ];
}

function paymentViolations(order: Order, intents: readonly PaymentIntent[]): Violation[] {
  const keys = [order.orderId];
  const charged = intents.reduce((total, intent) => total + intent.chargedMinor, 0);
  const refunded = intents.reduce((total, intent) => total + intent.refundedMinor, 0);
  const total = order.total.amountMinor;
  const { refundedOutsideMinor = 0, writtenOffMinor = 0 } = order.payment;
  const byStaff = `refunded outside ${refundedOutsideMinor}, written off ${writtenOffMinor}`;
  const detail = `charged ${charged}, refunded ${refunded}, ${byStaff}, total ${total}, status ${order.status}`;
  const kept = charged - refunded - refundedOutsideMinor - writtenOffMinor;
  // An order that is under way behind a failed execution or an intervention can have paid without having recorded it.
  const conserved = isTerminal(order.status) ? kept === dueMinor(order.status, total) : kept >= 0 && kept <= total;
  const found: Violation[] = conserved ? [] : [{ rule: 'money-conserved', keys, detail }];
  const { chargedMinor, refundedMinor } = order.payment;
  if (isTerminal(order.status) && (chargedMinor !== charged || refundedMinor !== refunded)) {
    const said = `the order says charged ${chargedMinor}, refunded ${refundedMinor}; the ledger: ${detail}`;
    found.push({ rule: 'payment-fits-ledger', keys, detail: said });
  }
  return found;
}

function parcelViolations(order: Order, bookings: readonly Booking[]): Violation[] {
  const parcels = bookings.filter(({ status }) => status === 'BOOKED').length;
  const byHand = order.shipment?.manual ?? false;
  const expected = order.status === 'COMPLETED' && !byHand ? 1 : 0;
  const fits = isTerminal(order.status) ? parcels === expected : parcels <= (byHand ? 0 : 1);
  if (fits) return [];
  const detail = `${parcels} parcels are booked for an order in ${order.status}${byHand ? ' that was shipped by hand' : ''}`;
  return [{ rule: 'parcel-fits-order', keys: [order.orderId], detail }];
}

/** Provider keys are `orderId#pay#n` and `orderId#ship#n`. */
function groupByOrder<Item extends { readonly key: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const orderId = item.key.slice(0, item.key.indexOf('#'));
    const group = groups.get(orderId);
    if (group) group.push(item);
    else groups.set(orderId, [item]);
  }
  return groups;
}
