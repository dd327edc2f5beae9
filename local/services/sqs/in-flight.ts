import { AwsError } from '../../aws-error.ts';
import { type BatchEntry, checkBatch, eachEntry } from './batch.ts';
import type { LiveMessage } from './live-message.ts';
import type { Queue } from './queue.ts';
import { messageOfHandle } from './receipt-handle.ts';
import { inRange, invalidParameter, missingParameter } from './sqs-errors.ts';

/** What a receiver does with a message it has: DeleteMessage, ChangeMessageVisibility and their batches. */
export interface HandleInput {
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

export interface HandleBatchInput {
  readonly Entries?: readonly (HandleInput & BatchEntry)[];
}

/** The longest time for which a receiver may have a message: 12 hours, in seconds. */
const LONGEST_VISIBILITY = 43_200;

export async function deleteMessage(queue: Queue, input: HandleInput): Promise<object> {
  await deleteAll(queue, [ownMessage(queue, input.ReceiptHandle)]);
  return {};
}

export async function deleteMessageBatch(queue: Queue, input: HandleBatchInput): Promise<object> {
  const entries = checkBatch(input.Entries, 'DeleteMessageBatchRequestEntry');
  const { done, Failed } = eachEntry(entries, (entry) => ownMessage(queue, entry.ReceiptHandle));
  await deleteAll(
    queue,
    done.map(({ value }) => value),
  );
  return { Successful: done.map(({ entry }) => ({ Id: entry.Id })), Failed };
}

export async function changeVisibility(queue: Queue, input: HandleInput): Promise<object> {
  await visibilityChange(queue, input)();
  return {};
}

export async function changeVisibilityBatch(queue: Queue, input: HandleBatchInput): Promise<object> {
  const entries = checkBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry');
  const { done, Failed } = eachEntry(entries, (entry) => visibilityChange(queue, entry));
  await Promise.all(done.map(({ value }) => value()));
  return { Successful: done.map(({ entry }) => ({ Id: entry.Id })), Failed };
}

/** The message of a handle. In a FIFO queue it is the receiver's only until its time is over: then it may be with another. */
function ownMessage(queue: Queue, handle: string | undefined): LiveMessage | undefined {
  const message = messageOfHandle(queue, handle);
  if (!queue.attributes.fifo || !message || message.state === 'inFlight') return message;
  throw invalidParameter(`Value ${String(handle)} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`); // prettier-ignore
}

async function deleteAll(queue: Queue, messages: readonly (LiveMessage | undefined)[]): Promise<void> {
  const existing = [...new Set(messages)].filter((message) => message !== undefined);
  if (existing.length === 0) return;
  await queue.delete(existing);
  queue.metrics.count('NumberOfMessagesDeleted', existing.length);
}

/** Checks a change of visibility at once and returns what carries it out. */
function visibilityChange(queue: Queue, input: HandleInput): () => Promise<void> {
  if (input.VisibilityTimeout === undefined) throw missingParameter('VisibilityTimeout');
  const range = { min: 0, max: LONGEST_VISIBILITY, fallback: 0 };
  const seconds = inRange(input.VisibilityTimeout, 'VisibilityTimeout', range);
  const message = messageOfHandle(queue, input.ReceiptHandle);
  if (message?.state !== 'inFlight') {
    throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
  }
  return () => queue.changeVisibility(message, seconds * 1000);
}
