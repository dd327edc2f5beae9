import type { APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { generateKeyPair, SignJWT } from 'jose';
import { handler } from '../../../functions/auth/authorize-request.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { lambdaContext } from '../lambda-context.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.ts';

const API = 'arn:aws:execute-api:us-east-1:000000000000:api1/dev';
let pool: TokenIssuer;
let logs: CapturedLogs;

beforeEach(async () => {
  logs = captureLogs();
  // Another issuer for each test: the key sets of the process are kept per issuer.
  pool = await tokenIssuer();
  process.env['USER_POOL_ISSUER'] = pool.issuer;
});
afterEach(async () => {
  logs.restore();
  await pool.close();
});

const authorize = (authorizationToken: string, methodArn = `${API}/POST/orders`) =>
  handler({ type: 'TOKEN', authorizationToken, methodArn } satisfies APIGatewayTokenAuthorizerEvent, lambdaContext());

describe('a good token', () => {
  test('with both scopes allows every route, whichever was called, since the answer is kept for the next one', async () => {
    const answer = await authorize(`Bearer ${await pool.token()}`);

    expect(answer.policyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: [
          `${API}/POST/orders`,
          `${API}/GET/orders`,
          `${API}/GET/orders/*`,
          `${API}/DELETE/orders/*`,
          `${API}/GET/orders/*/tracking`,
          `${API}/POST/orders/*/cancel`,
        ],
      },
    ]);
  });

  test('names the client, its scopes and the key that meters it', async () => {
    const answer = await authorize(`Bearer ${await pool.token({ client_id: 'trial' })}`);

    expect(answer.principalId).toBe('trial');
    expect(answer.context).toEqual({ clientId: 'trial', scopes: 'orders/write orders/read', roles: '' });
    expect(answer.usageIdentifierKey).toBe('meter-trial');
  });

  test('with the read scope only does not allow to submit', async () => {
    const answer = await authorize(`Bearer ${await pool.token({ scope: 'orders/read' })}`);

    expect(answer.policyDocument.Statement).toMatchObject([
      { Effect: 'Allow', Resource: [`${API}/GET/orders`, `${API}/GET/orders/*`, `${API}/GET/orders/*/tracking`] },
    ]);
  });

  test.each([['orders/unknown'], [undefined]])('with scope %s is denied every route', async (scope) => {
    const answer = await authorize(`Bearer ${await pool.token({ scope })}`);

    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: 'Deny', Resource: `${API}/*` }]);
  });

  test('is checked against keys that are fetched once', async () => {
    await authorize(`Bearer ${await pool.token()}`);
    await authorize(`Bearer ${await pool.token({ client_id: 'client-2' })}`);

    expect(pool.keySetRequests()).toBe(1);
  });
});

describe('the token of a person', () => {
  const person = (claims: object = {}) =>
    pool.token({
      sub: 'person-1',
      username: 'person-1',
      client_id: 'staff-client',
      scope: 'aws.cognito.signin.user.admin',
      ...claims,
    });

  test('names who it is, what they are to us, and the key that meters the client they signed in with', async () => {
    const answer = await authorize(`Bearer ${await person({ 'cognito:groups': ['admin', 'customer', 'staff'] })}`);

    expect(answer.principalId).toBe('person-1');
    expect(answer.context).toEqual({
      clientId: 'staff-client',
      scopes: 'aws.cognito.signin.user.admin',
      roles: 'admin staff',
      subject: 'person-1',
    });
    expect(answer.usageIdentifierKey).toBe('meter-staff-client');
  });

  test.each([[undefined], [['customer']], ['staff']])('whose groups are %j opens no route', async (groups) => {
    const answer = await authorize(`Bearer ${await person({ 'cognito:groups': groups })}`);

    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: 'Deny', Resource: `${API}/*` }]);
  });

  test('does not open what only client applications may, such as to submit an order', async () => {
    const answer = await authorize(`Bearer ${await person({ 'cognito:groups': ['admin'] })}`);

    expect(JSON.stringify(answer.policyDocument)).not.toContain(`${API}/POST/orders"`);
  });
});

test('given a client application that claims groups, then it gets no role from them', async () => {
  const answer = await authorize(`Bearer ${await pool.token({ sub: 'client-1', 'cognito:groups': ['admin'] })}`);

  expect(answer.context).toEqual({ clientId: 'client-1', scopes: 'orders/write orders/read', roles: '' });
});

describe('a token that is refused as Unauthorized', () => {
  const refused = async (header: string, reason: string) => {
    // API Gateway compares the whole message.
    await expect(authorize(header)).rejects.toThrow(/^Unauthorized$/);
    expect(logs.lines()).toEqual([expect.objectContaining({ message: 'token refused', reason })]);
  };

  test('is expired', async () => {
    const expiresAt = Math.floor(Date.now() / 1000) - 1;
    await refused(`Bearer ${await pool.token({}, { expiresAt })}`, 'ERR_JWT_EXPIRED');
  });
  test('comes from another issuer', async () => {
    await refused(`Bearer ${await pool.token({ iss: 'https://elsewhere' })}`, 'ERR_JWT_CLAIM_VALIDATION_FAILED');
  });
  test('is signed with a key that the issuer does not have', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    await refused(`Bearer ${await pool.token({}, { key: privateKey })}`, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });
  test('names an unknown key', async () => {
    await refused(`Bearer ${await pool.token({}, { kid: 'key-9' })}`, 'ERR_JWKS_NO_MATCHING_KEY');
  });
  test('is an ID token', async () => {
    await refused(`Bearer ${await pool.token({ token_use: 'id' })}`, 'TOKEN_USE_NOT_ACCESS');
  });
  test('names no client', async () => {
    await refused(`Bearer ${await pool.token({ client_id: '' })}`, 'NO_CLIENT_ID');
  });
  test('is signed with a shared secret', async () => {
    const forged = await new SignJWT({ token_use: 'access', client_id: 'client-1' })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .setIssuer(pool.issuer)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('a secret that everybody can guess'));
    await refused(`Bearer ${forged}`, 'ERR_JOSE_ALG_NOT_ALLOWED');
  });
  test.each(['Bearer not-a-jwt', 'Bearer ', 'Basic dXNlcjpwYXNz', ''])('is not a JWT at all: "%s"', async (header) => {
    await refused(header, 'ERR_JWS_INVALID');
  });
});

test('given a user pool that fails, then the answer is not "Unauthorized": the client may be all right', async () => {
  pool.failWith(503);

  await expect(authorize(`Bearer ${await pool.token()}`)).rejects.toThrow(/JSON Web Key Set/);

  expect(logs.lines()).toEqual([expect.objectContaining({ level: 'ERROR' })]);
});

test('no line of the log holds the token or what it claims', async () => {
  const token = await pool.token({ token_use: 'id', username: 'ada' });

  await expect(authorize(`Bearer ${token}`)).rejects.toThrow();

  expect(logs.text()).not.toContain(token.split('.')[1]);
  expect(logs.text()).not.toContain('ada');
});
