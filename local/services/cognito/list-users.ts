import { AwsError } from '../../aws-error.ts';
import type { User } from './user.ts';
import { attributeList, describeUser } from './user-attributes.ts';

export interface ListUsersInput {
  /** `email = "ada@example.com"` or `given_name ^= "A"`. */
  readonly Filter?: string;
  readonly Limit?: number;
  /** The last user name of the page before. */
  readonly PaginationToken?: string;
  readonly AttributesToGet?: readonly string[];
}

/** Cognito's largest page. */
const MOST_USERS = 60;

/** One page of users. Throws InvalidParameterException for a filter or a limit that Cognito does not take. */
export async function listUsers(users: AsyncIterable<User>, input: ListUsersInput): Promise<object> {
  const { page, last } = await pageOf(users, input.Limit, matcher(input.Filter));
  return {
    Users: page.map((user) => visible(user, input.AttributesToGet)),
    ...(last !== undefined && { PaginationToken: last }),
  };
}

/** The first users that match, and the name of the last of them when there are more. */
export async function pageOf(
  users: AsyncIterable<User>,
  limit: number | undefined,
  matches: (user: User) => boolean,
): Promise<{ page: User[]; last: string | undefined }> {
  const size = readLimit(limit);
  const page: User[] = [];
  for await (const user of users) {
    if (!matches(user)) continue;
    if (page.length === size) return { page, last: page.at(-1)?.username };
    page.push(user);
  }
  return { page, last: undefined };
}

function readLimit(limit = MOST_USERS): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_USERS) return limit;
  throw new AwsError('InvalidParameterException', `Limit must be from 1 to ${MOST_USERS}, not ${limit}.`);
}

function matcher(filter = ''): (user: User) => boolean {
  if (filter === '') return () => true;
  const [, name, operator, text] = /^\s*"?([\w:]+)"?\s*(=|\^=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  if (name === undefined || text === undefined)
    throw new AwsError('InvalidParameterException', 'Error while parsing filter.');
  const wanted = text.replaceAll(/\\(.)/g, '$1');
  return (user) => {
    const value = filterable(user)[name];
    return value !== undefined && (operator === '=' ? value === wanted : value.startsWith(wanted));
  };
}

/** What of a user can be searched for, by the names that filters use. */
function filterable({ username, sub, attributes, status, enabled }: User): Record<string, string | undefined> {
  return {
    ...attributes,
    username,
    sub,
    'cognito:user_status': status,
    status: enabled ? 'Enabled' : 'Disabled',
  };
}

function visible(user: User, names: readonly string[] | undefined): object {
  const described = describeUser(user);
  return names
    ? { ...described, Attributes: attributeList(user).filter(({ Name }) => names.includes(Name)) }
    : described;
}
