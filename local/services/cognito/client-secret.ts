import { randomBytes } from 'node:crypto';
import type { Store } from '../../store.ts';

/** As many characters as Cognito's secrets have. */
const SECRET_LENGTH = 51;

/** The secret of a client: random when the client is first made, then kept in the store. */
export async function loadClientSecret(store: Store, clientId: string): Promise<string> {
  const key = `cognito/client-secret/${clientId}`;
  const stored = store.get(key);
  if (stored !== undefined) return stored;
  // 48 bytes make more than 51 characters in base 36.
  const secret = BigInt(`0x${randomBytes(48).toString('hex')}`)
    .toString(36)
    .padStart(SECRET_LENGTH, '0')
    .slice(-SECRET_LENGTH);
  await store.write([{ key, value: secret }]);
  return secret;
}
