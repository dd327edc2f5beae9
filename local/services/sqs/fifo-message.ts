import { deduplicatedBy, type QueueAttributes } from './queue-attributes.ts';
import { idOfContent } from './deduplication.ts';
import { invalidParameter, missingParameter } from './sqs-errors.ts';

/** What a message of a FIFO queue has besides the others. */
export interface FifoMembers {
  readonly groupId: string;
  readonly deduplicationId: string;
}

/** The members of SendMessage that concern order and repetition. */
export interface FifoInput {
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly DelaySeconds?: number;
}

/** Letters, digits and punctuation. */
const ID = /^[\x21-\x7e]{1,128}$/;

/** Checks what a FIFO queue demands of a message; nothing of it is allowed on a standard queue but a group, which makes it fair. */
export function readFifoMembers(attributes: QueueAttributes, input: FifoInput, body: string): FifoMembers | undefined {
  const { MessageGroupId, MessageDeduplicationId, DelaySeconds } = input;
  checkId(MessageGroupId, 'MessageGroupId');
  checkId(MessageDeduplicationId, 'MessageDeduplicationId');
  if (!attributes.fifo) {
    if (MessageDeduplicationId === undefined) return undefined;
    throw notOfThisType(MessageDeduplicationId, 'MessageDeduplicationId');
  }
  if (MessageGroupId === undefined) throw missingParameter('MessageGroupId');
  // The delay of the queue counts for all alike: with one of its own a message would change places.
  if (DelaySeconds !== undefined && DelaySeconds !== 0) throw notOfThisType(DelaySeconds, 'DelaySeconds');
  const deduplicationId = MessageDeduplicationId ?? (attributes.fifo.contentBased ? idOfContent(body) : undefined);
  if (deduplicationId !== undefined) return { groupId: MessageGroupId, deduplicationId };
  throw invalidParameter('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly'); // prettier-ignore
}

/** Within what a deduplication id counts: the queue, or the group. */
export function scopeOf(attributes: QueueAttributes, { groupId }: FifoMembers): string {
  return deduplicatedBy(attributes) === 'messageGroup' ? groupId : '';
}

/** Twenty digits that grow: those of the key, without what is not a digit. */
export function sequenceNumberOf(key: string): string {
  return `1${key.slice(0, 16)}${key.slice(-3)}`;
}

function checkId(id: string | undefined, name: string): void {
  if (id === undefined || ID.test(id)) return;
  throw invalidParameter(`Value ${id} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`); // prettier-ignore
}

function notOfThisType(value: string | number, name: string): Error {
  return invalidParameter(`Value ${String(value)} for parameter ${name} is invalid. Reason: The request include parameter that is not valid for this queue type`); // prettier-ignore
}
