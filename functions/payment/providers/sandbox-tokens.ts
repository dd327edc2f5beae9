import type { OrderId } from '../../../core/ids.ts';
import { passes } from '../../shared/order-fate.ts';

/** How the sandbox answers a charge. `unavailableFirst`: so many attempts get no answer; Infinity is for ever. */
export interface TokenBehaviour {
  readonly unavailableFirst: number;
  /** Undefined: approved. */
  readonly declineCode?: string;
}

/** The test tokens, named after the common ones of real sandboxes. */
const TOKENS: ReadonlyMap<string, TokenBehaviour> = new Map([
  ['tok_visa', { unavailableFirst: 0 }],
  ['tok_declined', { unavailableFirst: 0, declineCode: 'card_declined' }],
  ['tok_insufficient_funds', { unavailableFirst: 0, declineCode: 'insufficient_funds' }],
  // Two of the four attempts that the saga makes.
  ['tok_flaky', { unavailableFirst: 2 }],
  ['tok_unavailable', { unavailableFirst: Infinity }],
]);

/**
 * What a charge with that token meets.
 * @param successRate 0..1: share of the orders whose approved charge stays approved; the others are declined
 */
export function behaviourOf(token: string, orderId: OrderId, successRate: number): TokenBehaviour {
  const behaviour = TOKENS.get(token) ?? { unavailableFirst: 0, declineCode: 'invalid_payment_token' };
  if (behaviour.declineCode !== undefined || passes(orderId, 'payment provider', successRate)) return behaviour;
  return { ...behaviour, declineCode: 'do_not_honor' };
}
