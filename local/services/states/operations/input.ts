import { AwsError } from '../../../aws-error.ts';

/** Members of a request, not yet believed. */
export type Input = Readonly<Record<string, unknown>>;

/** AWS's limits for pages: 100 by default, 1,000 at most. */
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;

/** AWS's life of a page token: a day. */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/** Names hold no spaces, wildcards, brackets, control characters or the like, and at most 80 characters. */

const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]{1,80}$/;

export function requiredText(input: Input, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  if (value === undefined || value === null) throw missing(member);
  throw invalid(
    `Value ${JSON.stringify(value)} at '${member}' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  );
}

/** The refusal of a request that leaves out what it must say. */
export function missing(member: string): AwsError {
  return invalid(`Value null at '${member}' failed to satisfy constraint: Member must not be null`);
}

export function optionalText(input: Input, member: string, longest: number): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  // AWS counts payloads in bytes of UTF-8; where it counts characters, what is allowed is ASCII or far shorter.
  if (typeof value === 'string' && (value.length * 3 <= longest || Buffer.byteLength(value) <= longest)) return value;
  throw invalid(
    `Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
  );
}

/** AWS's limit for a definition, in characters. */
const LONGEST_DEFINITION = 1_048_576;

export function definitionOf(input: Input): string {
  const definition = requiredText(input, 'definition');
  if (definition.length <= LONGEST_DEFINITION) return definition;
  throw invalid(
    `Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_DEFINITION}`,
  );
}

export function validName(name: string): string {
  if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}

export function pageSize(input: Input, most = LARGEST_PAGE): number {
  const value = input['maxResults'] ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw invalid(`Value at 'maxResults' failed to satisfy constraint: Member must be between 0 and ${most}`);
  }
  return value === 0 ? DEFAULT_PAGE : value;
}

/** A page token says where the next page begins, for which request it was given, and when. */
export function makePageToken(request: string, position: string | number, nowMs: number): string {
  return Buffer.from(JSON.stringify([request, position, nowMs])).toString('base64');
}

export function readPageToken(input: Input, request: string, nowMs: number): string | number | undefined {
  const token = input['nextToken'];
  if (token === undefined || token === null) return undefined;
  try {
    const [forRequest, position, givenMs] = JSON.parse(Buffer.from(token as string, 'base64').toString('utf8')) as [
      string,
      string | number,
      number,
    ];
    if (forRequest === request && nowMs - givenMs <= TOKEN_LIFE_MS) return position;
  } catch {
    // Whatever it is, it is no token of ours; said below.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}

export function invalid(problem: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${problem}`);
}

/** Epoch seconds, as AWS JSON writes dates. */
export function seconds(ms: number): number {
  return ms / 1000;
}
