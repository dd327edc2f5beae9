import { createHash } from 'node:crypto';
import type { OrderId } from '../../core/ids.ts';

/** 32 bits of a hash decide: fine enough for a rate given with nine decimals. */
const HASH_SPAN = 2 ** 32;

/**
 * Whether a mock provider lets an order pass: the share `successRate` (0..1) of all orders, chosen by a hash of the id, so
 * that the same order always fares the same. `provider` makes the two providers choose independently.
 */
export function passes(orderId: OrderId, provider: string, successRate: number): boolean {
  if (!(successRate >= 0 && successRate <= 1)) {
    throw new RangeError(`The success rate of the ${provider} must be a number from 0 to 1, not ${successRate}.`);
  }
  return createHash('sha256').update(`${provider}:${orderId}`).digest().readUInt32BE(0) / HASH_SPAN < successRate;
}
