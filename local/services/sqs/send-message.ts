import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import { type BatchEntry, checkBatch, eachEntry } from './batch.ts';
import { checkContents, LARGEST_MESSAGE, md5OfAttributes, md5OfBody } from './message.ts';
import type { MessageAttribute, MessageAttributes, StoredMessage } from './message.ts';
import type { StoreWrite } from '../../store.ts';
import { type FifoInput, type FifoMembers, readFifoMembers, scopeOf, sequenceNumberOf } from './fifo-message.ts';
import type { KeyedMessage } from './live-message.ts';
import type { Queue } from './queue.ts';
import { inRange } from './sqs-errors.ts';

export interface SendInput extends FifoInput {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: MessageAttribute };
}

export interface SendBatchInput {
  readonly Entries?: readonly (SendInput & BatchEntry)[];
}

interface Prepared extends KeyedMessage {
  readonly bytes: number;
  readonly answer: object;
  /** What keeps its deduplication id. */
  readonly writes?: readonly StoreWrite[];
  /** It has been sent before: there is nothing to store. */
  readonly repeated?: boolean;
}

/** SendMessage: acknowledged once the message is on disk. */
export async function sendMessage(host: Host, queue: Queue, input: SendInput, principal: Principal): Promise<object> {
  const prepared = prepare(host, queue, input, principal);
  await store(queue, [prepared]);
  return prepared.answer;
}

/** SendMessageBatch: the entries that are valid are stored together. */
export async function sendMessageBatch(
  host: Host,
  queue: Queue,
  input: SendBatchInput,
  principal: Principal,
): Promise<object> {
  const entries = checkBatch(input.Entries, 'SendMessageBatchRequestEntry');
  const { done, Failed } = eachEntry(entries, (entry) => prepare(host, queue, entry, principal));
  const bytes = done.reduce((sum, { value }) => sum + value.bytes, 0);
  if (bytes > LARGEST_MESSAGE) {
    throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${String(LARGEST_MESSAGE)} bytes. You have sent ${String(bytes)} bytes.`); // prettier-ignore
  }
  if (done.length > 0) await store(queue, done.map(({ value }) => value)); // prettier-ignore
  return { Successful: done.map(({ entry, value }) => ({ Id: entry.Id, ...value.answer })), Failed };
}

function prepare(host: Host, queue: Queue, input: SendInput, principal: Principal): Prepared {
  const { maximumMessageSize, delay } = queue.attributes;
  const bytes = checkContents(input.MessageBody, input.MessageAttributes, maximumMessageSize);
  const delaySeconds = inRange(input.DelaySeconds, 'DelaySeconds', { min: 0, max: 900, fallback: delay });
  const body = input.MessageBody as string;
  const fifo = readFifoMembers(queue.attributes, input, body);
  const nowMs = host.clock.now();
  const traceHeader = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const digest = md5OfAttributes(input.MessageAttributes);
  const stored: StoredMessage = {
    id: host.uuid(),
    body,
    senderId: senderOf(principal, host.accountId),
    sentMs: nowMs,
    delayedUntilMs: delaySeconds > 0 ? nowMs + delaySeconds * 1000 : 0,
    ...(input.MessageAttributes && { attributes: input.MessageAttributes }),
    ...(traceHeader !== undefined && { traceHeader }),
    ...(fifo ? { fifo } : input.MessageGroupId !== undefined && { groupId: input.MessageGroupId }),
  };
  const key = queue.nextKey();
  const answer = {
    MessageId: stored.id,
    MD5OfMessageBody: md5OfBody(body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
  };
  return fifo ? once(queue, fifo, { key, stored, bytes, answer }, nowMs) : { key, stored, bytes, answer };
}

/** A message that was sent a short while ago is answered as it was then, and not stored again. */
function once(queue: Queue, fifo: FifoMembers, prepared: Prepared, nowMs: number): Prepared {
  const scope = scopeOf(queue.attributes, fifo);
  const before = queue.deduplication?.find(fifo.deduplicationId, scope, nowMs);
  const own = { messageId: prepared.stored.id, sequenceNumber: sequenceNumberOf(prepared.key) };
  const { messageId: MessageId, sequenceNumber: SequenceNumber } = before ?? own;
  const answer = { ...prepared.answer, MessageId, SequenceNumber };
  if (before) return { ...prepared, answer, repeated: true };
  return { ...prepared, answer, writes: queue.deduplication?.remember(fifo.deduplicationId, scope, own, nowMs) ?? [] };
}

async function store(queue: Queue, prepared: readonly Prepared[]): Promise<void> {
  await (queue.deduplication ? storeOnce(queue, prepared) : queue.send(prepared));
  queue.metrics.count('NumberOfMessagesSent', prepared.length);
  for (const { bytes } of prepared) queue.metrics.sentSize(bytes);
}

async function storeOnce(queue: Queue, prepared: readonly Prepared[]): Promise<void> {
  const fresh = prepared.filter(({ repeated }) => !repeated);
  if (fresh.length > 0) await queue.send(fresh, fresh.flatMap(({ writes }) => writes ?? [])); // prettier-ignore
}

function senderOf(principal: Principal, accountId: string): string {
  if (principal.kind === 'role') return `${principal.roleArn.split('/').at(-1) ?? ''}:${principal.sessionName}`;
  return principal.kind === 'service' ? principal.service : accountId;
}
