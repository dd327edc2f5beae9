import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
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
  if (Buffer.byteLength(Message) > LARGEST_MESSAGE) throw invalid('Message too long');
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
