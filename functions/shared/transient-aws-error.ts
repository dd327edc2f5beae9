/** Codes of throttles and conflicts that DynamoDB, Step Functions and SQS answer with status 400. */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** Reasons of a cancelled transaction that say "not now" (DynamoDB API reference, TransactWriteItems). */
const TRANSIENT_REASONS: ReadonlySet<string> = new Set([
  'None',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
  'TransactionConflict',
]);

/** No answer at all: codes of Node's resolver and sockets, and names of the SDK's timeouts. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'RequestTimeout',
  'TimeoutError',
]);

/** Whether a call failed for a reason that passes by itself, so that the same call may succeed in a moment. */
export function isTransientAwsError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const {
    code,
    $metadata,
    CancellationReasons: reasons,
  } = error as Error & {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    CancellationReasons?: readonly { Code?: string }[];
  };
  return (
    // Not `$fault`: the SDK is the runtime's, and older ones call every error that they do not know "client".
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    TRANSIENT_NAMES.has(error.name) ||
    NO_ANSWER.has(error.name) ||
    (typeof code === 'string' && NO_ANSWER.has(code)) ||
    (reasons !== undefined && reasons.every(({ Code }) => TRANSIENT_REASONS.has(Code ?? 'None')))
  );
}
