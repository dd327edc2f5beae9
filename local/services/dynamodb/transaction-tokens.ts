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
 * Tokens of one period that are kept in memory, some 200 bytes each: 170 transactions a second for ten minutes. As long as all
 * of them are, a token that is not there needs no look into the store, which is the dearest part of a new transaction.
 */
const REMEMBERED_PER_PERIOD = 100_000;

interface Period {
  readonly number: number;
  readonly tokens: Map<string, string>;
  /** True when `tokens` has every token of the period. */
  complete: boolean;
}

/**
 * The tokens of the transactions of the last ten minutes. They are kept by period of ten minutes, so that a period that is
 * over goes as a whole, and a token is found in one of two places.
 */
export class TransactionTokens {
  private readonly host: Host;
  private current: Period;
  private previous: Period;
  private pruning = false;

  constructor(host: Host) {
    this.host = host;
    // Of the periods in which the last run may have ended, only the store knows.
    const number = this.periodNow();
    this.current = { number, tokens: new Map(), complete: false };
    this.previous = { number: number - 1, tokens: new Map(), complete: false };
  }

  /** True when this very request was carried out already; throws when the token belongs to another one. */
  isRepeated(token: string, fingerprint: string): boolean {
    this.turn();
    const kept = this.find(this.current, token) ?? this.find(this.previous, token);
    if (kept === undefined) return false;
    const [validUntil, known] = kept.split(' ');
    if (Number(validUntil) <= this.host.clock.now()) return false;
    if (known === fingerprint) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical.',
    );
  }

  private find(period: Period, token: string): string | undefined {
    const remembered = period.tokens.get(token);
    if (remembered !== undefined || period.complete) return remembered;
    return this.host.store.get(tokenKey(period.number, token));
  }

  /** The write that keeps a token; it goes in the batch of the transaction. */
  keep(token: string, fingerprint: string): StoreWrite {
    this.turn();
    this.pruneLater();
    const value = `${String(this.host.clock.now() + VALID_MS)} ${fingerprint}`;
    const { number, tokens } = this.current;
    if (tokens.size < REMEMBERED_PER_PERIOD) tokens.set(token, value);
    else this.current.complete = false;
    return { key: tokenKey(number, token), value };
  }

  private periodNow(): number {
    return Math.floor(this.host.clock.now() / VALID_MS);
  }

  /** Begins a new period when it is time for one. */
  private turn(): void {
    const number = this.periodNow();
    if (number === this.current.number) return;
    const follows = number === this.current.number + 1;
    this.previous = follows ? this.current : { number: number - 1, tokens: new Map(), complete: true };
    this.current = { number, tokens: new Map(), complete: true };
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
    const period = this.periodNow();
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
