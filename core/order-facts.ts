import type { Order } from './order.ts';
import type { StepName } from './saga-steps.ts';

/** How often the saga was sent to a step on purpose. Retries and redrives do not count, and so keep the provider's key. */
export function visitOf(order: Order, step: StepName): number {
  return order.visits?.[step] ?? 1;
}

/** What of the money that was charged is still with us. */
export function heldMinor({ payment }: Order): number {
  const { chargedMinor, refundedMinor, refundedOutsideMinor = 0, writtenOffMinor = 0 } = payment;
  return chargedMinor - refundedMinor - refundedOutsideMinor - writtenOffMinor;
}
