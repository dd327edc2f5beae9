import { ENVIRONMENT, type EnvironmentVariable } from '../../core/environment.ts';
import { bookingKey, intentKey, type ItemKey } from '../../core/item-keys.ts';
import type { Order } from '../../core/order.ts';
import type { Booking, PaymentIntent } from '../../core/ports.ts';
import { paymentKeysOf } from '../payment/payment-keys.ts';
import { batchGet } from '../shared/batch-get.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { shipmentKeysOf } from '../shipment/shipment-keys.ts';
import { scanPages } from './scan-table.ts';

/** Keys of one BatchGetItem. */
const BATCH = 100;

/** What the sandboxes of payment provider and carrier say about orders. Of real ones their reports would be read. */
export interface ProviderBooks {
  readonly intents: readonly PaymentIntent[];
  readonly bookings: readonly Booking[];
}

/** Whatever was charged or booked under a key that the orders may have used. */
export async function readProviderBooks(orders: readonly Order[]): Promise<ProviderBooks> {
  const [intents, bookings] = await Promise.all([
    readAll(
      ENVIRONMENT.paymentsTable,
      orders.flatMap((order) => paymentKeysOf(order).map(intentKey)),
    ),
    readAll(
      ENVIRONMENT.shipmentsTable,
      orders.flatMap((order) => shipmentKeysOf(order).map(bookingKey)),
    ),
  ]);
  return {
    intents: intents as unknown as PaymentIntent[],
    // UNANSWERED is the sandbox's note of a request that it did not answer: no parcel, and none called off.
    bookings: bookings.filter(({ status }) => status !== 'UNANSWERED') as unknown as Booking[],
  };
}

/** The provider's whole ledger, a page at a time. */
export async function* scanIntents(): AsyncGenerator<PaymentIntent[]> {
  for await (const page of scanPages(ENVIRONMENT.paymentsTable)) yield page as unknown as PaymentIntent[];
}

async function readAll(table: EnvironmentVariable, keys: readonly ItemKey[]): Promise<Record<string, unknown>[]> {
  const batches: ItemKey[][] = [];
  for (let start = 0; start < keys.length; start += BATCH) batches.push(keys.slice(start, start + BATCH));
  // Consistent: what is compared with an order that has been at rest must not be older than its rest.
  const read = batches.map((batch) => batchGet(requireEnvironment(table), batch, { ConsistentRead: true }));
  return (await Promise.all(read)).flat();
}
