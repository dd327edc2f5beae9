import { ApiProblem } from '../api-client.ts';
import { NoStackError } from '../stack.ts';
import { CommandError } from './command-error.ts';
import type { ExitName } from './exit-code.ts';

export interface Failure {
  readonly exit: ExitName;
  readonly message: string;
}

/** Errors of the network that mean that nobody is there (`code` of Node's system errors). */
const NOBODY_THERE = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ECONNRESET',
];

/** Errors of AWS and its SDK that mean that the caller has no right to be here, by name. */
const NO_CREDENTIALS = [
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'TokenProviderError',
];

/** HTTP statuses of the API that are an answer: the order's state, or the caller's role, does not allow what was asked. */
const REFUSALS = [403, 404, 409, 410];
/** What was asked is wrong in itself. */
const BAD_REQUESTS = [400, 413, 415, 422];

/** What an error means for whoever typed the command, and for the program that called it. */
export function failureOf(error: unknown, address?: string): Failure {
  if (error instanceof CommandError) return { exit: error.exit, message: error.message };
  if (error instanceof NoStackError) return { exit: 'UNREACHABLE', message: error.message };
  if (error instanceof ApiProblem) return { exit: exitOf(error.status), message: error.message };
  if (isNobodyThere(error)) {
    const where = address === undefined ? 'AWS' : address;
    return {
      exit: 'UNREACHABLE',
      message: `Nothing answers at ${where}: is the host running (npm start)? ${messageOf(error)}`,
    };
  }
  const { name, message } = named(error);
  if (NO_CREDENTIALS.includes(name) || message === 'Region is missing') {
    const fix = 'Log in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
    return { exit: 'UNREACHABLE', message: `AWS does not accept the credentials: ${message} ${fix}` };
  }
  if (name.startsWith('AccessDenied')) return { exit: 'UNREACHABLE', message: `A right is missing: ${message}` };
  return { exit: 'FAILED', message };
}

function exitOf(status: number): ExitName {
  if (status === 401) return 'UNREACHABLE';
  if (REFUSALS.includes(status)) return 'REFUSED';
  return BAD_REQUESTS.includes(status) ? 'USAGE' : 'FAILED';
}

/** Node wraps the refusals of all addresses of a name; fetch wraps everything in its own TypeError. */
function isNobodyThere(error: unknown): boolean {
  const { code, cause, errors = [] } = (error ?? {}) as { code?: string; cause?: unknown; errors?: readonly unknown[] };
  if (code !== undefined && NOBODY_THERE.includes(code)) return true;
  return (cause !== undefined && isNobodyThere(cause)) || errors.some(isNobodyThere);
}

function messageOf(error: unknown): string {
  const { message, cause } = named(error);
  return cause === undefined ? message : messageOf(cause);
}

/** By its members: an error can come from another realm, such as the one that fetch lives in when a test runs. */
function named(error: unknown): { name: string; message: string; cause?: unknown } {
  const { name, message, cause } = (error ?? {}) as { name?: unknown; message?: unknown; cause?: unknown };
  if (typeof name !== 'string' || typeof message !== 'string') return { name: '', message: String(error) };
  return { name, message: message === '' ? name : message, cause };
}
