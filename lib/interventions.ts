import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { INTERVENTION_SORT_PREFIX } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import type { FunctionPlatform, SagaFunction } from './saga-function.ts';
import type { Saga } from './saga.ts';
import { streamConsumer } from './stream-consumer.ts';
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
    this.deliverDecision = streamConsumer(this, {
      platform,
      entry: 'intervention/deliver-decision',
      description: 'Tells the execution that waits what was decided.',
      environment: { [ENVIRONMENT.ordersTable]: tables.orders.tableName },
      statements: [
        allow(['dynamodb:UpdateItem'], tables.orders.tableArn),
        // Only this function and the reconciler may: whoever sends task success moves money and goods.
        allow(['states:SendTaskSuccess'], saga.stateMachine.stateMachineArn),
      ],
      table: tables.orders,
      source: 'Decisions',
      filter: {
        dynamodb: {
          Keys: { sk: { S: [{ prefix: INTERVENTION_SORT_PREFIX }] } },
          NewImage: { status: { S: ['DECIDED'] } },
        },
      },
      // Decisions are made by people: few, and each waited for. What could not be delivered within the hour stays DECIDED in
      // its table, for the reconciler; no failure queue, since the record's token is for nobody else.
      batchSize: 10,
    });
  }
}
