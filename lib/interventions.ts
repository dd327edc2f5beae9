import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { INTERVENTION_SORT_PREFIX } from '../core/item-keys.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { SagaFunction, type FunctionPlatform } from './saga-function.ts';
import type { Saga } from './saga.ts';
import type { Tables } from './tables.ts';

export interface InterventionsProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly saga: Saga;
}

/** Carries the decisions that were recorded to the executions that wait for them. */
export class Interventions extends Construct {
  readonly deliverDecision: SagaFunction;

  constructor(scope: Construct, id: string, { platform, tables, saga }: InterventionsProps) {
    super(scope, id);
    const stream = tables.orders.tableStreamArn;
    if (stream === undefined) throw new Error('The Orders table has no stream: decisions are delivered from it.');
    this.deliverDecision = new SagaFunction(this, platform, {
      entry: 'intervention/deliver-decision',
      description: 'Tells the execution that waits what was decided.',
      timeout: Duration.seconds(30),
      environment: { [ENVIRONMENT.ordersTable]: tables.orders.tableName },
      statements: [
        allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], stream),
        allow(['dynamodb:ListStreams'], '*'),
        allow(['dynamodb:UpdateItem'], tables.orders.tableArn),
        // Only this function and the reconciler may: whoever sends task success moves money and goods.
        allow(['states:SendTaskSuccess'], saga.stateMachine.stateMachineArn),
      ],
    });
    acknowledge(
      this.deliverDecision.role,
      'AwsSolutions-IAM5[Resource::*]',
      'dynamodb:ListStreams and the X-Ray writes know no resource.',
    );
    const source = new EventSourceMapping(this, 'Decisions', {
      target: this.deliverDecision.function,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          dynamodb: {
            Keys: { sk: { S: [{ prefix: INTERVENTION_SORT_PREFIX }] } },
            NewImage: { status: { S: ['DECIDED'] } },
          },
        }),
      ],
      // Decisions are made by people: few, and each waited for.
      batchSize: 10,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Retried for an hour and then left to the reconciler. No failure destination: the record stays DECIDED in its table,
      // and its token is for nobody else.
      maxRecordAge: Duration.hours(1),
    });
    // The mapping is refused while the role may not yet read the stream.
    source.node.addDependency(this.deliverDecision.role);
  }
}
