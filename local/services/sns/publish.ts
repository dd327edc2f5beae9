import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { checkAttributes, sizeOfAttributes } from './message-attributes.ts';
import type { MessageAttributes, Published, Topic } from './topic.ts';

/** Publish's request, or one entry of PublishBatch. */
export interface PublishInput {
  readonly Message?: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: MessageAttributes;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: 256 KiB, and 100 characters of subject. */
const LARGEST_MESSAGE = 262_144;
const LONGEST_SUBJECT = 100;

/** Makes a message of a request, or refuses it as SNS does. */
export function publishedOf(host: Host, topic: Topic, input: PublishInput): Published {
  const { Message, Subject } = input;
  if (Message === undefined || Message === '') throw invalid('Empty message');
  checkAttributes(input.MessageAttributes);
  if (sizeOfMessage(input) > LARGEST_MESSAGE) throw invalid('Message too long');
  if (Subject !== undefined && (Subject === '' || Subject.length > LONGEST_SUBJECT || /[\n\r]/.test(Subject))) {
    throw invalid('Subject');
  }
  return {
    messageId: host.uuid(),
    topicArn: topic.arn,
    message: Message,
    subject: Subject,
    attributes: input.MessageAttributes,
    byProtocol: input.MessageStructure === 'json' ? textsByProtocol(Message) : undefined,
    publishedMs: host.clock.now(),
  };
}

/** SNS takes no more entries in one batch. */
const LARGEST_BATCH = 10;

export interface BatchEntry extends PublishInput {
  readonly Id: string;
}

/** Checks a batch as a whole. */
export function checkBatch(entries: readonly BatchEntry[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > LARGEST_BATCH) throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.'); // prettier-ignore
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.some(({ Id }) => !/^[A-Za-z0-9_-]{1,80}$/.test(Id))) {
    throw new AwsError('InvalidBatchEntryId', "The Id of a batch entry in a batch request doesn't abide by the specification."); // prettier-ignore
  }
  if (entries.reduce((bytes, entry) => bytes + sizeOfMessage(entry), 0) > LARGEST_MESSAGE) {
    throw new AwsError('BatchRequestTooLong', 'The length of all the batch messages put together is more than the limit.'); // prettier-ignore
  }
}

/** Message and attributes together, in bytes. */
function sizeOfMessage({ Message = '', MessageAttributes }: PublishInput): number {
  return Buffer.byteLength(Message) + sizeOfAttributes(MessageAttributes);
}

function textsByProtocol(message: string): Record<string, string> {
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const byProtocol = texts as Record<string, string>;
  if (typeof texts === 'object' && texts !== null && typeof byProtocol['default'] === 'string') return byProtocol;
  throw invalid('Message Structure - No default entry in JSON message body');
}

export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
