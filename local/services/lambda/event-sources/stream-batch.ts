import type { BatchResult } from './batch-response.ts';

/** A record of a DynamoDB stream, as GetRecords and the function see it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** Records that go to the function together, and how often they have failed so. */
export interface StreamBatch {
  readonly records: readonly StreamRecord[];
  readonly failures: number;
}

export interface RetryPolicy {
  /** -1: until the records expire. */
  readonly maximumRetryAttempts: number;
  readonly bisects: boolean;
}

export interface NextStep {
  /** What is left of the batch, to be sent in this order. */
  readonly remaining: readonly StreamBatch[];
  readonly discarded: readonly StreamRecord[];
  /** Whether to wait before the next attempt: not after a split, and not after progress. */
  readonly backsOff: boolean;
}

/**
 * What happens to a batch after an attempt. With ReportBatchItemFailures the lowest failed sequence number is the checkpoint:
 * all before it is done, all from it on is sent again. Splitting a batch does not count as a retry.
 */
export function afterAttempt(batch: StreamBatch, result: BatchResult, policy: RetryPolicy): NextStep {
  if (result === 'none') return { remaining: [], discarded: [], backsOff: false };
  const { records } = batch;
  const firstFailed = result === 'all' ? 0 : records.findIndex(({ dynamodb }) => result.has(dynamodb.SequenceNumber));
  if (firstFailed > 0) {
    const rest = { records: records.slice(firstFailed), failures: policy.bisects ? 0 : 1 };
    return isExhausted(rest, policy) ? discard(rest) : { remaining: [rest], discarded: [], backsOff: false };
  }
  if (policy.bisects && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    return {
      remaining: halves.map((half) => ({ records: half, failures: batch.failures })),
      discarded: [],
      backsOff: false,
    };
  }
  const again = { records, failures: batch.failures + 1 };
  return isExhausted(again, policy) ? discard(again) : { remaining: [again], discarded: [], backsOff: true };
}

function isExhausted({ failures }: StreamBatch, { maximumRetryAttempts }: RetryPolicy): boolean {
  return maximumRetryAttempts !== -1 && failures > maximumRetryAttempts;
}

function discard({ records }: StreamBatch): NextStep {
  return { remaining: [], discarded: records, backsOff: false };
}
