import type { PasswordHash } from './password.ts';

/** A person in a user pool. */
export interface User {
  /** What Cognito calls the user name: the `sub` where people sign in with an e-mail address or a phone number. */
  readonly username: string;
  readonly sub: string;
  /** Attributes besides `sub`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of groups, in the order of joining. */
  readonly groups: readonly string[];
  readonly enabled: boolean;
  /** FORCE_CHANGE_PASSWORD: the password is temporary, to be replaced at the first sign-in. */
  readonly status: 'FORCE_CHANGE_PASSWORD' | 'CONFIRMED';
  readonly password: PasswordHash;
  readonly passwordSetMs: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
}
