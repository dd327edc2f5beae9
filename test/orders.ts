import { createOrder, type NewOrder } from '../core/order-change.ts';
import { asClientId, asSku, type OrderId } from '../core/ids.ts';
import { orderIdOf } from '../core/order-id.ts';
import { submissionFingerprint, type Submission } from '../core/submission.ts';

/** A submission as a client sends it: two mugs and a notebook to London. */
export function submission(overrides: Partial<Submission> = {}): Submission {
  return {
    customer: { id: 'cust-1', email: 'ada@example.com', name: 'Ada Lovelace' },
    items: [
      { sku: 'MUG-BLUE', quantity: 2 },
      { sku: 'NOTEBOOK-A5', quantity: 1 },
    ],
    shippingAddress: { line1: "12 St James's Square", city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
    payment: { token: 'tok_visa' },
    ...overrides,
  };
}

export const CLIENT = asClientId('client-1');
export const ORDER_ID: OrderId = orderIdOf(CLIENT, 'key-1');
export const CREATED_AT = '2026-11-20T13:00:00.000Z';

/** The order that the submission above makes under the key `key-1`, with its first event. */
export function newOrder(overrides: Partial<NewOrder> = {}) {
  const { customer, shippingAddress, payment } = submission();
  return createOrder(
    {
      orderId: ORDER_ID,
      clientId: CLIENT,
      customer,
      shippingAddress,
      items: [
        { sku: asSku('MUG-BLUE'), name: 'Mug, blue', quantity: 2, unitPriceMinor: 1295 },
        { sku: asSku('NOTEBOOK-A5'), name: 'Notebook A5', quantity: 1, unitPriceMinor: 890 },
      ],
      currency: 'EUR',
      paymentToken: payment.token,
      fingerprint: submissionFingerprint(submission()),
      ...overrides,
    },
    { now: CREATED_AT, causationId: 'request-1' },
  );
}
