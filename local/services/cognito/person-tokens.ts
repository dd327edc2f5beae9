import { jwtVerify, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';
import type { User } from './user.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

/** The one scope of people who sign in with the API: they may see and change their own profile. */
const SIGN_IN_SCOPE = 'aws.cognito.signin.user.admin';

/** Who signed in, with what, and when. */
export interface SignIn {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly person: Pick<User, 'username' | 'sub' | 'groups'> & { readonly attributes?: User['attributes'] };
  /** When the person proved who they are (epoch s); a refreshed token keeps it. */
  readonly authSeconds: number;
  /** Id of the refresh token that stands behind all tokens of a sign-in. */
  readonly originJti: string;
}

/** What is new in each token. */
export interface Issue {
  readonly nowMs: number;
  readonly lifetimeSeconds: number;
  readonly jti: string;
  readonly eventId: string;
}

/**
 * An access token as Cognito issues it to people.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function issuePersonAccessToken(key: SigningKey, signIn: SignIn, issue: Issue): Promise<string> {
  const { client, person } = signIn;
  return sign(key, {
    ...commonClaims(signIn, issue),
    client_id: client.id,
    token_use: 'access',
    scope: SIGN_IN_SCOPE,
    username: person.username,
  });
}

/** An ID token: who the person is, for the client that they signed in with. */
export function issueIdToken(key: SigningKey, signIn: SignIn, issue: Issue): Promise<string> {
  const { client, person } = signIn;
  const { email_verified: verified, ...attributes } = person.attributes ?? {};
  return sign(key, {
    ...attributes,
    ...commonClaims(signIn, issue),
    aud: client.id,
    token_use: 'id',
    email_verified: verified === 'true',
    'cognito:username': person.username,
  });
}

/** What stands behind a refresh token, or behind the session of a challenge. */
export interface Ticket {
  readonly username: string;
  readonly clientId: string;
  readonly authSeconds: number;
  readonly originJti: string;
}

/**
 * A refresh token or a session: opaque to its holder, as Cognito's are, and kept nowhere. `use` is none that a reader of access
 * tokens accepts.
 */
export function issueTicket(
  key: SigningKey,
  use: 'refresh' | 'session',
  ticket: Ticket,
  endSeconds: number,
): Promise<string> {
  const { username, clientId, authSeconds, originJti } = ticket;
  return sign(key, {
    token_use: use,
    username,
    client_id: clientId,
    auth_time: authSeconds,
    origin_jti: originJti,
    exp: endSeconds,
  });
}

/** The ticket behind a text; undefined when it is none of this pool's, of another use, or has ended. */
export async function readTicket(
  key: SigningKey,
  use: 'refresh' | 'session',
  text: string,
  nowMs: number,
): Promise<Ticket | undefined> {
  const read = await jwtVerify(text, key.publicKey, { algorithms: ['RS256'], currentDate: new Date(nowMs) }).catch(
    () => undefined,
  );
  // What we signed ourselves has the members that issueTicket wrote.
  const claims = read?.payload as TicketClaims | undefined;
  if (claims?.token_use !== use) return undefined;
  const { username, client_id: clientId, auth_time: authSeconds, origin_jti: originJti } = claims;
  return { username, clientId, authSeconds, originJti };
}

interface TicketClaims {
  readonly token_use: string;
  readonly username: string;
  readonly client_id: string;
  readonly auth_time: number;
  readonly origin_jti: string;
}

function commonClaims({ pool, person, authSeconds, originJti }: SignIn, issue: Issue): Record<string, unknown> {
  const issuedSeconds = Math.floor(issue.nowMs / 1000);
  const groups = person.groups.filter((name) => pool.groups.has(name));
  return {
    sub: person.sub,
    // Whoever is in no group has no such claim.
    ...(groups.length > 0 && { 'cognito:groups': groups }),
    iss: pool.issuer,
    origin_jti: originJti,
    event_id: issue.eventId,
    auth_time: authSeconds,
    exp: issuedSeconds + issue.lifetimeSeconds,
    iat: issuedSeconds,
    jti: issue.jti,
  };
}

function sign({ kid, privateKey }: SigningKey, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
}
