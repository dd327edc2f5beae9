import { SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

export interface AccessTokenClaims {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly scopes: readonly string[];
  readonly lifetimeSeconds: number;
  readonly nowMs: number;
  /** Unique per token. */
  readonly jti: string;
}

/**
 * An access token as Cognito issues it for client credentials: the client is its own subject.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function issueAccessToken(key: SigningKey, claims: AccessTokenClaims): Promise<string> {
  const { pool, client, scopes, lifetimeSeconds, nowMs, jti } = claims;
  const nowSeconds = Math.floor(nowMs / 1000);
  return new SignJWT({
    sub: client.id,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time: nowSeconds,
    iss: pool.issuer,
    exp: nowSeconds + lifetimeSeconds,
    iat: nowSeconds,
    version: 2,
    jti,
    client_id: client.id,
  })
    .setProtectedHeader({ kid: key.kid, alg: 'RS256' })
    .sign(key.privateKey);
}
