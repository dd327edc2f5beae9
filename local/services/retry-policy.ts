import { AwsError } from '../aws-error.ts';

/** What EventBridge and its Scheduler do when a target has no retry policy, and the most that one may ask for: 185 attempts in 24 hours. */
export const MOST_RETRIES = 185;
export const LONGEST_EVENT_AGE = 86_400;
export const SHORTEST_EVENT_AGE = 60;

/** A target, as far as it says how often and how long to try. */
export interface Retried {
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
}

/** Why an event is given up: the attributes that its message in the dead-letter queue carries. */
export interface GivenUp {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
}

/** The first retry comes after about a second; later ones at most about ten minutes apart, so that 185 fill 24 hours. */
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 600_000;

/**
 * When to try again, as a delay, or why not. Missing permissions and missing targets are not retried.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 * @param failedAttempts how often it was tried, this time included
 */
export function afterFailure(
  error: Error,
  target: Retried,
  failedAttempts: number,
  ageMs: number,
  random: number,
): { retryAfterMs: number } | GivenUp {
  const { errorCode, retriable } = classify(error);
  const told = { errorCode, errorMessage: error.message };
  if (!retriable) return { ...told, exhausted: undefined };
  const { MaximumRetryAttempts = MOST_RETRIES, MaximumEventAgeInSeconds = LONGEST_EVENT_AGE } =
    target.RetryPolicy ?? {};
  if (failedAttempts > MaximumRetryAttempts) return { ...told, exhausted: 'MaximumRetryAttempts' };
  const backoffMs = Math.min(FIRST_DELAY_MS * 2 ** (failedAttempts - 1), LONGEST_DELAY_MS);
  // Half of the delay is jitter.
  const retryAfterMs = Math.round(backoffMs * (0.5 + random / 2));
  if (ageMs + retryAfterMs > MaximumEventAgeInSeconds * 1000) return { ...told, exhausted: 'MaximumEventAgeInSeconds' };
  return { retryAfterMs };
}

const NO_PERMISSIONS = /AccessDenied|NotAuthorized|AuthorizationError|UnauthorizedOperation/;
const NO_RESOURCE = /NotFound|DoesNotExist|NonExistent/;
const THROTTLING = /Throttl|TooManyRequests|LimitExceeded|RequestLimit|SlowDown/;

function classify(error: Error): { errorCode: string; retriable: boolean } {
  if (!(error instanceof AwsError)) return { errorCode: 'INTERNAL_ERROR', retriable: true };
  if (NO_PERMISSIONS.test(error.code)) return { errorCode: 'NO_PERMISSIONS', retriable: false };
  if (NO_RESOURCE.test(error.code)) return { errorCode: 'NO_RESOURCE', retriable: false };
  if (THROTTLING.test(error.code) || error.status === 429) return { errorCode: 'THROTTLING', retriable: true };
  if (error.status >= 500) return { errorCode: 'SERVICE_UNAVAILABLE', retriable: true };
  return { errorCode: 'SDK_CLIENT_ERROR', retriable: false };
}
