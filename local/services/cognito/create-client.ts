import type { TemplateResource } from '../../aws-service.ts';
import type { Store } from '../../store.ts';
import { loadClientSecret } from './client-secret.ts';
import { derivedId } from './derived-id.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

/** Length of Cognito's client ids. */
const CLIENT_ID_LENGTH = 26;

const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
const DEFAULT_ACCESS_TOKEN_SECONDS = 3_600;
/** Cognito's limits for an access token: 5 minutes to 1 day. */
const SHORTEST_SECONDS = 300;
const LONGEST_SECONDS = 86_400;

interface ClientProperties {
  ClientName?: string;
  GenerateSecret?: boolean;
  AllowedOAuthFlowsUserPoolClient?: boolean;
  AllowedOAuthFlows?: string[];
  AllowedOAuthScopes?: string[];
  AccessTokenValidity?: number;
  TokenValidityUnits?: { AccessToken?: keyof typeof UNIT_SECONDS };
}

/** Makes a client of a pool. Throws what Cognito refuses: scopes that do not exist, client credentials without a secret. */
export async function createClient(store: Store, pool: UserPool, resource: TemplateResource): Promise<UserPoolClient> {
  const properties = resource.properties as ClientProperties;
  const { AllowedOAuthFlows = [], AllowedOAuthScopes = [], GenerateSecret = false } = properties;
  const { logicalId } = resource;
  if (AllowedOAuthFlows.includes('client_credentials') && !GenerateSecret) {
    throw new Error(
      `${logicalId}: client_credentials flow can not be selected if client does not have a client secret.`,
    );
  }
  const unknown = AllowedOAuthScopes.find((scope) => !scopeExists(pool, scope));
  if (unknown !== undefined) throw new Error(`${logicalId}: Invalid scope requested: ${unknown}`);
  const id = derivedId(resource, CLIENT_ID_LENGTH);
  const client: UserPoolClient = {
    id,
    name: properties.ClientName ?? resource.generatedName,
    userPoolId: pool.id,
    secret: GenerateSecret ? await loadClientSecret(store, id) : undefined,
    allowedFlows: properties.AllowedOAuthFlowsUserPoolClient ? AllowedOAuthFlows : [],
    allowedScopes: AllowedOAuthScopes,
    accessTokenSeconds: accessTokenSeconds(logicalId, properties),
    properties: resource.properties as Record<string, unknown>,
  };
  pool.clients.set(id, client);
  return client;
}

function accessTokenSeconds(logicalId: string, { AccessTokenValidity, TokenValidityUnits }: ClientProperties): number {
  if (AccessTokenValidity === undefined) return DEFAULT_ACCESS_TOKEN_SECONDS;
  const seconds = AccessTokenValidity * UNIT_SECONDS[TokenValidityUnits?.AccessToken ?? 'hours'];
  if (seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS) return seconds;
  throw new Error(`${logicalId}: Invalid range for token validity: an access token lives 5 minutes to 1 day.`);
}

/** Standard scopes are for people, which client credentials never stand for. */
function scopeExists({ resourceServers }: UserPool, scope: string): boolean {
  const slash = scope.lastIndexOf('/');
  return resourceServers.get(scope.slice(0, slash))?.includes(scope.slice(slash + 1)) ?? false;
}
