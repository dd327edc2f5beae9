import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { InterventionRecord } from '../../core/intervention.ts';
import { type InterventionItem, interventionOf } from '../../core/order-item.ts';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { sendDecision } from './send-decision.ts';

/**
 * Tells the waiting executions what was decided. It hangs on the stream of the Orders table, so that a decision that was
 * written is a decision that is delivered, whatever becomes of the process that wrote it.
 */
export async function deliverDecisions(
  { Records }: DynamoDBStreamEvent,
  { log }: LoggedContext,
): Promise<DynamoDBBatchResponse> {
  for (const record of Records) {
    const intervention = decidedIn(record);
    if (!intervention) continue;
    const { orderId, number } = intervention;
    try {
      const heard = await sendDecision(intervention);
      // Not heard: the execution has come to its deadline, where it looks at the record, or it is dead: the reconciler's matter.
      log.info('decision delivered', { orderId, intervention: number, heard });
    } catch (error) {
      log.error('a decision could not be delivered and comes again', { orderId, intervention: number, error });
      // The stream goes on at the lowest sequence number reported.
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}

/** The decided intervention in a record, as it was written; undefined for any other item. */
function decidedIn({ dynamodb }: DynamoDBRecord): InterventionRecord | undefined {
  if (!dynamodb?.NewImage) return undefined;
  const record = interventionOf(unmarshall(dynamodb.NewImage as Record<string, AttributeValue>) as InterventionItem);
  return record.status === 'DECIDED' && record.taskToken !== undefined ? record : undefined;
}

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, LoggedContext>()
  .use(withLog())
  .handler(deliverDecisions);
