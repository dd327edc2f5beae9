import { hash } from 'node:crypto';
import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { AwsError } from '../../aws-error.ts';
import { inBackground } from './background.ts';
import { deleteRange } from './delete-range.ts';
import { TokenFilter } from './token-filter.ts';

/** A `ClientRequestToken` counts for ten minutes. */
const VALID_MS = 10 * 60 * 1000;
const TOKENS = 'ddb/token/';
const PERIOD_DIGITS = 10;

interface Period {
  readonly number: number;
  /** Every token of the period; absent when only the store knows them. */
  readonly tokens: TokenFilter | undefined;
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
    this.current = { number, tokens: undefined };
    this.previous = { number: number - 1, tokens: undefined };
  }

  /** Finds out whether the last run has left tokens that still count: mostly there are none. */
  async load(): Promise<void> {
    const number = this.periodNow();
    for await (const _left of this.host.store.range({ gte: tokenKey(number - 1, ''), lt: `${TOKENS}~`, limit: 1 }))
      return;
    this.current = { number, tokens: new TokenFilter() };
    this.previous = { number: number - 1, tokens: new TokenFilter() };
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
    return period.tokens?.mayHave(token) === false ? undefined : this.host.store.get(tokenKey(period.number, token));
  }

  /** The write that keeps a token; it goes in the batch of the transaction. */
  keep(token: string, fingerprint: string): StoreWrite {
    this.turn();
    this.pruneLater();
    const value = `${String(this.host.clock.now() + VALID_MS)} ${fingerprint}`;
    const { number, tokens } = this.current;
    tokens?.add(token);
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
    this.previous = follows ? this.current : { number: number - 1, tokens: new TokenFilter() };
    this.current = { number, tokens: new TokenFilter() };
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
  return hash('sha1', JSON.stringify(request), 'base64');
}

function tokenKey(period: number, token: string): string {
  return `${TOKENS}${String(period).padStart(PERIOD_DIGITS, '0')}/${token}`;
}
