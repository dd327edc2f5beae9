import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { FieldError } from '../shared/problem.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { sqs } from '../shared/sqs-client.ts';

/**
 * Puts a record that can never be published on the failure queue, whole: the stream forgets it after 24 hours, and an
 * operator needs all of it to repair and publish it. (What the event source itself sends there are pointers.)
 */
export async function setAside(record: DynamoDBRecord, errors: readonly FieldError[]): Promise<void> {
  const body = { reason: 'UnpublishableEvent', errors, record };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: requireEnvironment(ENVIRONMENT.failureQueueUrl),
      MessageBody: JSON.stringify(body),
    }),
  );
}
