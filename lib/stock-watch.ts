import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { stockKey } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import type { FunctionPlatform, SagaFunction } from './saga-function.ts';
import { streamConsumer } from './stream-consumer.ts';
import type { Tables } from './tables.ts';

export interface StockWatchProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly bus: EventBus;
  readonly failureQueue: Queue;
}

/** Tells on the bus when the stock of a SKU has come down to its threshold. */
export class StockWatch extends Construct {
  readonly watchStockLevel: SagaFunction;

  constructor(scope: Construct, id: string, { platform, tables, bus, failureQueue }: StockWatchProps) {
    super(scope, id);
    this.watchStockLevel = streamConsumer(this, {
      platform,
      entry: 'inventory/watch-stock-level',
      description: 'Publishes LowStock when the available units of a SKU come down to its threshold.',
      environment: {
        [ENVIRONMENT.eventBusName]: bus.eventBusName,
        [ENVIRONMENT.failureQueueUrl]: failureQueue.queueUrl,
      },
      statements: [
        allow(['events:PutEvents'], bus.eventBusArn),
        // Sent to by the function (whole records) and, in its name, by the event source (pointers to records).
        allow(['sqs:SendMessage'], failureQueue.queueArn),
      ],
      table: tables.inventory,
      source: 'StockChanges',
      // Neither new SKUs nor the entries of who changed what. (A filter cannot compare two numbers of a record.)
      filter: { eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: [stockKey('').sk] } } } },
      // Every order changes stock twice per line, and hardly one crosses a threshold: whoever restocks can wait five seconds, so
      // that a thousand changes (2 MB of the 6 that an invocation takes) cost one invocation.
      batchSize: 1000,
      gather: Duration.seconds(5),
      failureQueue,
    });
  }
}
