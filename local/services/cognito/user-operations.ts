import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { listUsers, type ListUsersInput } from './list-users.ts';
import { checkPassword, hashPassword, temporaryPassword } from './password.ts';
import { required } from './required.ts';
import type { User } from './user.ts';
import { type AttributeType, describeUser, readAttributes, signInAttributeOf } from './user-attributes.ts';
import type { UserDirectory } from './user-directory.ts';
import type { UserPool } from './user-pool.ts';

interface UserInput extends ListUsersInput {
  readonly Username?: string;
  readonly UserAttributes?: readonly AttributeType[];
  readonly TemporaryPassword?: string;
  readonly MessageAction?: 'RESEND' | 'SUPPRESS';
  readonly Password?: string;
  readonly Permanent?: boolean;
}

type Operation = (pool: UserPool, input: UserInput) => Promise<object>;

/** What operators do with the people of a pool. Invitations are not sent: who creates a user tells the password. */
export class UserOperations {
  private readonly host: Host;
  private readonly users: UserDirectory;
  private readonly operations: Readonly<Record<string, Operation>> = {
    AdminCreateUser: (pool, input) => this.create(pool, input),
    AdminGetUser: async (pool, input) => this.get(pool, input),
    AdminDeleteUser: (pool, input) => this.delete(pool, input),
    AdminSetUserPassword: (pool, input) => this.setPassword(pool, input),
    AdminEnableUser: (pool, input) => this.enable(pool, input, true),
    AdminDisableUser: (pool, input) => this.enable(pool, input, false),
    ListUsers: (pool, input) => listUsers(this.users.all(pool, input.PaginationToken), input),
  };

  constructor(host: Host, users: UserDirectory) {
    this.host = host;
    this.users = users;
  }

  find(operation: string): Operation | undefined {
    return this.operations[operation];
  }

  private async create(pool: UserPool, input: UserInput): Promise<object> {
    if (input.MessageAction === 'RESEND') throw notServed('the message action RESEND of AdminCreateUser');
    const name = required(input, 'Username');
    const signIn = signInAttributeOf(pool, name);
    const attributes = {
      ...readAttributes(pool, input.UserAttributes),
      ...(signIn !== undefined && { [signIn]: name }),
    };
    const password = input.TemporaryPassword ?? temporaryPassword(pool);
    checkPassword(pool, password);
    const hash = await hashPassword(password);
    // From here to the write nothing else gets a turn: of two that create one name, one wins.
    if (this.users.find(pool, name)) throw nameTaken(signIn);
    const [sub, nowMs] = [this.host.uuid(), this.host.clock.now()];
    const user: User = {
      username: signIn === undefined ? name : sub,
      sub,
      attributes,
      groups: [],
      enabled: true,
      status: 'FORCE_CHANGE_PASSWORD',
      password: hash,
      passwordSetMs: nowMs,
      createdMs: nowMs,
      modifiedMs: nowMs,
    };
    await this.users.put(pool, user);
    return { User: describeUser(user) };
  }

  private get(pool: UserPool, input: UserInput): object {
    const { Attributes, ...rest } = describeUser(this.users.require(pool, required(input, 'Username')));
    return { ...rest, UserAttributes: Attributes };
  }

  private async delete(pool: UserPool, input: UserInput): Promise<object> {
    await this.users.delete(pool, this.users.require(pool, required(input, 'Username')));
    return {};
  }

  private async setPassword(pool: UserPool, input: UserInput): Promise<object> {
    const name = required(input, 'Username');
    const text = required(input, 'Password');
    this.users.require(pool, name);
    checkPassword(pool, text);
    const password = await hashPassword(text);
    const nowMs = this.host.clock.now();
    const status = input.Permanent === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
    const user = this.users.require(pool, name);
    await this.users.put(pool, { ...user, password, passwordSetMs: nowMs, status, modifiedMs: nowMs });
    return {};
  }

  private async enable(pool: UserPool, input: UserInput, enabled: boolean): Promise<object> {
    const user = this.users.require(pool, required(input, 'Username'));
    await this.users.put(pool, { ...user, enabled, modifiedMs: this.host.clock.now() });
    return {};
  }
}

function nameTaken(signIn: string | undefined): AwsError {
  const message =
    signIn === undefined ? 'User account already exists' : `An account with the given ${signIn} already exists.`;
  return new AwsError('UsernameExistsException', message);
}
