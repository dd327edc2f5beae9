import type { OrderId } from '../../../core/ids.ts';
import { passes } from '../../shared/order-fate.ts';

/** How the sandbox answers a charge. */
export interface TokenBehaviour {
  /** So many attempts are refused, the gateway being unavailable; Infinity is for ever. */
  readonly unavailableFirst: number;
  /** Undefined: approved. */
  readonly declineCode?: string;
  /**
   * Set where the request arrives and its answer is lost, every time. `charged` and `uncharged` say what was done;
   * `late`: the charge is under way and arrives when the intent has been closed.
   */
  readonly answerLost?: 'charged' | 'uncharged' | 'late';
  /** Not even a lookup is answered; closing the intent and refunds are. */
  readonly silent?: boolean;
}

/** The test tokens, named after the common ones of real sandboxes. */
const TOKENS: ReadonlyMap<string, TokenBehaviour> = new Map([
  ['tok_visa', { unavailableFirst: 0 }],
  ['tok_declined', { unavailableFirst: 0, declineCode: 'card_declined' }],
  ['tok_insufficient_funds', { unavailableFirst: 0, declineCode: 'insufficient_funds' }],
  // Two of the four attempts that the saga makes.
  ['tok_flaky', { unavailableFirst: 2 }],
  ['tok_unavailable', { unavailableFirst: Infinity }],
  ['tok_timeout_charged', { unavailableFirst: 0, answerLost: 'charged' }],
  ['tok_timeout_uncharged', { unavailableFirst: 0, answerLost: 'uncharged' }],
  ['tok_timeout_late', { unavailableFirst: 0, answerLost: 'late' }],
  // The hardest case: the money has moved, and nobody says so.
  ['tok_silent', { unavailableFirst: 0, answerLost: 'charged', silent: true }],
]);

const tokensWith = (test: (behaviour: TokenBehaviour) => boolean): ReadonlySet<string> =>
  new Set([...TOKENS].filter(([, behaviour]) => test(behaviour)).map(([token]) => token));

export const SILENT_TOKENS = tokensWith(({ silent }) => silent === true);
export const TOKENS_CHARGED_LATE = tokensWith(({ answerLost }) => answerLost === 'late');

/**
 * What a charge with that token meets.
 * @param successRate 0..1: share of the orders whose approved charge stays approved; the others are declined
 */
export function behaviourOf(token: string, orderId: OrderId, successRate: number): TokenBehaviour {
  const behaviour = TOKENS.get(token) ?? { unavailableFirst: 0, declineCode: 'invalid_payment_token' };
  if (behaviour.declineCode !== undefined || passes(orderId, 'payment provider', successRate)) return behaviour;
  return { ...behaviour, declineCode: 'do_not_honor' };
}
