import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { START_MS } from '../fake-host.ts';
import { servePool, type ServedPool } from './pool-fixture.ts';

describe('the token endpoint of a user pool', () => {
  let served: ServedPool;
  let id: string;
  let secret: string;
  beforeAll(async () => {
    served = await servePool();
    id = served.client.ref;
    secret = served.client.attributes?.['ClientSecret'] ?? '';
  });
  afterAll(() => served.close());

  const ask = (form: Record<string, string>, headers: Record<string, string> = {}, name = 'order-saga-dev') =>
    fetch(`${served.base}/${name}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form), headers });

  const basic = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });

  const verify = (token: string) => {
    const issuer = served.pool.attributes?.['ProviderURL'] ?? '';
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    return jwtVerify(token, keys, { issuer, algorithms: ['RS256'], currentDate: new Date(START_MS + 60_000) });
  };

  it('gives a client a token that verifies against the key set of the issuer', async () => {
    const answer = await ask({ grant_type: 'client_credentials' }, basic(id, secret));

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const body = (await answer.json()) as { access_token: string };
    expect(body).toMatchObject({ expires_in: 3600, token_type: 'Bearer' });
    const { payload, protectedHeader } = await verify(body.access_token);
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: expect.any(String) as string });
    expect(payload).toEqual({
      sub: id,
      client_id: id,
      token_use: 'access',
      scope: 'orders/write orders/read',
      iss: `${served.base}/${served.pool.ref}`,
      auth_time: START_MS / 1000,
      iat: START_MS / 1000,
      exp: START_MS / 1000 + 3600,
      version: 2,
      jti: expect.any(String) as string,
    });
  });

  it('takes credentials in the body too, under the name of the pool, and gives the scopes asked for', async () => {
    const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret, scope: 'orders/read' };

    const answer = await ask(form, {}, served.pool.ref);

    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect((await verify(token)).payload['scope']).toBe('orders/read');
  });

  it.each([
    ['no grant type', {}, 'invalid_request'],
    ['a grant type for people', { grant_type: 'password' }, 'unsupported_grant_type'],
    [
      'a scope that the client may not have',
      { grant_type: 'client_credentials', scope: 'orders/read admin' },
      'invalid_scope',
    ],
  ])('refuses %s', async (_, form, error) => {
    const answer = await ask(form, basic(id, secret));

    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });

  it.each([
    ['a wrong secret', () => basic(id, 'wrong')],
    ['an unknown client', () => basic('nobody', secret)],
    ['a header that is no Basic', () => ({ authorization: 'Bearer x' })],
    ['no credentials', () => ({})],
  ])('refuses %s as invalid_client', async (_, headers) => {
    const answer = await ask({ grant_type: 'client_credentials' }, headers());

    expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_client' }]);
  });

  it('refuses a client that may not use client credentials', async () => {
    const other = await served.create('UserPoolClient', 'Other', { UserPoolId: served.pool.ref, GenerateSecret: true });

    const answer = await ask(
      { grant_type: 'client_credentials' },
      basic(other.ref, other.attributes?.['ClientSecret'] ?? ''),
    );

    expect(await answer.json()).toEqual({ error: 'unauthorized_client' });
  });

  it('refuses a body that is no form, a body without an end in sight, and another method', async () => {
    const url = `${served.base}/order-saga-dev/oauth2/token`;

    const json = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    const long = await ask({ grant_type: 'x'.repeat(100_000) });
    const got = await fetch(url);

    expect(await json.json()).toEqual({ error: 'invalid_request' });
    expect(await long.json()).toEqual({ error: 'invalid_request' });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('describes itself, and leaves other paths to others', async () => {
    const metadata = await fetch(`${served.base}/${served.pool.ref}/.well-known/openid-configuration`);
    const other = await fetch(`${served.base}/2015-03-31/functions`);

    expect(await metadata.json()).toMatchObject({
      issuer: `${served.base}/${served.pool.ref}`,
      jwks_uri: `${served.base}/${served.pool.ref}/.well-known/jwks.json`,
      scopes_supported: ['orders/write', 'orders/read'],
    });
    expect(other.status).toBe(404);
  });

  it('shows no private part of its key', async () => {
    const answer = await fetch(`${served.base}/${served.pool.ref}/.well-known/jwks.json`);

    const { keys } = (await answer.json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it('issues development tokens of any lifetime', async () => {
    const token = await served.service.developmentToken(id, 365 * 86_400, ['orders/read']);

    const { payload } = await verify(token);
    expect(payload).toMatchObject({ client_id: id, scope: 'orders/read', exp: START_MS / 1000 + 365 * 86_400 });
    expect(decodeProtectedHeader(token).alg).toBe('RS256');
    await expect(served.service.developmentToken('nobody', 60)).rejects.toThrow('There is no user pool client nobody.');
  });
});
