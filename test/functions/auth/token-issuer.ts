import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

export interface TokenIssuer {
  readonly issuer: string;
  /** How often the key set has been fetched. */
  readonly keySetRequests: () => number;
  /** Answers the next requests for the key set with this status. */
  failWith(status: number | undefined): void;
  /** A valid access token, but for what the arguments change. */
  token(claims?: JWTPayload, options?: { kid?: string; key?: CryptoKey; expiresAt?: number }): Promise<string>;
  close(): Promise<void>;
}

/** A user pool's issuer on the loopback interface: a key pair, its JWKS over plain HTTP, and tokens. */
export async function tokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  let requests = 0;
  let failure: number | undefined;
  const server = createServer((request, response) => {
    requests += 1;
    const found = request.url === '/pool/.well-known/jwks.json';
    response.writeHead(failure ?? (found ? 200 : 404), { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
  return {
    issuer,
    keySetRequests: () => requests,
    failWith: (status) => (failure = status),
    token: (claims = {}, { kid = 'key-1', key = privateKey, expiresAt } = {}) =>
      new SignJWT({ token_use: 'access', client_id: 'client-1', scope: 'orders/write orders/read', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(claims.iss ?? issuer)
        .setExpirationTime(expiresAt ?? '1h')
        .sign(key),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
