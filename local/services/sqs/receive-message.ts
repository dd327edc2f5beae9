import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { MessageAttributes } from './message.ts';
import { md5OfAttributes, md5OfBody } from './message.ts';
import { sequenceNumberOf } from './fifo-message.ts';
import type { LiveMessage } from './live-message.ts';
import type { DeadLetter, Queue } from './queue.ts';
import { inRange } from './sqs-errors.ts';
import { receiptHandle } from './receipt-handle.ts';

export interface ReceiveInput {
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

/** A standard queue has no more messages with receivers; a FIFO queue just gives none. */
const MOST_IN_FLIGHT = 120_000;

function tooManyInFlight(): AwsError {
  return new AwsError('OverLimit', 'Too many messages in flight.', { status: 403 });
}

/** ReceiveMessage: what is visible now or, on a long poll, becomes so in time. */
export async function receiveMessage(
  host: Host,
  queue: Queue,
  input: ReceiveInput,
  deadLetter: DeadLetter,
): Promise<{ Messages?: object[] }> {
  const { visibilityTimeout, receiveWait } = queue.attributes;
  const limit = inRange(input.MaxNumberOfMessages, 'MaxNumberOfMessages', { min: 1, max: 10, fallback: 1 });
  const visibility = inRange(input.VisibilityTimeout, 'VisibilityTimeout', { min: 0, max: 43_200, fallback: visibilityTimeout }); // prettier-ignore
  const wait = inRange(input.WaitTimeSeconds, 'WaitTimeSeconds', { min: 0, max: 20, fallback: receiveWait });
  const endMs = host.clock.now() + wait * 1000;
  for (;;) {
    if (queue.depth.inFlight >= MOST_IN_FLIGHT && !queue.attributes.fifo) throw tooManyInFlight();
    const received = await queue.receive(limit, visibility * 1000, deadLetter);
    if (received.length > 0) {
      queue.metrics.count('NumberOfMessagesReceived', received.length);
      return { Messages: received.map((message) => describe(queue, message, input)) };
    }
    // A call under way holds virtual time, so a poll that waited for it to pass would wait for ever: it ends at once.
    if (host.clock.virtual || host.clock.now() >= endMs) break;
    await visibleBy(host, queue, endMs);
  }
  queue.metrics.emptyReceive();
  return {};
}

/** Resolves when a message becomes visible, at the latest when the poll's time is over. */
function visibleBy(host: Host, queue: Queue, endMs: number): Promise<void> {
  return new Promise((resolve) => {
    const ended = (): void => {
      timer.cancel();
      visible.cancel();
      resolve();
    };
    const timer = host.clock.at(endMs, ended, { background: true });
    const visible = queue.waiting.once(ended);
  });
}

function describe(queue: Queue, message: LiveMessage, input: ReceiveInput): object {
  const { stored } = message;
  const attributes = chosen(stored.attributes, input.MessageAttributeNames ?? []);
  const system = systemAttributes(message, input.MessageSystemAttributeNames ?? input.AttributeNames ?? []);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: stored.id,
    ReceiptHandle: receiptHandle(queue.name, message),
    MD5OfBody: md5OfBody(stored.body),
    Body: stored.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  };
}

function systemAttributes({ key, stored, receipt }: LiveMessage, names: readonly string[]): Record<string, string> {
  const all: Record<string, string | undefined> = {
    SenderId: stored.senderId,
    SentTimestamp: String(stored.sentMs),
    ApproximateReceiveCount: String(receipt?.count ?? 0),
    ApproximateFirstReceiveTimestamp: String(receipt?.firstMs ?? ''),
    AWSTraceHeader: stored.traceHeader,
    DeadLetterQueueSourceArn: stored.deadLetterSourceArn,
    MessageGroupId: stored.fifo?.groupId ?? stored.groupId,
    MessageDeduplicationId: stored.fifo?.deduplicationId,
    SequenceNumber: stored.fifo && sequenceNumberOf(key),
  };
  const everything = names.includes('All');
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && (everything || names.includes(entry[0])),
    ),
  );
}

/** Attributes by name, by `prefix.*`, or all of them. */
function chosen(attributes: MessageAttributes | undefined, names: readonly string[]): MessageAttributes {
  if (!attributes || names.length === 0) return {};
  if (names.includes('All') || names.includes('.*')) return attributes;
  const prefixes = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1));
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name]) => names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
    ),
  );
}
