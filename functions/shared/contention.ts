import { StoreUnavailableError } from '../../core/errors.ts';
import { isTransientAwsError } from './transient-aws-error.ts';

/** How a caller waits: given from outside, so that tests neither sleep nor depend on chance. */
export interface Patience {
  sleep(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

export const REAL_PATIENCE: Patience = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};

/**
 * Attempts at a write that other transactions get in the way of. The waits double from 20 ms (about one transaction) to
 * 500 ms and are drawn from the whole span (full jitter), so that the losers of one conflict do not meet again: 2.3 s on
 * average, 4.6 s at most, which leaves half of a function's 10 s for everything else.
 */
const ATTEMPTS = 13;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/**
 * Makes a write, again while it meets other transactions. DynamoDB cancels the whole transaction when one of its items is
 * in another, and the SDK does not repeat that.
 * @throws StoreUnavailableError when that does not help, or when DynamoDB throttles or does not answer the SDK's retries.
 */
export async function withContentionRetries<T>(write: () => Promise<T>, patience: Patience): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isTransientAwsError(error)) throw error;
      if (!isContention(error) || attempt === ATTEMPTS) throw storeUnavailable(error, attempt);
      const longestMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
      await patience.sleep(patience.random() * longestMs);
    }
  }
}

/** The answer of a write, with contention retries, or undefined when its condition failed. */
export async function writeUnlessRefused<Answer>(
  write: () => Promise<Answer>,
  patience: Patience,
): Promise<Answer | undefined> {
  try {
    return await withContentionRetries(write, patience);
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

/** A read: conflicts do not concern it, the SDK's own retries have to do. */
export async function readFromStore<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isTransientAwsError(error) ? storeUnavailable(error, 1) : error;
  }
}

/** Conflicts, and throttling inside a transaction: what the SDK itself repeats is not repeated here. */
function isContention(error: unknown): boolean {
  const { name, CancellationReasons } = error as Error & { CancellationReasons?: unknown };
  return CancellationReasons !== undefined || name === 'TransactionConflictException';
}

function storeUnavailable(cause: unknown, attempts: number): StoreUnavailableError {
  const { name } = cause as Error;
  return new StoreUnavailableError(`DynamoDB answered ${name} after ${attempts} attempt(s); try again.`, { cause });
}
