import { createHmac } from 'node:crypto';
import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { Lockouts } from './lockouts.ts';
import { checkPassword, hashPassword, isPassword, temporaryPasswordEndsMs } from './password.ts';
import { issueIdToken, issuePersonAccessToken, issueTicket, readTicket, type SignIn } from './person-tokens.ts';
import type { SigningKey } from './signing-key.ts';
import type { User } from './user.ts';
import type { UserDirectory } from './user-directory.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

export interface AuthInput {
  readonly AuthFlow?: string;
  readonly AuthParameters?: Readonly<Record<string, string>>;
  readonly ChallengeName?: string;
  readonly ChallengeResponses?: Readonly<Record<string, string>>;
  readonly Session?: string;
}

/** How long a challenge waits for its answer: Cognito's default. */
const SESSION_SECONDS = 180;

/** Signing in with a password, the challenge of a temporary one, and refreshing. */
export class SignIns {
  private readonly host: Host;
  private readonly users: UserDirectory;
  private readonly lockouts: Lockouts;
  private readonly keyOf: (pool: UserPool) => Promise<SigningKey>;

  constructor(host: Host, users: UserDirectory, keyOf: (pool: UserPool) => Promise<SigningKey>) {
    this.host = host;
    this.users = users;
    this.lockouts = new Lockouts(host);
    this.keyOf = keyOf;
  }

  /** InitiateAuth, or AdminInitiateAuth when `admin`. */
  async initiate(pool: UserPool, client: UserPoolClient, input: AuthInput, admin: boolean): Promise<object> {
    const { AuthFlow = '', AuthParameters = {} } = input;
    switch (AuthFlow) {
      case 'ADMIN_USER_PASSWORD_AUTH':
      case 'ADMIN_NO_SRP_AUTH':
      case 'USER_PASSWORD_AUTH':
        if (AuthFlow.startsWith('ADMIN') !== admin) throw invalid('Initiate Auth method not supported.');
        requireFlow(client, admin ? 'ADMIN_USER_PASSWORD_AUTH' : AuthFlow);
        return this.withPassword(pool, client, AuthParameters);
      case 'REFRESH_TOKEN':
      case 'REFRESH_TOKEN_AUTH':
        requireFlow(client, 'REFRESH_TOKEN_AUTH');
        return this.refresh(pool, client, parameter(AuthParameters, 'REFRESH_TOKEN'));
      default:
        throw notServed(`signing in with ${AuthFlow}`);
    }
  }

  /** RespondToAuthChallenge: the new password of someone whose password is temporary. */
  async respond(pool: UserPool, client: UserPoolClient, input: AuthInput): Promise<object> {
    const { ChallengeName, ChallengeResponses = {}, Session = '' } = input;
    if (ChallengeName !== 'NEW_PASSWORD_REQUIRED') throw notServed(`the challenge ${ChallengeName}`);
    const name = parameter(ChallengeResponses, 'USERNAME');
    const password = parameter(ChallengeResponses, 'NEW_PASSWORD');
    checkSecretHash(client, name, ChallengeResponses);
    const ticket = await readTicket(await this.keyOf(pool), 'session', Session, this.host.clock.now());
    if (ticket?.clientId !== client.id) throw refused('Invalid session for the user, session is expired.');
    checkPassword(pool, password);
    const hash = await hashPassword(password);
    const user = this.users.find(pool, name);
    if (user?.username !== ticket.username || user.status !== 'FORCE_CHANGE_PASSWORD') {
      throw refused('Invalid session for the user, session can only be used once.');
    }
    const nowMs = this.host.clock.now();
    const confirmed: User = { ...user, password: hash, passwordSetMs: nowMs, status: 'CONFIRMED', modifiedMs: nowMs };
    await this.users.put(pool, confirmed);
    return this.signedIn(pool, client, confirmed);
  }

