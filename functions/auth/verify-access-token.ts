import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { isRole, type Role } from '../../core/role.ts';

/** Who the token was issued to and what it may do. */
export interface AccessToken {
  /** The client application that asked for the token, in its own name or a person's. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The person who signed in; undefined when the client application acts in its own name. */
  readonly subject?: string;
  /** What the person is to us; a client application has none. */
  readonly roles: readonly Role[];
}

/** The token is not ours, not valid any more, or not an access token. `code` is jose's or ours; it names no claim value. */
export class TokenRefused extends Error {
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`The token is refused: ${code}.`, options);
    this.name = 'TokenRefused';
    this.code = code;
  }
}

/** Cognito rotates signing keys rarely and announces them by a new `kid`, which is looked up at once. */
const KEY_SET_MAX_AGE_MS = 3_600_000;
/** Between two look-ups for unknown `kid`s, so that forged tokens cannot make us hammer the user pool. */
const KEY_SET_COOLDOWN_MS = 30_000;
/** Below the authorizer's own timeout of 5 s, so that a silent user pool is reported as such. */
const KEY_SET_TIMEOUT_MS = 3_000;

/** Keys of an issuer are the same for every invocation: they are kept for the life of the process. */
const keySets = new Map<string, JWTVerifyGetKey>();

/**
 * Verifies signature, issuer, expiry and kind of a Cognito access token.
 * @throws TokenRefused when it is not acceptable; any other error means that the keys could not be fetched.
 */
export async function verifyAccessToken(jwt: string, issuer: string): Promise<AccessToken> {
  const { payload } = await jwtVerify(jwt, keySetOf(issuer), {
    issuer,
    // Cognito signs with RS256 only; a list keeps `none` and HMAC with the public key out.
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'client_id'],
  }).catch((error: unknown) => {
    throw isFaultOfTheToken(error) ? new TokenRefused(error.code, { cause: error }) : error;
  });

  // An ID token of the same pool has the same issuer and keys but says who someone is, not what a client may do.
  if (payload['token_use'] !== 'access') throw new TokenRefused('TOKEN_USE_NOT_ACCESS');
  const clientId = payload['client_id'];
  if (typeof clientId !== 'string' || clientId === '') throw new TokenRefused('NO_CLIENT_ID');
  return { clientId, scopes: scopesIn(payload), ...personIn(payload, clientId) };
}

function scopesIn({ scope }: JWTPayload): string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : [];
}

/** With client credentials the client is its own subject (Cognito); any other subject is a user of the pool. */
function personIn({ sub, ...claims }: JWTPayload, clientId: string): Pick<AccessToken, 'subject' | 'roles'> {
  if (sub === undefined || sub === '' || sub === clientId) return { roles: [] };
  const groups: unknown = claims['cognito:groups'];
  return { subject: sub, roles: Array.isArray(groups) ? groups.filter(isRole) : [] };
}

function keySetOf(issuer: string): JWTVerifyGetKey {
  const known = keySets.get(issuer);
  if (known) return known;
  const keySet = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    cacheMaxAge: KEY_SET_MAX_AGE_MS,
    cooldownDuration: KEY_SET_COOLDOWN_MS,
    timeoutDuration: KEY_SET_TIMEOUT_MS,
  });
  keySets.set(issuer, keySet);
  return keySet;
}

/**
 * jose throws a plain JOSEError for a key set answer that is no key set, JWKSTimeout and JWKSInvalid for the same
 * reason; fetch throws a TypeError. All those are faults of the user pool's side, not of the token.
 */
function isFaultOfTheToken(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JOSEError &&
    error.code !== errors.JOSEError.code &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid)
  );
}
