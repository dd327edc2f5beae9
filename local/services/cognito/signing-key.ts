import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import type { Store } from '../../store.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** What the pool's key set shows. */
  readonly publicJwk: JWK;
}

/**
 * The RSA key with which a pool signs its tokens: made once, kept in the store, so that tokens stay valid over a restart.
 * Making it takes a tenth of a second or more, off the main thread.
 */
export async function loadSigningKey(store: Store, userPoolId: string): Promise<SigningKey> {
  const storeKey = `cognito/signing-key/${userPoolId}`;
  const stored = store.get(storeKey);
  const jwk = stored === undefined ? await makeKey() : (JSON.parse(stored) as JWK);
  if (stored === undefined) await store.write([{ key: storeKey, value: JSON.stringify(jwk) }]);
  const { kty, n, e, kid } = jwk as { kty: string; n: string; e: string; kid: string };
  const publicJwk = { alg: 'RS256', e, kid, kty, n, use: 'sig' };
  return {
    kid,
    privateKey: (await importJWK(jwk, 'RS256')) as CryptoKey,
    publicKey: (await importJWK(publicJwk, 'RS256')) as CryptoKey,
    publicJwk,
  };
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}
