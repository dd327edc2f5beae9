import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, type JWK, type JWTPayload } from 'jose';
import { UNRESTRICTED, type CreatedResource } from '../../../local/aws-service.ts';
import { type ServedPool, servePool } from './pool-fixture.ts';

export const EMAIL = 'ada@example.com';
export const PASSWORD = 'Analytical-Engine-1';

/** What a sign-in answers. */
export interface SignedIn {
  readonly ChallengeName?: string;
  readonly Session?: string;
  readonly ChallengeParameters: Readonly<Record<string, string>>;
  readonly AuthenticationResult: {
    readonly AccessToken: string;
    readonly IdToken: string;
    readonly RefreshToken?: string;
    readonly ExpiresIn: number;
    readonly TokenType: string;
  };
}

export interface People extends ServedPool {
  /** Client without a secret that lets people in with a password. */
  readonly staffClient: CreatedResource;
  /** Calls an operation on the pool. */
  call<Answer = object>(operation: string, input?: object): Promise<Answer>;
  /** Signs in with AdminInitiateAuth. */
  signIn(password?: string, client?: CreatedResource): Promise<SignedIn>;
  /** Makes the user of `EMAIL`, whose password is permanent; gives the user name. */
  createAda(groups?: readonly string[]): Promise<string>;
  /** Claims of a token that verifies against the pool's key set. */
  claims(token: string): Promise<JWTPayload>;
}

/** One for all tests of a file: making a key takes longer than most of them. */
let signingKey: JWK | undefined;

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 'key-1' };
}

/** A pool whose people sign in with their e-mail address, with the groups customer, staff and admin. */
export async function servePeople(options: { directory?: string } = {}): Promise<People> {
  signingKey ??= await makeKey();
  const served = await servePool({
    ...options,
    signingKey,
    pool: {
      UsernameAttributes: ['email'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          TemporaryPasswordValidityDays: 3,
        },
      },
    },
  });
  const UserPoolId = served.pool.ref;
  for (const GroupName of ['customer', 'staff', 'admin']) {
    await served.create('UserPoolGroup', `Group-${GroupName}`, { UserPoolId, GroupName });
  }
  const staffClient = await served.create('UserPoolClient', 'StaffClient', {
    UserPoolId,
    GenerateSecret: false,
    AllowedOAuthFlowsUserPoolClient: false,
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    RefreshTokenValidity: 720,
    AccessTokenValidity: 60,
    TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
    PreventUserExistenceErrors: 'ENABLED',
  });
  const call: People['call'] = async <Answer>(operation: string, input: object = {}) =>
    (await served.service.call(operation, { UserPoolId, ...input }, UNRESTRICTED)) as Answer;
  return {
    ...served,
    staffClient,
    call,
    signIn: (password = PASSWORD, client = staffClient) =>
      call('AdminInitiateAuth', {
        ClientId: client.ref,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: EMAIL, PASSWORD: password },
      }),
    async createAda(groups = []) {
      const { User } = await call<{ User: { Username: string } }>('AdminCreateUser', { Username: EMAIL });
      await call('AdminSetUserPassword', { Username: EMAIL, Password: PASSWORD, Permanent: true });
      for (const GroupName of groups) await call('AdminAddUserToGroup', { Username: EMAIL, GroupName });
      return User.Username;
    },
    async claims(token) {
      const issuer = served.pool.attributes?.['ProviderURL'] ?? '';
      const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
      const currentDate = new Date(served.host.clock.now());
      return (await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], currentDate })).payload;
    },
  };
}
