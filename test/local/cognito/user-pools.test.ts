import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { servePool, type ServedPool } from './pool-fixture.ts';

it('keeps client ids, secrets and signing keys over a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-cognito-'));
  const first = await servePool({ directory });
  const firstToken = await first.service.developmentToken(first.client.ref, 60);
  await first.close();

  const second = await servePool({ directory });
  const secondToken = await second.service.developmentToken(second.client.ref, 60);
  await second.close();

  expect(second.client).toEqual(first.client);
  expect(decodeProtectedHeader(secondToken).kid).toBe(decodeProtectedHeader(firstToken).kid);
  await rm(directory, { recursive: true });
});

describe('resources of a user pool', () => {
  let served: ServedPool;
  beforeAll(async () => {
    served = await servePool();
  });
  afterAll(() => served.close());

  it('give what CloudFormation gives', async () => {
    expect(served.pool).toEqual({
      ref: expect.stringMatching(/^us-east-1_[a-z0-9]{9}$/) as string,
      attributes: {
        Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${served.pool.ref}`,
        ProviderName: `cognito-idp.us-east-1.amazonaws.com/${served.pool.ref}`,
        ProviderURL: `${served.base}/${served.pool.ref}`,
        UserPoolId: served.pool.ref,
      },
    });
    expect(served.client.ref).toMatch(/^[a-z0-9]{26}$/);
    expect(served.client.attributes?.['ClientSecret']).toMatch(/^[a-z0-9]{51}$/);
    expect(await served.create('UserPoolGroup', 'Staff', { UserPoolId: served.pool.ref, GroupName: 'staff' })).toEqual({
      ref: 'staff',
    });
  });

  it.each([
    [
      'a scope that no resource server has',
      { GenerateSecret: true, AllowedOAuthScopes: ['orders/delete'] },
      'Invalid scope requested: orders/delete',
    ],
    [
      'client credentials without a secret',
      { AllowedOAuthFlows: ['client_credentials'] },
      'does not have a client secret',
    ],
    [
      'a token that lives for seconds',
      { AccessTokenValidity: 10, TokenValidityUnits: { AccessToken: 'seconds' } },
      '5 minutes to 1 day',
    ],
    ['a property that is not served', { CallbackURLs: ['https://example.com'] }, 'must NOT have additional properties'],
  ])('are refused with %s', async (_, properties, message) => {
    const creation = served.create('UserPoolClient', 'Wrong', { UserPoolId: served.pool.ref, ...properties });

    await expect(creation).rejects.toThrow(message);
  });

  it('are described to SDK clients', async () => {
    const call = (operation: string, input: object) => served.service.call(operation, input, UNRESTRICTED);
    const pool = { UserPoolId: served.pool.ref };

    expect(await call('ListUserPools', { MaxResults: 10 })).toEqual({
      UserPools: [{ Id: served.pool.ref, Name: 'Test-Pool' }],
    });
    expect(await call('DescribeUserPool', pool)).toMatchObject({
      UserPool: { Id: served.pool.ref, Domain: 'order-saga-dev' },
    });
    expect(await call('ListUserPoolClients', pool)).toMatchObject({
      UserPoolClients: [{ ClientId: served.client.ref, ClientName: 'Test-SampleClient' }],
    });
    expect(await call('DescribeUserPoolClient', { ...pool, ClientId: served.client.ref })).toMatchObject({
      UserPoolClient: {
        ClientId: served.client.ref,
        ClientSecret: served.client.attributes?.['ClientSecret'],
        AllowedOAuthScopes: ['orders/write', 'orders/read'],
      },
    });
    await expect(call('DescribeUserPoolClient', { ...pool, ClientId: 'x' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'User pool client x does not exist.',
    });
    await expect(call('AdminResetUserPassword', pool)).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });
});
