import { createHmac } from 'node:crypto';
import { START_MS } from '../fake-host.ts';
import { EMAIL, PASSWORD, type People, servePeople, type SignedIn } from './people-fixture.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;
const START_SECONDS = START_MS / 1000;

let people: People;
beforeEach(async () => {
  people = await servePeople();
});
afterEach(() => people.close());

const initiate = (AuthFlow: string, AuthParameters: object, ClientId = people.staffClient.ref) =>
  people.call<SignedIn>('InitiateAuth', { ClientId, AuthFlow, AuthParameters });

describe('signing in with a password', () => {
  it('gives an access token with the claims of Cognito', async () => {
    const username = await people.createAda(['staff', 'admin']);

    const { AuthenticationResult: result } = await people.signIn();

    expect(result).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer', RefreshToken: expect.any(String) as string });
    expect(await people.claims(result.AccessToken)).toEqual({
      sub: username,
      'cognito:groups': ['staff', 'admin'],
      iss: people.pool.attributes?.['ProviderURL'],
      client_id: people.staffClient.ref,
      origin_jti: UUID,
      event_id: UUID,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      auth_time: START_SECONDS,
      exp: START_SECONDS + 3600,
      iat: START_SECONDS,
      jti: UUID,
      username,
    });
  });

  it('gives an ID token too, which is none to call an API with', async () => {
    const username = await people.createAda(['staff']);

    const { AuthenticationResult: result } = await people.signIn();

    expect(await people.claims(result.IdToken)).toMatchObject({
      token_use: 'id',
      aud: people.staffClient.ref,
      'cognito:username': username,
      email: EMAIL,
      email_verified: false,
    });
  });

  it('claims no groups for whoever is in none', async () => {
    await people.createAda();

    const { AuthenticationResult: result } = await people.signIn();

    expect(await people.claims(result.AccessToken)).not.toHaveProperty('cognito:groups');
  });

  it('does not tell a wrong password from an unknown user', async () => {
    const refusal = { code: 'NotAuthorizedException', message: 'Incorrect username or password.' };
    await expect(people.signIn()).rejects.toMatchObject(refusal);
    await people.createAda();

    await expect(people.signIn('wrong')).rejects.toMatchObject(refusal);
  });

  it('tells them apart with a client that was made to', async () => {
    const talkative = await people.create('UserPoolClient', 'Talkative', {
      UserPoolId: people.pool.ref,
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    });

    await expect(people.signIn(PASSWORD, talkative)).rejects.toMatchObject({ code: 'UserNotFoundException' });
  });

  it('is closed to a user who is disabled', async () => {
    await people.createAda();
    await people.call('AdminDisableUser', { Username: EMAIL });
    await expect(people.signIn()).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'User is disabled.',
    });

    await people.call('AdminEnableUser', { Username: EMAIL });

    expect(await people.signIn()).toHaveProperty('AuthenticationResult');
  });

  it.each([
    [
      'another flow than the client allows',
      'USER_PASSWORD_AUTH',
      'USER_PASSWORD_AUTH flow not enabled for this client',
    ],
    ["an operator's flow", 'ADMIN_USER_PASSWORD_AUTH', 'Initiate Auth method not supported.'],
  ])('without AWS credentials is refused for %s', async (_, flow, message) => {
    await people.createAda();

    await expect(initiate(flow, { USERNAME: EMAIL, PASSWORD })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message,
    });
  });

  it('by the person alone works with a client that allows it', async () => {
    await people.createAda();
    const app = await people.create('UserPoolClient', 'App', {
      UserPoolId: people.pool.ref,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    });

    const { AuthenticationResult } = await initiate('USER_PASSWORD_AUTH', { USERNAME: EMAIL, PASSWORD }, app.ref);

    expect(AuthenticationResult.TokenType).toBe('Bearer');
    await expect(initiate('USER_PASSWORD_AUTH', { USERNAME: EMAIL }, app.ref)).rejects.toMatchObject({
      message: 'Missing required parameter PASSWORD',
    });
    await expect(initiate('USER_PASSWORD_AUTH', {}, 'nobody')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('to a client with a secret needs proof of it', async () => {
    await people.createAda();
    const app = await people.create('UserPoolClient', 'App', {
      UserPoolId: people.pool.ref,
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    });
    const signIn = (proof: object) => initiate('USER_PASSWORD_AUTH', { USERNAME: EMAIL, PASSWORD, ...proof }, app.ref);
    const hash = createHmac('sha256', app.attributes?.['ClientSecret'] ?? '')
      .update(EMAIL + app.ref)
      .digest('base64');

    await expect(signIn({})).rejects.toMatchObject({
      message: `Client ${app.ref} is configured with secret but SECRET_HASH was not received`,
    });
    await expect(signIn({ SECRET_HASH: 'wrong' })).rejects.toMatchObject({
      message: `Unable to verify secret hash for client ${app.ref}`,
    });
    expect(await signIn({ SECRET_HASH: hash })).toHaveProperty('AuthenticationResult');
  });
});

describe('a temporary password', () => {
  const NEW_PASSWORD = 'Difference-Engine-2';
  const respond = (Session: string | undefined, password = NEW_PASSWORD) =>
    people.call<SignedIn>('RespondToAuthChallenge', {
      ClientId: people.staffClient.ref,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME: EMAIL, NEW_PASSWORD: password },
    });
  beforeEach(() => people.call('AdminCreateUser', { Username: EMAIL, TemporaryPassword: PASSWORD }));

  it('must be replaced, after which the new one holds', async () => {
    const { ChallengeName, Session, ChallengeParameters } = await people.signIn();
    expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    expect(JSON.parse(ChallengeParameters['userAttributes'] ?? '')).toEqual({ email: EMAIL });

    const answer = await respond(Session);

    expect(await people.claims(answer.AuthenticationResult.AccessToken)).toMatchObject({ token_use: 'access' });
    expect(await people.signIn(NEW_PASSWORD)).toHaveProperty('AuthenticationResult');
    await expect(people.signIn(PASSWORD)).rejects.toMatchObject({ code: 'NotAuthorizedException' });
  });

  it('is replaced once, in time, by a password that the policy accepts', async () => {
    const { Session } = await people.signIn();
    await expect(respond(Session, 'weak')).rejects.toMatchObject({ code: 'InvalidPasswordException' });
    await expect(respond('made up')).rejects.toMatchObject({ code: 'NotAuthorizedException' });
    await respond(Session);
    await expect(respond(Session)).rejects.toMatchObject({
      message: 'Invalid session for the user, session can only be used once.',
    });

    await people.call('AdminSetUserPassword', { Username: EMAIL, Password: PASSWORD });
    const later = await people.signIn();
    await people.host.clock.advance(181_000);
    await expect(respond(later.Session)).rejects.toMatchObject({
      message: 'Invalid session for the user, session is expired.',
    });
  });

  it('ends after the days that the pool says', async () => {
    await people.host.clock.advance(3 * 86_400_000);
    expect(await people.signIn()).toHaveProperty('Session');

    await people.host.clock.advance(1);

    await expect(people.signIn()).rejects.toMatchObject({
      message: 'Temporary password has expired and must be reset by an administrator.',
    });
  });
});

