import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { EVENT_SORT_PREFIX } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import type { FunctionPlatform, SagaFunction } from './saga-function.ts';
import { streamConsumer } from './stream-consumer.ts';
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
    this.publishEvents = streamConsumer(this, {
      platform,
      entry: 'outbox/publish-events',
      description: 'Publishes the event items of the Orders table to the event bus.',
      environment: {
        [ENVIRONMENT.eventBusName]: bus.eventBusName,
        [ENVIRONMENT.failureQueueUrl]: failureQueue.queueUrl,
      },
      statements: [
        allow(['events:PutEvents'], bus.eventBusArn),
        // Sent to by the function (whole records) and, in its name, by the event source (pointers to records).
        allow(['sqs:SendMessage'], failureQueue.queueArn),
      ],
      table: tables.orders,
      source: 'OrderEvents',
      filter: { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: EVENT_SORT_PREFIX }] } } } },
      // Ten full calls of PutEvents (10 entries each). Waiting a second for more makes one invocation of many at load;
      // the mail of an order may be a second late.
      batchSize: 100,
      gather: Duration.seconds(1),
      failureQueue,
    });
  }
}
