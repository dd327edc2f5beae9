import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AwsError } from '../../aws-error.ts';
import type { UserPool } from './user-pool.ts';

export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
}

interface PasswordPolicy {
  readonly MinimumLength?: number;
  readonly RequireLowercase?: boolean;
  readonly RequireUppercase?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
  readonly TemporaryPasswordValidityDays?: number;
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** What a pool asks for that says nothing about passwords; 7 days is Cognito's default too. */
const DEFAULT_POLICY: PasswordPolicy = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
};
const DEFAULT_TEMPORARY_DAYS = 7;
const DAY_MS = 86_400_000;

const KINDS = [
  { rule: 'RequireLowercase', what: 'lowercase', matches: /[a-z]/, from: 'abcdefghijkmnopqrstuvwxyz' },
  { rule: 'RequireUppercase', what: 'uppercase', matches: /[A-Z]/, from: 'ABCDEFGHJKLMNPQRSTUVWXYZ' },
  { rule: 'RequireNumbers', what: 'numeric', matches: /[0-9]/, from: '23456789' },
  // https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html, a space inside counts too
  { rule: 'RequireSymbols', what: 'symbol', matches: /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+= ]/, from: '!@#%*-_+=' },
] as const;

/** Throws InvalidPasswordException with what a password lacks by the pool's policy. */
export function checkPassword(pool: UserPool, password: string): void {
  const policy = policyOf(pool);
  const lacking = KINDS.find(({ rule, matches }) => policy[rule] === true && !matches.test(password));
  const why =
    password.length < (policy.MinimumLength ?? 0)
      ? 'Password not long enough'
      : lacking && `Password must have ${lacking.what} characters`;
  if (why !== undefined) {
    throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${why}`);
  }
}

/** A random password that any policy of this length accepts. */
export function temporaryPassword(pool: UserPool): string {
  const length = Math.max(policyOf(pool).MinimumLength ?? 0, KINDS.length * 2);
  return Array.from({ length }, (_, index) => {
    const { from } = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    return from[randomInt(from.length)] ?? '';
  }).join('');
}

/** The instant (epoch ms) at which a temporary password that was set at `setMs` stops working. */
export function temporaryPasswordEndsMs(pool: UserPool, setMs: number): number {
  return setMs + (policyOf(pool).TemporaryPasswordValidityDays ?? DEFAULT_TEMPORARY_DAYS) * DAY_MS;
}

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  return { salt: salt.toString('base64'), hash: (await derive(password, salt, HASH_BYTES)).toString('base64') };
}

export async function isPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), HASH_BYTES), Buffer.from(hash, 'base64'));
}

function policyOf({ properties }: UserPool): PasswordPolicy {
  const { PasswordPolicy } = (properties['Policies'] ?? {}) as { PasswordPolicy?: PasswordPolicy };
  return PasswordPolicy ?? DEFAULT_POLICY;
}
