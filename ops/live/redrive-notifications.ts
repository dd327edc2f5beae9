import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Pace } from '../cli/pace.ts';
import { drainQueue } from './drain-queue.ts';
import type { LiveStack } from './live-stack.ts';
import type { Redriven } from './redrive-failure-queue.ts';

/**
 * Brings mails that were given up back to the queue of mails. A message goes there before it goes here, so a crash leaves it in
 * both at worst: the ledger of mails lets it be sent once. (SQS' own redrive, StartMessageMoveTask, finds no way back for what
 * EventBridge itself put into the queue.)
 */
export async function redriveNotifications(
  stack: LiveStack,
  perSecond: number,
  progress: (redriven: number) => void,
): Promise<Redriven> {
  const { NotificationDeadLetterQueueUrl, NotificationQueueUrl } = stack.outputs;
  const pace = new Pace(perSecond);
  let redriven = 0;
  await drainQueue(stack, NotificationDeadLetterQueueUrl, async ({ Body = '' }) => {
    await pace.turn();
    await stack.sqs.send(new SendMessageCommand({ QueueUrl: NotificationQueueUrl, MessageBody: Body }));
    redriven += 1;
    progress(redriven);
    return 'done';
  });
  return { redriven, events: 0, kept: [] };
}
