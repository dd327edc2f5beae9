import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

/** Failures that cost nothing; the fifth locks for a second, each further one for twice as long. */
const FREE_FAILURES = 5;
const LONGEST_LOCKOUT_MS = 15 * 60 * 1000;
/** Without any attempt for so long, all is forgotten. */
const FORGOTTEN_MS = 15 * 60 * 1000;

interface Failures {
  readonly count: number;
  readonly lockedUntilMs: number;
  readonly lastAttemptMs: number;
}

/**
 * Wrong passwords lock a user for 2^(n-5) seconds, about 15 minutes at most. Attempts while locked change nothing but that they
 * are attempts. https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
 */
export class Lockouts {
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Throws NotAuthorizedException while a user is locked out. */
  async check(pool: UserPool, user: User): Promise<void> {
    const failures = this.failuresOf(pool, user);
    if (!failures) return;
    const nowMs = this.host.clock.now();
    await this.save(pool, user, { ...failures, lastAttemptMs: nowMs });
    if (nowMs < failures.lockedUntilMs) throw new AwsError('NotAuthorizedException', 'Password attempts exceeded');
  }

  async failed(pool: UserPool, user: User): Promise<void> {
    const nowMs = this.host.clock.now();
    const count = (this.failuresOf(pool, user)?.count ?? 0) + 1;
    const lockoutMs = count < FREE_FAILURES ? 0 : Math.min(2 ** (count - FREE_FAILURES) * 1000, LONGEST_LOCKOUT_MS);
    await this.save(pool, user, { count, lockedUntilMs: nowMs + lockoutMs, lastAttemptMs: nowMs });
  }

  /** The right password, which is looked at only when no lockout is left. */
  async succeeded(pool: UserPool, user: User): Promise<void> {
    if (this.failuresOf(pool, user)) await this.save(pool, user, undefined);
  }

  private failuresOf(pool: UserPool, user: User): Failures | undefined {
    const text = this.host.store.get(key(pool, user));
    if (text === undefined) return undefined;
    const failures = JSON.parse(text) as Failures;
    const endsMs = Math.max(failures.lastAttemptMs, failures.lockedUntilMs) + FORGOTTEN_MS;
    return this.host.clock.now() < endsMs ? failures : undefined;
  }

  private async save(pool: UserPool, user: User, failures: Failures | undefined): Promise<void> {
    const value = failures && JSON.stringify(failures);
    await this.host.store.write([{ key: key(pool, user), value }]);
  }
}

function key({ id }: UserPool, { username }: User): string {
  return `cognito/failures/${id}/${username}`;
}
