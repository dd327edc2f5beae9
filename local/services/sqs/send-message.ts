import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import { type BatchEntry, checkBatch, eachEntry } from './batch.ts';
import { checkContents, LARGEST_MESSAGE, md5OfAttributes, md5OfBody } from './message.ts';
import type { MessageAttribute, MessageAttributes, StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';
import { inRange } from './sqs-errors.ts';

export interface SendInput {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: MessageAttribute };
}

export interface SendBatchInput {
  readonly Entries?: readonly (SendInput & BatchEntry)[];
}

interface Prepared {
  readonly stored: StoredMessage;
  readonly bytes: number;
  readonly answer: object;
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
  };
  const answer = {
    MessageId: stored.id,
    MD5OfMessageBody: md5OfBody(body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
  };
  return { stored, bytes, answer };
}

async function store(queue: Queue, prepared: readonly Prepared[]): Promise<void> {
  await queue.send(prepared.map(({ stored }) => stored));
  queue.metrics.count('NumberOfMessagesSent', prepared.length);
  for (const { bytes } of prepared) queue.metrics.sentSize(bytes);
}

function senderOf(principal: Principal, accountId: string): string {
  if (principal.kind === 'role') return `${principal.roleArn.split('/').at(-1) ?? ''}:${principal.sessionName}`;
  return principal.kind === 'service' ? principal.service : accountId;
}
