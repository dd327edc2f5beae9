import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  MessageNotInflight,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { LiveStack } from './live-stack.ts';

/** SQS hands out ten at most. */
const BATCH = 10;
/** Long enough for a message to be dealt with, short enough that one of a command that died comes back soon. */
const VISIBILITY_SECONDS = 60;
/** Long polling: asks all servers of the queue, so that an empty answer means an empty queue. */
const WAIT_SECONDS = 1;

/** What to do with a message: `done` deletes it, `keep` leaves it in the queue. */
export type Disposition = 'done' | 'keep';

/**
 * Deals with every message of a queue once. A message is deleted only after it was dealt with: a crash in between leaves it
 * in the queue, and at worst it is dealt with again. What is kept is visible again at once.
 */
export async function drainQueue(
  { sqs }: LiveStack,
  QueueUrl: string,
  handle: (message: Message) => Promise<Disposition>,
): Promise<void> {
  const kept = new Map<string, string>();
  const seen = new Set<string>();
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          ...{
            QueueUrl,
            MaxNumberOfMessages: BATCH,
            VisibilityTimeout: VISIBILITY_SECONDS,
            WaitTimeSeconds: WAIT_SECONDS,
          },
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
      for (const message of fresh) {
        const { MessageId = '', ReceiptHandle = '' } = message;
        seen.add(MessageId);
        if ((await handle(message)) === 'keep') kept.set(MessageId, ReceiptHandle);
        else await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      // Empty, or round once: what was kept first is visible again by now.
      if (fresh.length === 0) return;
    }
  } finally {
    for (const ReceiptHandle of kept.values()) await giveBack(sqs, QueueUrl, ReceiptHandle);
  }
}

async function giveBack(sqs: SQSClient, QueueUrl: string, ReceiptHandle: string): Promise<void> {
  try {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  } catch (error) {
    // It is visible by now, because its time is up.
    if (!(error instanceof MessageNotInflight)) throw error;
  }
}

/** Messages that wait in a queue, and that somebody is working on. SQS counts approximately. */
export async function queueDepth(
  { sqs }: LiveStack,
  QueueUrl: string,
): Promise<{ readonly waiting: number; readonly inFlight: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}
