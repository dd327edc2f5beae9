import type { Host } from '../../../aws-service.ts';
import { deliver } from '../destination.ts';
import type { Mapping } from './mapping.ts';
import type { StreamRecord } from './stream-batch.ts';

export interface DiscardedBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invokeCount: number;
  /** Of the last invocation, if there was one. */
  readonly requestId: string | undefined;
  readonly functionFailed: boolean;
}

/** Tells the on-failure destination where in the stream the discarded records are: pointers, not the records themselves. */
export async function sendDiscarded(host: Host, mapping: Mapping, batch: DiscardedBatch): Promise<void> {
  const { definition, properties } = mapping;
  const destination = properties.DestinationConfig?.OnFailure?.Destination;
  if (destination === undefined) {
    host.report(
      `Lambda: ${batch.records.length} stream records of ${definition.name} are discarded (${batch.condition}).`,
    );
    return;
  }
  try {
    await deliver(host, definition, destination, JSON.stringify(toMessage(host, mapping, batch)));
  } catch (error) {
    const dimensions = { FunctionName: definition.name };
    host.measure({ namespace: 'AWS/Lambda', name: 'DestinationDeliveryFailures', dimensions, value: 1, unit: 'Count' });
    host.report(
      `Lambda: discarded records of ${definition.name} could not be sent to ${destination}: ${String(error)}`,
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
function toMessage(host: Host, { definition, properties }: Mapping, batch: DiscardedBatch): object {
  const { records } = batch;
  const first = (records[0] as StreamRecord).dynamodb;
  const last = (records.at(-1) as StreamRecord).dynamodb;
  const arrival = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return {
    requestContext: {
      requestId: batch.requestId ?? host.uuid(),
      functionArn: definition.arn,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    ...(batch.requestId !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: definition.version,
        ...(batch.functionFailed && { functionError: 'Unhandled' }),
      },
    }),
    version: '1.0',
    timestamp: new Date(host.clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first.SequenceNumber,
      endSequenceNumber: last.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: properties.EventSourceArn,
    },
  };
}
