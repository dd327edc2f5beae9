import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { SagaFunction, type FunctionPlatform, type SagaFunctionProps } from './saga-function.ts';

export interface StreamConsumerProps extends Omit<SagaFunctionProps, 'timeout'> {
  readonly platform: FunctionPlatform;
  /** Whose stream is read. */
  readonly table: Table;
  /** Id of the event source mapping. */
  readonly source: string;
  /** Which records the function is called for. */
  readonly filter: Record<string, unknown>;
  readonly batchSize: number;
  /** How long records are gathered. @default not at all */
  readonly gather?: Duration;
  /** Gets what could not be handled within the hour; without one the record is left to somebody else. */
  readonly failureQueue?: Queue;
}

/** A function that a table's stream calls, with the rights to read that stream. It reports the record that it failed at. */
export function streamConsumer(scope: Construct, props: StreamConsumerProps): SagaFunction {
  const { platform, table, source, filter, batchSize, gather, failureQueue, statements = [], ...functionProps } = props;
  const stream = table.tableStreamArn;
  if (stream === undefined)
    throw new Error(`The table of ${table.node.path} has no stream for ${props.entry} to read.`);
  const consumer = new SagaFunction(scope, platform, {
    ...functionProps,
    // A full batch is ten calls to another service; a minute of retries belongs to the event source, not to one invocation.
    timeout: Duration.seconds(30),
    statements: [
      allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], stream),
      allow(['dynamodb:ListStreams'], '*'),
      ...statements,
    ],
  });
  acknowledge(
    consumer.role,
    'AwsSolutions-IAM5[Resource::*]',
    'dynamodb:ListStreams and the X-Ray writes know no resource.',
  );
  const mapping = new EventSourceMapping(scope, source, {
    target: consumer.function,
    eventSourceArn: stream,
    // From the oldest record: with LATEST what is written while the mapping is being made would be lost.
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [FilterCriteria.filter(filter)],
    batchSize,
    ...(gather && { maxBatchingWindow: gather }),
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    // Retried while an outage may end, for an hour: then the record is given up and the shard goes on. (By default one poison
    // record would block its shard for the 24 h that a stream keeps its records.)
    maxRecordAge: Duration.hours(1),
    ...(failureQueue && { onFailure: { bind: () => ({ destination: failureQueue.queueArn }) } }),
  });
  // The mapping is refused while the role may not yet read the stream.
  mapping.node.addDependency(consumer.role);
  return consumer;
}
