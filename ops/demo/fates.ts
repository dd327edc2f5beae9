import type { OrderStatus } from '../../core/lifecycle.ts';
import type { Decide, SubmitOrder } from '../api-client.ts';
import { SCARCE_SKU } from '../catalogue.ts';

/** One order of the demonstration: what is special about it, and how it must end. */
export interface Fate {
  readonly name: string;
  readonly order: SubmitOrder;
  readonly ends: OrderStatus;
  /** What is done about it once it waits for people: staff decide, or the client cancels. */
  readonly then?: Decide | 'CANCEL';
}

const CUSTOMER = { id: 'demo-customer', email: 'ada@example.com', name: 'Ada Lovelace' };
const LONDON = 'SW1Y 4JH';

/** More than was ever received of the scarce product. */
const TOO_MANY = 1000;

function order(
  paymentToken: string,
  postalCode = LONDON,
  items: SubmitOrder['items'] = [{ sku: 'MUG-BLUE', quantity: 2 }],
): SubmitOrder {
  return {
    customer: CUSTOMER,
    items,
    shippingAddress: { line1: '12 St James Square', city: 'London', postalCode, country: 'GB' },
    payment: { token: paymentToken },
  };
}

/** Every way in which an order can go, by the tokens and postal codes of the mock providers. */
export const FATES: readonly Fate[] = [
  { name: 'all goes well', order: order('tok_visa'), ends: 'COMPLETED' },
  {
    name: 'several products in one order',
    order: order('tok_visa', LONDON, [
      { sku: 'TEE-BLACK-M', quantity: 3 },
      { sku: 'DESK-LAMP', quantity: 1 },
      { sku: 'NOTEBOOK-A5', quantity: 5 },
    ]),
    ends: 'COMPLETED',
  },
  { name: 'payment gateway recovers', order: order('tok_flaky'), ends: 'COMPLETED' },
  { name: 'carrier recovers', order: order('tok_visa', '00001'), ends: 'COMPLETED' },
  {
    name: 'not enough stock',
    order: order('tok_visa', LONDON, [{ sku: SCARCE_SKU, quantity: TOO_MANY }]),
    ends: 'REJECTED',
  },
  { name: 'card declined', order: order('tok_declined'), ends: 'PAYMENT_FAILED' },
  { name: 'insufficient funds', order: order('tok_insufficient_funds'), ends: 'PAYMENT_FAILED' },
  { name: 'unknown payment token', order: order('tok_of_nobody'), ends: 'PAYMENT_FAILED' },
  { name: 'payment gateway down for good', order: order('tok_unavailable'), ends: 'PAYMENT_FAILED' },
  { name: 'charged, the answer lost', order: order('tok_timeout_charged'), ends: 'COMPLETED' },
  { name: 'not charged, the answer lost', order: order('tok_timeout_uncharged'), ends: 'PAYMENT_FAILED' },
  { name: 'a charge that comes too late', order: order('tok_timeout_late'), ends: 'PAYMENT_FAILED' },
  { name: 'booked, the answer lost', order: order('tok_visa', '00002'), ends: 'COMPLETED' },
  { name: 'not booked, the answer lost', order: order('tok_visa', '00003'), ends: 'CANCELLED' },
  {
    name: 'no carrier, staff refund',
    order: order('tok_visa', '00000'),
    ends: 'CANCELLED',
    then: { decision: 'REFUND_AND_CANCEL', note: 'nobody delivers there' },
  },
  {
    name: 'no carrier, staff ship by hand',
    order: order('tok_visa', '00000'),
    ends: 'COMPLETED',
    then: {
      decision: 'SHIPPED_MANUALLY',
      carrier: 'Bicycle messenger',
      trackingNumber: 'BM-42',
      note: 'took it there ourselves',
    },
  },
  { name: 'no carrier, the client cancels', order: order('tok_visa', '00000'), ends: 'CANCELLED', then: 'CANCEL' },
];
