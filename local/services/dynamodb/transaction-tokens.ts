import { createHash } from 'node:crypto';
import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { AwsError } from '../../aws-error.ts';
import { inBackground } from './background.ts';
import { deleteRange } from './delete-range.ts';

/** A `ClientRequestToken` counts for ten minutes. */
const VALID_MS = 10 * 60 * 1000;
const TOKENS = 'ddb/token/';
const PERIOD_DIGITS = 10;

/**
 * The tokens of the transactions of the last ten minutes. They are kept by period of ten minutes, so that a period that is
 * over goes as a whole, and a token is found in one of two places.
 */
export class TransactionTokens {
  private readonly host: Host;
  private pruning = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** True when this very request was carried out already; throws when the token belongs to another one. */
  isRepeated(token: string, fingerprint: string): boolean {
    const nowMs = this.host.clock.now();
    const period = Math.floor(nowMs / VALID_MS);
    const kept = this.host.store.get(tokenKey(period, token)) ?? this.host.store.get(tokenKey(period - 1, token));
    if (kept === undefined) return false;
    const [validUntil, known] = kept.split(' ');
    if (Number(validUntil) <= nowMs) return false;
    if (known === fingerprint) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical.',
    );
  }

  /** The write that keeps a token; it goes in the batch of the transaction. */
  keep(token: string, fingerprint: string): StoreWrite {
    const nowMs = this.host.clock.now();
    this.pruneLater();
    return {
      key: tokenKey(Math.floor(nowMs / VALID_MS), token),
      value: `${String(nowMs + VALID_MS)} ${fingerprint}`,
    };
  }

  /** Arms the removal of periods that are over. */
  pruneLater(): void {
    if (this.pruning) return;
    this.pruning = true;
    const prune = () => {
      this.pruning = false;
      inBackground(this.host, 'removing old transaction tokens', () => this.prune());
    };
    this.host.clock.after(2 * VALID_MS, prune, { background: true });
  }

  private async prune(): Promise<void> {
    const period = Math.floor(this.host.clock.now() / VALID_MS);
    await deleteRange(this.host.store, TOKENS, tokenKey(period - 1, ''));
    for await (const _left of this.host.store.range({ gte: TOKENS, lt: `${TOKENS}~`, limit: 1 })) this.pruneLater();
  }
}

/** Tells one request from another. */
export function fingerprintOf(request: unknown): string {
  return createHash('sha1').update(JSON.stringify(request)).digest('base64');
}

function tokenKey(period: number, token: string): string {
  return `${TOKENS}${String(period).padStart(PERIOD_DIGITS, '0')}/${token}`;
}
