import type { AslRetrier } from '../definition/asl.ts';
import { DATA_LIMIT_EXCEEDED, RUNTIME, type StateError, TIMEOUT } from './errors.ts';

/** Defaults of the Amazon States Language. */
const DEFAULT_INTERVAL_SECONDS = 1;
const DEFAULT_MAX_ATTEMPTS = 3;
const DEFAULT_BACKOFF_RATE = 2;

/** Whether an ErrorEquals list names the error, itself or by a wildcard. */
export function namesError(errorEquals: readonly string[], failure: StateError): boolean {
  const { error, alias } = failure;
  // "A States.Runtime error is not retriable, and will always cause the execution to fail."
  if (error === RUNTIME) return false;
  const terminal = error === DATA_LIMIT_EXCEEDED;
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return !terminal;
    // The documentation's words: a wildcard for any known error name except States.Timeout.
    if (name === 'States.TaskFailed') return !terminal && error !== TIMEOUT;
    return name === error || (alias !== undefined && name === alias);
  });
}

/** The Retrier that takes the error, if it has an attempt left. The first match decides, even when it is exhausted. */
export function retrierFor(
  retriers: readonly AslRetrier[],
  used: readonly number[],
  failure: StateError,
): { index: number; retrier: AslRetrier } | undefined {
  const index = retriers.findIndex(({ ErrorEquals }) => namesError(ErrorEquals, failure));
  const retrier = retriers[index];
  if (!retrier || (used[index] ?? 0) >= (retrier.MaxAttempts ?? DEFAULT_MAX_ATTEMPTS)) return undefined;
  return { index, retrier };
}

/** Milliseconds until the attempt that follows `used` earlier ones of this Retrier. */
export function retryDelayMs(retrier: AslRetrier, used: number, random: () => number): number {
  const seconds =
    (retrier.IntervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * (retrier.BackoffRate ?? DEFAULT_BACKOFF_RATE) ** used;
  const capped = Math.min(seconds, retrier.MaxDelaySeconds ?? Infinity);
  // FULL: anywhere between no delay and the whole one.
  return Math.round(capped * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}
