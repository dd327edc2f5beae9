import type { UserPool, UserPoolClient, UserPoolGroup } from './user-pool.ts';

/** Results of the read operations, in the shapes that the SDK has them. */
export function describePool({ id, arn, name, properties }: UserPool, domain: string | undefined): object {
  const { UserPoolName: _name, ...rest } = properties;
  return { UserPool: { ...rest, Id: id, Arn: arn, Name: name, ...(domain !== undefined && { Domain: domain }) } };
}

export function describeClient({ id, name, userPoolId, secret, properties }: UserPoolClient): object {
  const { GenerateSecret: _generate, ...rest } = properties;
  return {
    UserPoolClient: {
      ...rest,
      UserPoolId: userPoolId,
      ClientId: id,
      ClientName: name,
      ...(secret !== undefined && { ClientSecret: secret }),
    },
  };
}

export function listPools(pools: Iterable<UserPool>): object {
  return { UserPools: [...pools].map(({ id, name }) => ({ Id: id, Name: name })) };
}

export function listClients({ id, clients }: UserPool): object {
  return {
    UserPoolClients: [...clients.values()].map((client) => ({
      ClientId: client.id,
      ClientName: client.name,
      UserPoolId: id,
    })),
  };
}

export function listGroups(pool: UserPool): object {
  return { Groups: [...pool.groups.values()].map((group) => describeGroup(pool, group)) };
}

export function describeGroup({ id }: UserPool, { name, description, precedence }: UserPoolGroup): object {
  return {
    GroupName: name,
    UserPoolId: id,
    ...(description !== undefined && { Description: description }),
    ...(precedence !== undefined && { Precedence: precedence }),
  };
}

/** The pool's metadata document, with what the host serves of it. */
export function openIdConfiguration({ issuer, resourceServers }: UserPool): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: ['token'],
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    scopes_supported: [...resourceServers].flatMap(([server, scopes]) => scopes.map((scope) => `${server}/${scope}`)),
  };
}
