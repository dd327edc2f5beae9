import type { IncomingMessage, ServerResponse } from 'node:http';
import { notServed } from '../../aws-error.ts';
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
import { describeClient, describePool, listClients, listPools } from './descriptions.ts';
import { groupTokens } from './development-tokens.ts';
import { poolOfClient, requireClient, requirePool } from './find-pool.ts';
import { GroupOperations } from './group-operations.ts';
import { PoolEndpoints } from './pool-endpoints.ts';
import { SCHEMAS } from './resource-schemas.ts';
import { type AuthInput, SignIns } from './sign-in.ts';
import { loadSigningKey, type SigningKey } from './signing-key.ts';
import { UserDirectory } from './user-directory.ts';
import { UserOperations } from './user-operations.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';
import { resourceTypes } from '../resource-types.ts';

/** Names of a request to which most operations apply. */
interface Named {
  readonly UserPoolId?: string;
  readonly ClientId?: string;
  readonly Username?: string;
}

/** Cognito user pools: client applications and people, and the endpoints that they and their tokens need. */
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
  private readonly userOperations: UserOperations;
  private readonly groupOperations: GroupOperations;
  private readonly signIns: SignIns;

  /** `issuerBase` is where the host serves the pools' endpoints, known before any resource is created. */
  constructor(host: Host, { issuerBase }: { issuerBase: () => string }) {
    this.host = host;
    this.issuerBase = issuerBase;
    this.resourceTypes = this.makeResourceTypes();
    const users = new UserDirectory(host.store);
    this.userOperations = new UserOperations(host, users);
    this.groupOperations = new GroupOperations(host, users);
    this.signIns = new SignIns(host, users, (pool) => this.keyOf(pool));
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

  /** A token of a member of each group, by group name, of the first pool that has people and a client for them. */
  async developmentTokensOfGroups(lifetimeSeconds: number): Promise<ReadonlyMap<string, string>> {
    for (const pool of this.pools.values()) {
      const issue = { nowMs: this.host.clock.now(), lifetimeSeconds };
      const tokens = await groupTokens(await this.keyOf(pool), pool, issue, () => this.host.uuid());
      if (tokens.size > 0) return tokens;
    }
    return new Map();
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const request = (input ?? {}) as Named & object;
    // Whoever signs in has no AWS credentials to ask IAM about.
    if (operation === 'InitiateAuth' || operation === 'RespondToAuthChallenge') return this.signIn(operation, request);
    const { UserPoolId, ClientId } = request;
    const action = `cognito-idp:${operation}`;
    if (operation === 'ListUserPools') {
      this.host.authorize({ principal, action, resource: '*' });
      return listPools(this.pools.values());
    }
    this.host.authorize({ principal, action, resource: this.poolArn(UserPoolId ?? '') });
    const people = this.userOperations.find(operation) ?? this.groupOperations.find(operation);
    if (people) return people(requirePool(this.pools, UserPoolId), request);
    switch (operation) {
      case 'DescribeUserPool':
        return describePool(requirePool(this.pools, UserPoolId), this.domainOf(UserPoolId));
      case 'ListUserPoolClients':
        return listClients(requirePool(this.pools, UserPoolId));
      case 'DescribeUserPoolClient':
        return describeClient(requireClient(requirePool(this.pools, UserPoolId), ClientId));
      case 'AdminInitiateAuth':
      case 'AdminRespondToAuthChallenge':
        return this.signIn(operation, request);
      default:
        throw notServed(`the operation ${operation} of Cognito user pools`);
    }
  }

  private signIn(operation: string, request: AuthInput & Named): Promise<object> {
    const { UserPoolId, ClientId } = request;
    const admin = operation.startsWith('Admin');
    // Who is not an operator names the client only.
    const pool = admin ? requirePool(this.pools, UserPoolId) : poolOfClient(this.pools, ClientId);
    const client = requireClient(pool, ClientId);
    return operation.endsWith('InitiateAuth')
      ? this.signIns.initiate(pool, client, request, admin)
      : this.signIns.respond(pool, client, request);
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
    this.domains.set(Domain, requirePool(this.pools, UserPoolId).id);
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
    requirePool(this.pools, UserPoolId).resourceServers.set(Identifier, scopes);
    return { ref: Identifier };
  }

  private async createClient(resource: TemplateResource): Promise<CreatedResource> {
    const { UserPoolId } = resource.properties as { UserPoolId: string };
    const { id, name, secret } = await createClient(this.host.store, requirePool(this.pools, UserPoolId), resource);
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
    requirePool(this.pools, UserPoolId).groups.set(name, { name, description: Description, precedence: Precedence });
    return { ref: name };
  }

  private poolArn(id: string): string {
    return `arn:aws:cognito-idp:${this.host.region}:${this.host.accountId}:userpool/${id}`;
  }

  private domainOf(poolId: string | undefined): string | undefined {
    return [...this.domains].find(([, id]) => id === poolId)?.[0];
  }
}
