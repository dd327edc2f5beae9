import { AwsError } from '../../aws-error.ts';
import type { Store } from '../../store.ts';
import type { User } from './user.ts';
import { signInAttributes } from './user-attributes.ts';
import type { UserPool } from './user-pool.ts';

/** Sorts behind every user name. */
const END = '\u{10ffff}';

/** The users of all pools, in the store. Reads are of the latest write, so what is read and written in one stretch is atomic. */
export class UserDirectory {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** A user by name, `sub`, or the attribute that the pool's people sign in with. */
  find(pool: UserPool, name: string): User | undefined {
    const username = this.store.get(aliasKey(pool, name)) ?? name;
    const text = this.store.get(userKey(pool, username));
    return text === undefined ? undefined : (JSON.parse(text) as User);
  }

  /** @throws UserNotFoundException */
  require(pool: UserPool, name: string): User {
    const user = this.find(pool, name);
    if (!user) throw new AwsError('UserNotFoundException', 'User does not exist.');
    return user;
  }

  put(pool: UserPool, user: User): Promise<void> {
    return this.store.write([
      { key: userKey(pool, user.username), value: JSON.stringify(user) },
      ...aliases(pool, user).map((key) => ({ key, value: user.username })),
    ]);
  }

  delete(pool: UserPool, user: User): Promise<void> {
    const keys = [userKey(pool, user.username), ...aliases(pool, user)];
    return this.store.write(keys.map((key) => ({ key, value: undefined })));
  }

  /** All users by user name, behind one of them where one is given. */
  async *all(pool: UserPool, behind?: string): AsyncGenerator<User> {
    const gte = userKey(pool, behind === undefined ? '' : `${behind}\0`);
    for await (const [, text] of this.store.range({ gte, lt: userKey(pool, END) })) yield JSON.parse(text) as User;
  }
}

function userKey({ id }: UserPool, username: string): string {
  return `cognito/user/${id}/${username}`;
}

function aliasKey({ id }: UserPool, alias: string): string {
  return `cognito/alias/${id}/${alias}`;
}

/** Every other name of a user: the sub, and what people of this pool sign in with. */
function aliases(pool: UserPool, { sub, attributes }: User): string[] {
  const values = signInAttributes(pool).map((name) => attributes[name]);
  return [sub, ...values].filter((value) => value !== undefined).map((value) => aliasKey(pool, value));
}
