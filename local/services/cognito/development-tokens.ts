import { derivedUuid } from '../derived-uuid.ts';
import { issuePersonAccessToken, type Issue } from './person-tokens.ts';
import type { SigningKey } from './signing-key.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

const SIGN_IN_FLOWS = [
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_AUTH',
];

/**
 * An access token for each group of a pool, by group name, as a member would get it from the first client that people can sign
 * in to. Nobody stands behind it but an id that stays the same; none where no client lets people in.
 */
export async function groupTokens(
  key: SigningKey,
  pool: UserPool,
  issue: Omit<Issue, 'jti' | 'eventId'>,
  uuid: () => string,
): Promise<Map<string, string>> {
  const client = [...pool.clients.values()].find(letsPeopleIn);
  const tokens = new Map<string, string>();
  if (!client) return tokens;
  for (const group of pool.groups.keys()) {
    const sub = derivedUuid(`cognito/${pool.id}/development/${group}`);
    const person = { sub, username: sub, groups: [group] };
    const signIn = { pool, client, person, authSeconds: Math.floor(issue.nowMs / 1000), originJti: uuid() };
    tokens.set(group, await issuePersonAccessToken(key, signIn, { ...issue, jti: uuid(), eventId: uuid() }));
  }
  return tokens;
}

/** By what its template says: flows that Cognito adds to a client that names none are meant for no one. */
function letsPeopleIn({ properties }: UserPoolClient): boolean {
  const flows = (properties['ExplicitAuthFlows'] ?? []) as readonly string[];
  return flows.some((flow) => SIGN_IN_FLOWS.includes(flow));
}
