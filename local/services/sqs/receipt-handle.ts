import { AwsError } from '../../aws-error.ts';
import type { LiveMessage } from './live-message.ts';
import type { Queue } from './queue.ts';

/** What a receiver deletes a message with: it names the message and which of its receipts this one was. */
export function receiptHandle(queueName: string, { key, receipt }: LiveMessage): string {
  return Buffer.from(`${queueName} ${key} ${String(receipt?.count ?? 0)}`).toString('base64');
}

/**
 * The message of a receipt handle; undefined when it is gone or was received again since, which SQS does not call an error.
 * Throws ReceiptHandleIsInvalid for a text that is no handle of this queue.
 */
export function messageOfHandle(queue: Queue, handle = ''): LiveMessage | undefined {
  const [name, key, count, ...more] = Buffer.from(handle, 'base64').toString().split(' ');
  if (name !== queue.name || key === undefined || count === undefined || more.length > 0) {
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`); // prettier-ignore
  }
  const message = queue.find(key);
  return message?.receipt?.count === Number(count) ? message : undefined;
}
