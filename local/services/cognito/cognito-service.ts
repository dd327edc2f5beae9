import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, notServed } from '../../aws-error.ts';
import type {
  AwsService,
  CreatedResource,
  Host,
  Principal,
  ResourceType,
  TemplateResource,
} from '../../aws-service.ts';
import { issueAccessToken } from './access-token.ts';
import { createClient } from './create-client.ts';
import { derivedId } from './derived-id.ts';
import { describeClient, describePool, listClients, listGroups, listPools } from './descriptions.ts';
import { PoolEndpoints } from './pool-endpoints.ts';
import { SCHEMAS } from './resource-schemas.ts';
import { loadSigningKey, type SigningKey } from './signing-key.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';
import { resourceTypes } from '../resource-types.ts';

/** Cognito user pools for client applications: pools, resource servers, clients, and the endpoints that they and their tokens need. */
export class CognitoService implements AwsService {
  readonly names = ['cognito-idp'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly issuerBase: () => string;
  private readonly pools = new Map<string, UserPool>();
  /** User pool ids by hosted domain prefix. */
  private readonly domains = new Map<string, string>();
  private readonly keys = new Map<string, Promise<SigningKey>>();
  private readonly endpoints: PoolEndpoints;

  /** `issuerBase` is where the host serves the pools' endpoints, known before any resource is created. */
  constructor(host: Host, { issuerBase }: { issuerBase: () => string }) {
    this.host = host;
    this.issuerBase = issuerBase;
    this.resourceTypes = this.makeResourceTypes();
    this.endpoints = new PoolEndpoints({
      poolOf: (name) => this.pools.get(this.domains.get(name) ?? name),
      keyOf: (pool) => this.keyOf(pool),
      issue: (pool, client, scopes, lifetimeSeconds) => this.issue(pool, client, scopes, lifetimeSeconds),
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.keys.values());
  }

  /**
   * Serves `/<pool>/.well-known/jwks.json`, `/<pool>/.well-known/openid-configuration` and `/<pool or domain>/oauth2/token`.
   * False when the request is for something else.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const serve = this.endpoints.find(request);
    if (!serve) return false;
    this.host.clock
      .work(() => serve(request, response))
      .catch((error: unknown) => {
        // A client that went away needs no answer, and nobody needs to know.
        if (!request.destroyed) this.host.report(`The user pool's endpoint failed: ${String(error)}`);
        response.destroy();
      });
    return true;
  }

  /** A token of a client that lives as long as asked for, for development. Without scopes it has all that the client may have. */
  async developmentToken(clientId: string, lifetimeSeconds: number, scopes?: readonly string[]): Promise<string> {
    for (const pool of this.pools.values()) {
      const client = pool.clients.get(clientId);
      if (client) return this.issue(pool, client, scopes ?? client.allowedScopes, lifetimeSeconds);
    }
    throw new Error(`There is no user pool client ${clientId}.`);
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const { UserPoolId, ClientId } = (input ?? {}) as { UserPoolId?: string; ClientId?: string };
    const action = `cognito-idp:${operation}`;
    if (operation === 'ListUserPools') {
      this.host.authorize({ principal, action, resource: '*' });
      return listPools(this.pools.values());
    }
    this.host.authorize({ principal, action, resource: this.poolArn(UserPoolId ?? '') });
    switch (operation) {
      case 'DescribeUserPool':
        return describePool(this.requirePool(UserPoolId), this.domainOf(UserPoolId));
      case 'ListUserPoolClients':
        return listClients(this.requirePool(UserPoolId));
      case 'DescribeUserPoolClient':
        return describeClient(requireClient(this.requirePool(UserPoolId), ClientId));
      case 'ListGroups':
        return listGroups(this.requirePool(UserPoolId));
      default:
        throw notServed(`the operation ${operation} of Cognito user pools`);
    }
  }

  private async issue(
    pool: UserPool,
    client: UserPoolClient,
    scopes: readonly string[],
    lifetimeSeconds: number,
  ): Promise<string> {
    const [nowMs, jti] = [this.host.clock.now(), this.host.uuid()];
    return issueAccessToken(await this.keyOf(pool), { pool, client, scopes, lifetimeSeconds, nowMs, jti });
  }

  private keyOf({ id }: UserPool): Promise<SigningKey> {
    let key = this.keys.get(id);
    if (!key) {
      key = loadSigningKey(this.host.store, id);
      // Whoever needs the key, `start` first, gets the failure; until then nobody waits for it.
      key.catch(() => {});
      this.keys.set(id, key);
    }
    return key;
  }

  private makeResourceTypes(): ResourceType[] {
    return resourceTypes('AWS::Cognito', SCHEMAS, {
      UserPool: (resource) => this.createPool(resource),
      UserPoolDomain: (resource) => this.createDomain(resource),
      UserPoolResourceServer: (resource) => this.createResourceServer(resource),
      UserPoolClient: (resource) => this.createClient(resource),
      UserPoolGroup: (resource) => this.createGroup(resource),
    });
  }

  private createPool(resource: TemplateResource): CreatedResource {
    const properties = resource.properties as Record<string, unknown> & { UserPoolName?: string };
    const { region } = this.host;
    const id = `${region}_${derivedId(resource, 9)}`;
    const pool: UserPool = {
      id,
      arn: this.poolArn(id),
      name: properties.UserPoolName ?? resource.generatedName,
      issuer: `${this.issuerBase()}/${id}`,
      properties,
      resourceServers: new Map(),
      clients: new Map(),
      groups: new Map(),
    };
    this.pools.set(id, pool);
    // Begun now, so that it is ready when the rest of the template is.
    void this.keyOf(pool);
    const providerName = `cognito-idp.${region}.amazonaws.com/${id}`;
    return {
      ref: id,
      attributes: { Arn: pool.arn, ProviderName: providerName, ProviderURL: pool.issuer, UserPoolId: id },
    };
  }

  private createDomain({ properties }: TemplateResource): CreatedResource {
    const { UserPoolId, Domain } = properties as { UserPoolId: string; Domain: string };
    this.domains.set(Domain, this.requirePool(UserPoolId).id);
    return { ref: Domain };
  }

  private createResourceServer({ properties }: TemplateResource): CreatedResource {
    const {
      UserPoolId,
      Identifier,
      Scopes = [],
    } = properties as {
      UserPoolId: string;
      Identifier: string;
      Scopes?: { ScopeName: string }[];
    };
    const scopes = Scopes.map(({ ScopeName }) => ScopeName);
    this.requirePool(UserPoolId).resourceServers.set(Identifier, scopes);
    return { ref: Identifier };
  }

  private async createClient(resource: TemplateResource): Promise<CreatedResource> {
    const { UserPoolId } = resource.properties as { UserPoolId: string };
    const { id, name, secret } = await createClient(this.host.store, this.requirePool(UserPoolId), resource);
    return { ref: id, attributes: { ClientId: id, Name: name, ...(secret !== undefined && { ClientSecret: secret }) } };
  }

  private createGroup({ properties, generatedName }: TemplateResource): CreatedResource {
    const { UserPoolId, GroupName, Description, Precedence } = properties as {
      UserPoolId: string;
      GroupName?: string;
      Description?: string;
      Precedence?: number;
    };
    const name = GroupName ?? generatedName;
    this.requirePool(UserPoolId).groups.set(name, { name, description: Description, precedence: Precedence });
    return { ref: name };
  }

  private poolArn(id: string): string {
    return `arn:aws:cognito-idp:${this.host.region}:${this.host.accountId}:userpool/${id}`;
  }

  private domainOf(poolId: string | undefined): string | undefined {
    return [...this.domains].find(([, id]) => id === poolId)?.[0];
  }

  private requirePool(id: string | undefined): UserPool {
    const pool = this.pools.get(id ?? '');
    if (!pool) throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
    return pool;
  }
}

function requireClient({ clients }: UserPool, id: string | undefined): UserPoolClient {
  const client = clients.get(id ?? '');
  if (!client) throw new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
  return client;
}