  private async withPassword(
    pool: UserPool,
    client: UserPoolClient,
    parameters: Readonly<Record<string, string>>,
  ): Promise<object> {
    const name = parameter(parameters, 'USERNAME');
    const password = parameter(parameters, 'PASSWORD');
    checkSecretHash(client, name, parameters);
    const user = this.users.find(pool, name);
    if (!user) {
      throw client.properties['PreventUserExistenceErrors'] === 'ENABLED'
        ? refused('Incorrect username or password.')
        : new AwsError('UserNotFoundException', 'User does not exist.');
    }
    await this.lockouts.check(pool, user);
    if (!(await isPassword(password, user.password))) {
      await this.lockouts.failed(pool, user);
      throw refused('Incorrect username or password.');
    }
    await this.lockouts.succeeded(pool, user);
    if (!user.enabled) throw refused('User is disabled.');
    return user.status === 'CONFIRMED' ? this.signedIn(pool, client, user) : this.challenge(pool, client, user);
  }

  private async challenge(pool: UserPool, client: UserPoolClient, user: User): Promise<object> {
    const nowMs = this.host.clock.now();
    if (nowMs > temporaryPasswordEndsMs(pool, user.passwordSetMs)) {
      throw refused('Temporary password has expired and must be reset by an administrator.');
    }
    const nowSeconds = Math.floor(nowMs / 1000);
    const ticket = {
      username: user.username,
      clientId: client.id,
      authSeconds: nowSeconds,
      originJti: this.host.uuid(),
    };
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: await issueTicket(await this.keyOf(pool), 'session', ticket, nowSeconds + SESSION_SECONDS),
      ChallengeParameters: {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: '[]',
        userAttributes: JSON.stringify(user.attributes),
      },
    };
  }

  private async signedIn(pool: UserPool, client: UserPoolClient, person: User): Promise<object> {
    const authSeconds = Math.floor(this.host.clock.now() / 1000);
    const originJti = this.host.uuid();
    const ticket = { username: person.username, clientId: client.id, authSeconds, originJti };
    const ends = authSeconds + client.refreshTokenSeconds;
    return this.result(
      { pool, client, person, authSeconds, originJti },
      await issueTicket(await this.keyOf(pool), 'refresh', ticket, ends),
    );
  }

  private async refresh(pool: UserPool, client: UserPoolClient, token: string): Promise<object> {
    const ticket = await readTicket(await this.keyOf(pool), 'refresh', token, this.host.clock.now());
    const person = ticket?.clientId === client.id ? this.users.find(pool, ticket.username) : undefined;
    if (!ticket || !person) throw refused('Invalid Refresh Token');
    if (!person.enabled) throw refused('User is disabled.');
    const { authSeconds, originJti } = ticket;
    return this.result({ pool, client, person, authSeconds, originJti });
  }

  private async result(signIn: SignIn, refreshToken?: string): Promise<object> {
    const key = await this.keyOf(signIn.pool);
    const { accessTokenSeconds, idTokenSeconds } = signIn.client;
    const [nowMs, eventId] = [this.host.clock.now(), this.host.uuid()];
    const issue = (lifetimeSeconds: number) => ({ nowMs, lifetimeSeconds, jti: this.host.uuid(), eventId });
    return {
      ChallengeParameters: {},
      AuthenticationResult: {
        AccessToken: await issuePersonAccessToken(key, signIn, issue(accessTokenSeconds)),
        IdToken: await issueIdToken(key, signIn, issue(idTokenSeconds)),
        ExpiresIn: accessTokenSeconds,
        TokenType: 'Bearer',
        ...(refreshToken !== undefined && { RefreshToken: refreshToken }),
      },
    };
  }
}

function requireFlow({ signInFlows }: UserPoolClient, flow: string): void {
  if (signInFlows.includes(`ALLOW_${flow}`)) return;
  throw invalid(
    flow === 'USER_PASSWORD_AUTH'
      ? `${flow} flow not enabled for this client`
      : 'Auth flow not enabled for this client',
  );
}

function parameter(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw invalid(`Missing required parameter ${name}`);
  return value;
}

/** A client with a secret proves that it knows it: Base64(HMAC-SHA256(secret, user name + client id)). */
function checkSecretHash({ id, secret }: UserPoolClient, name: string, given: Readonly<Record<string, string>>): void {
  if (secret === undefined) return;
  const hash = given['SECRET_HASH'];
  if (hash === undefined) throw refused(`Client ${id} is configured with secret but SECRET_HASH was not received`);
  if (
    hash !==
    createHmac('sha256', secret)
      .update(name + id)
      .digest('base64')
  ) {
    throw refused(`Unable to verify secret hash for client ${id}`);
  }
}

function refused(message: string): AwsError {
  return new AwsError('NotAuthorizedException', message);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
