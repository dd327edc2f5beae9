import { AwsError } from '../../aws-error.ts';

export interface BatchEntry {
  readonly Id: string;
}

export interface BatchFailure {
  readonly Id: string;
  readonly SenderFault: true;
  readonly Code: string;
  readonly Message: string;
}

/** SQS takes no more entries in one batch. */
const LARGEST_BATCH = 10;

/** Checks a batch as a whole. */
export function checkBatch<E extends BatchEntry>(entries: readonly E[] | undefined, entryName: string): readonly E[] {
  const list = entries ?? [];
  if (list.length === 0) {
    throw new AwsError('EmptyBatchRequest', `There should be at least one ${entryName} in the request.`);
  }
  if (list.length > LARGEST_BATCH) {
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${String(LARGEST_BATCH)}. You have sent ${String(list.length)}.`); // prettier-ignore
  }
  const ids = new Set<string>();
  for (const { Id } of list) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new AwsError('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.'); // prettier-ignore
    }
    if (ids.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
  return list;
}

/** Runs one check or action per entry: errors of AWS become failures of that entry, the others go on. */
export function eachEntry<E extends BatchEntry, T>(
  entries: readonly E[],
  run: (entry: E) => T,
): { done: { entry: E; value: T }[]; Failed: BatchFailure[] } {
  const done: { entry: E; value: T }[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of entries) {
    try {
      done.push({ entry, value: run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { done, Failed };
}
