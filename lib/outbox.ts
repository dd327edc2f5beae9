import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { EVENT_SORT_PREFIX } from '../core/item-keys.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { SagaFunction, type FunctionPlatform } from './saga-function.ts';
import type { Tables } from './tables.ts';

export interface OutboxProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly bus: EventBus;
  readonly failureQueue: Queue;
}

/** Carries the event items of the Orders table to the bus: written in the order's own transaction, so that none is lost. */
export class Outbox extends Construct {
  readonly publishEvents: SagaFunction;

  constructor(scope: Construct, id: string, { platform, tables, bus, failureQueue }: OutboxProps) {
    super(scope, id);
    const stream = tables.orders.tableStreamArn;
    if (stream === undefined) throw new Error('The Orders table has no stream: the outbox reads the events from it.');
    this.publishEvents = new SagaFunction(this, platform, {
      entry: 'outbox/publish-events',
      description: 'Publishes the event items of the Orders table to the event bus.',
      // A full batch is 10 calls of PutEvents; a minute of retries belongs to the event source, not to one invocation.
      timeout: Duration.seconds(30),
      environment: {
        [ENVIRONMENT.eventBusName]: bus.eventBusName,
        [ENVIRONMENT.failureQueueUrl]: failureQueue.queueUrl,
      },
      statements: [
        allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], stream),
        allow(['dynamodb:ListStreams'], '*'),
        allow(['events:PutEvents'], bus.eventBusArn),
        // Sent to by the function (whole records) and, in its name, by the event source (pointers to records).
        allow(['sqs:SendMessage'], failureQueue.queueArn),
      ],
    });
    acknowledge(
      this.publishEvents.role,
      'AwsSolutions-IAM5[Resource::*]',
      'dynamodb:ListStreams and the X-Ray writes know no resource.',
    );

    const source = new EventSourceMapping(this, 'OrderEvents', {
      target: this.publishEvents.function,
      eventSourceArn: stream,
      // From the oldest record: with LATEST the events written while the mapping is being made would be lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: ['INSERT'],
          dynamodb: { Keys: { sk: { S: [{ prefix: EVENT_SORT_PREFIX }] } } },
        }),
      ],
      // Ten full calls of PutEvents (10 entries each). Waiting a second for more makes one invocation of many at load;
      // the mail of an order may be a second late.
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Retried while an outage may end, for an hour: then the record goes to the failure queue and the shard goes on. (By
      // default one poison record would block its shard for the 24 h that a stream keeps its records.)
      maxRecordAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: failureQueue.queueArn }) },
    });
    // The mapping is refused while the role may not yet read the stream.
    source.node.addDependency(this.publishEvents.role);
  }
}
