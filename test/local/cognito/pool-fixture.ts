import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import type { CreatedResource } from '../../../local/aws-service.ts';
import { CognitoService } from '../../../local/services/cognito/cognito-service.ts';
import { derivedId } from '../../../local/services/cognito/derived-id.ts';
import { createResource } from '../create-resource.ts';
import { fakeHost, type FakeHost } from '../fake-host.ts';

/** Where the store has the signing key of the one pool of these tests. */
const POOL_KEY = `cognito/signing-key/us-east-1_${derivedId({ stackName: 'Test', logicalId: 'Pool' }, 9)}`;

export interface ServedPool {
  readonly host: FakeHost;
  readonly service: CognitoService;
  readonly base: string;
  readonly pool: CreatedResource;
  readonly client: CreatedResource;
  /** Creates one more resource, checked against its schema. */
  create(type: string, logicalId: string, properties: object): Promise<CreatedResource>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly directory?: string;
  /** Properties of the pool. */
  readonly pool?: object;
  /** The pool's signing key, where a test would not wait for a new one. */
  readonly signingKey?: JWK;
}

/** A pool with the scopes orders/read and orders/write and a client that may have both, served over real HTTP. */
export async function servePool(options: PoolOptions = {}): Promise<ServedPool> {
  const { pool: poolProperties = {}, signingKey, ...hostOptions } = options;
  const host = await fakeHost(hostOptions);
  if (signingKey) await host.store.write([{ key: POOL_KEY, value: JSON.stringify(signingKey) }]);
  const server = createServer((request, response) => {
    if (!service.handle(request, response)) response.writeHead(404).end('not a pool');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = new CognitoService(host, { issuerBase: () => base });
  const create: ServedPool['create'] = (name, logicalId, properties) =>
    createResource(service, `AWS::Cognito::${name}`, logicalId, properties);
  const pool = await create('UserPool', 'Pool', { DeletionProtection: 'ACTIVE', ...poolProperties });
  const UserPoolId = pool.ref;
  await create('UserPoolDomain', 'Domain', { UserPoolId, Domain: 'order-saga-dev' });
  await create('UserPoolResourceServer', 'Server', {
    UserPoolId,
    Identifier: 'orders',
    Name: 'orders',
    Scopes: ['write', 'read'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
  });
  const client = await create('UserPoolClient', 'SampleClient', {
    UserPoolId,
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['orders/write', 'orders/read'],
    AccessTokenValidity: 60,
    TokenValidityUnits: { AccessToken: 'minutes' },
  });
  await service.start();
  return {
    host,
    service,
    base,
    pool,
    client,
    create,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await host.close();
    },
  };
}