describe('a refresh token', () => {
  const refresh = (REFRESH_TOKEN: string | undefined) => initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN });
  const refreshToken = async () => (await people.signIn()).AuthenticationResult.RefreshToken;

  it('gives another access token of the same sign-in, with the groups of now', async () => {
    await people.createAda(['staff']);
    const { AuthenticationResult: first } = await people.signIn();
    await people.host.clock.advance(3_600_000);
    await people.call('AdminRemoveUserFromGroup', { Username: EMAIL, GroupName: 'staff' });

    const { AuthenticationResult: second } = await refresh(first.RefreshToken);

    const claims = await people.claims(second.AccessToken);
    expect(claims).toMatchObject({ auth_time: START_SECONDS, iat: START_SECONDS + 3600, origin_jti: UUID });
    expect(claims).not.toHaveProperty('cognito:groups');
    expect(second).not.toHaveProperty('RefreshToken');
  });

  it('ends with its validity, and with its user', async () => {
    await people.createAda();
    const token = await refreshToken();
    await people.host.clock.advance(12 * 3_600_000 + 1000);
    await expect(refresh(token)).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Invalid Refresh Token',
    });

    const another = await refreshToken();
    await people.call('AdminDeleteUser', { Username: EMAIL });
    await expect(refresh(another)).rejects.toMatchObject({ message: 'Invalid Refresh Token' });
  });

  it('is no access token, and an access token is none', async () => {
    await people.createAda();
    const { AccessToken, RefreshToken = '' } = (await people.signIn()).AuthenticationResult;

    await expect(refresh(AccessToken)).rejects.toMatchObject({ message: 'Invalid Refresh Token' });
    await expect(people.claims(RefreshToken)).rejects.toThrow('"iss" claim');
  });
});
