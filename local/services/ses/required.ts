import { AwsError, notServed } from '../../aws-error.ts';

/** A text that a request must have. Throws ValidationError with SES's words. */
export function requireText(value: unknown, member: string): string {
  if (typeof value === 'string' && value !== '') return value;
  const name = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** Refuses, by name, members of a request that would have an effect on AWS and have none here. */
export function refuseMembers(input: Readonly<Record<string, unknown>>, members: readonly string[]): void {
  const found = members.find((member) => input[member] !== undefined);
  if (found !== undefined) throw notServed(`${found} of SES`);
}

/** A page of a list: `NextToken` is the place at which the next one begins. */
export function pageOf<T>(all: readonly T[], size: unknown, token: unknown, defaultSize: number): [T[], object] {
  const [from, limit] = [Number(token ?? 0), Number(size ?? defaultSize)];
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('InvalidNextTokenException', 'The next token is invalid.');
  const next = from + limit;
  return [all.slice(from, next), next < all.length ? { NextToken: String(next) } : {}];
}
