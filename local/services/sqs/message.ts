import { createHash, hash } from 'node:crypto';
import { AwsError } from '../../aws-error.ts';
import type { FifoMembers } from './fifo-message.ts';
import { invalidParameter, missingParameter } from './sqs-errors.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message as it is kept; what changes when it is received is kept apart (see {@link Receipt}). */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly traceHeader?: string;
  readonly senderId: string;
  /** Epoch ms; a move to a dead-letter queue keeps it, as AWS does. */
  readonly sentMs: number;
  /** Epoch ms before which nobody receives it. */
  readonly delayedUntilMs: number;
  /** Order and repetition, in a FIFO queue. */
  readonly fifo?: FifoMembers;
  /** The group of a message of a standard queue, which makes it a fair one: it is told back and has no effect. */
  readonly groupId?: string;
  /** The queue it failed in, once it is in a dead-letter queue. */
  readonly deadLetterSourceArn?: string;
}

/** How often a message was received, and until when the last receiver has it for itself. */
export interface Receipt {
  readonly count: number;
  readonly firstMs: number;
  readonly untilMs: number;
}

/** Body and attributes together, in bytes. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const LARGEST_MESSAGE = 1024 * 1024;

/** Characters that SQS takes: https://www.w3.org/TR/REC-xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Checks what a client sends. */
export function checkContents(body: unknown, attributes: MessageAttributes | undefined, limit: number): number {
  if (typeof body !== 'string' || body === '') throw missingParameter('MessageBody');
  if (FORBIDDEN.test(body)) {
    throw new AwsError('InvalidMessageContents', 'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.'); // prettier-ignore
  }
  const names = Object.keys(attributes ?? {});
  if (names.length > 10) {
    throw invalidParameter(`Number of message attributes [${String(names.length)}] exceeds the allowed maximum [10].`);
  }
  for (const name of names) checkAttribute(name, (attributes as MessageAttributes)[name] as MessageAttribute);
  const bytes = sizeOf(body, attributes);
  if (bytes <= limit) return bytes;
  throw invalidParameter(
    `One or more parameters are invalid. Reason: Message must be shorter than ${String(limit)} bytes.`,
  );
}

function checkAttribute(name: string, { DataType: type, StringValue, BinaryValue }: MessageAttribute): void {
  if (!/^(String|Number|Binary)(\..+)?$/.test(type)) {
    throw invalidParameter(`The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`); // prettier-ignore
  }
  const value = type.startsWith('Binary') ? BinaryValue : StringValue;
  if (value !== undefined && value !== '') return;
  throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
}

function sizeOf(body: string, attributes: MessageAttributes | undefined): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes +=
      StringValue === undefined ? Buffer.byteLength(BinaryValue ?? '', 'base64') : Buffer.byteLength(StringValue);
  }
  return bytes;
}

export function md5OfBody(body: string): string {
  return hash('md5', body);
}

/**
 * The digest that SDKs check: attributes by name, each as length-prefixed name, type and value.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (names.length === 0) return undefined;
  const digest = createHash('md5');
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = (attributes as MessageAttributes)[name] as MessageAttribute;
    const binary = DataType.startsWith('Binary');
    digest.update(prefixed(Buffer.from(name))).update(prefixed(Buffer.from(DataType)));
    digest.update(Buffer.from([binary ? 2 : 1]));
    digest.update(prefixed(binary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '')));
  }
  return digest.digest('hex');
}

function prefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
