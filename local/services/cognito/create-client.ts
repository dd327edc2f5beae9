import type { TemplateResource } from '../../aws-service.ts';
import type { Store } from '../../store.ts';
import { loadClientSecret } from './client-secret.ts';
import { derivedId } from './derived-id.ts';
import { tokenSeconds, type TokenValidity } from './token-validity.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

/** Length of Cognito's client ids. */
const CLIENT_ID_LENGTH = 26;

/** What people may do with a client that says nothing about it. */
const DEFAULT_SIGN_IN_FLOWS = ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];

interface ClientProperties extends TokenValidity {
  ClientName?: string;
  GenerateSecret?: boolean;
  AllowedOAuthFlowsUserPoolClient?: boolean;
  AllowedOAuthFlows?: string[];
  AllowedOAuthScopes?: string[];
  ExplicitAuthFlows?: string[];
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
    accessTokenSeconds: tokenSeconds(logicalId, properties, 'AccessToken'),
    idTokenSeconds: tokenSeconds(logicalId, properties, 'IdToken'),
    refreshTokenSeconds: tokenSeconds(logicalId, properties, 'RefreshToken'),
    signInFlows: properties.ExplicitAuthFlows ?? DEFAULT_SIGN_IN_FLOWS,
    properties: resource.properties as Record<string, unknown>,
  };
  pool.clients.set(id, client);
  return client;
}

/** Standard scopes are for people, which client credentials never stand for. */
function scopeExists({ resourceServers }: UserPool, scope: string): boolean {
  const slash = scope.lastIndexOf('/');
  return resourceServers.get(scope.slice(0, slash))?.includes(scope.slice(slash + 1)) ?? false;
}
