import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { stockKey } from '../core/item-keys.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { SagaFunction, type FunctionPlatform } from './saga-function.ts';
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
    const stream = tables.inventory.tableStreamArn;
    if (stream === undefined) throw new Error('The Inventory table has no stream: low stock is noticed from it.');
    this.watchStockLevel = new SagaFunction(this, platform, {
      entry: 'inventory/watch-stock-level',
      description: 'Publishes LowStock when the available units of a SKU come down to its threshold.',
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
      this.watchStockLevel.role,
      'AwsSolutions-IAM5[Resource::*]',
      'dynamodb:ListStreams and the X-Ray writes know no resource.',
    );
    const source = new EventSourceMapping(this, 'StockChanges', {
      target: this.watchStockLevel.function,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      // Neither new SKUs nor the entries of who changed what. (A filter cannot compare two numbers of a record.)
      filters: [FilterCriteria.filter({ eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: [stockKey('').sk] } } } })],
      // Every order changes stock twice per line, and hardly one crosses a threshold: whoever restocks can wait five seconds, so
      // that a thousand changes (2 MB of the 6 that an invocation takes) cost one invocation.
      batchSize: 1000,
      maxBatchingWindow: Duration.seconds(5),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // As for the events of orders: an hour for an outage to end, then the failure queue.
      maxRecordAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: failureQueue.queueArn }) },
    });
    // The mapping is refused while the role may not yet read the stream.
    source.node.addDependency(this.watchStockLevel.role);
  }
}
