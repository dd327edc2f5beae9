import type { InvocationOutcome } from '../function-runner.ts';

/** Which records of a batch failed: none, all, or those with these identifiers. */
export type BatchResult = 'none' | 'all' | ReadonlySet<string>;

/**
 * What a function's answer says about its batch. With ReportBatchItemFailures an empty or missing list is success, and a
 * list with an identifier that is empty or of another batch fails all of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function readBatchResult(
  outcome: InvocationOutcome,
  identifiers: readonly string[],
  reportsItemFailures: boolean,
): BatchResult {
  if (outcome.failed) return 'all';
  if (!reportsItemFailures) return 'none';
  const answer = JSON.parse(outcome.payload) as { batchItemFailures?: unknown } | null;
  if (answer === null || answer === undefined || (answer as unknown) === '') return 'none';
  if (typeof answer !== 'object') return 'all';
  const items = answer.batchItemFailures;
  if (items === null || items === undefined) return 'none';
  if (!Array.isArray(items)) return 'all';
  if (items.length === 0) return 'none';
  const known = new Set(identifiers);
  const failed = items.map((item) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id): id is string => typeof id === 'string' && known.has(id)) ? new Set(failed) : 'all';
}
