import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule, type IRuleTarget } from 'aws-cdk-lib/aws-events';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { FAILED_EXECUTION_STATUSES } from '../core/failed-run.ts';
import { ORDERS_BY_STATUS } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import { functionTarget } from './delivery.ts';
import type { OrderEvents } from './event-bus.ts';
import { SagaFunction, type FunctionPlatform } from './saga-function.ts';
import { revivingFunction } from './saga-revival.ts';
import type { Saga } from './saga.ts';
import type { Tables } from './tables.ts';

/** A round looks at 200 orders at most, at some calls each; it stops by itself 20 s before. */
const ROUND_TIMEOUT = Duration.minutes(2);
/** The longest that Lambda can: the comparison reads everything. */
const COMPARISON_TIMEOUT = Duration.minutes(15);

export interface RecoveryProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly saga: Saga;
  readonly events: OrderEvents;
  /** Takes what could not be recorded, too. */
  readonly failureQueue: Queue;
}

/** Finds what was lost between two others, and brings it to where somebody carries it on. */
export class Recovery extends Construct {
  readonly recordFailedExecution: SagaFunction;
  readonly reconcileOrders: SagaFunction;
  readonly compareBooks: SagaFunction;
  readonly failedExecutionsRule: Rule;
  readonly reconcileSchedule: Rule;
  readonly compareSchedule: Rule;
  /** Orders that the reconciler had to carry on, or to put on the failed list, in somebody else's place. */
  readonly reconcilerActed: Metric;
  private readonly props: RecoveryProps;

  constructor(scope: Construct, id: string, props: RecoveryProps) {
    super(scope, id);
    this.props = props;
    this.recordFailedExecution = this.addFailedList();
    this.reconcileOrders = this.addReconciler();
    this.compareBooks = this.addComparison();
    const { failureQueue, platform, saga } = props;

    this.failedExecutionsRule = new Rule(this, 'FailedExecutionsRule', {
      description: 'Executions that died, to the failed list',
      // Step Functions tells the default bus only.
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [saga.stateMachine.stateMachineArn], status: [...FAILED_EXECUTION_STATUSES] },
      },
      targets: [functionTarget(this.recordFailedExecution.function, failureQueue)],
    });
    this.reconcileSchedule = this.schedule(
      'ReconcileSchedule',
      Duration.minutes(platform.settings.reconcileEveryMinutes),
      functionTarget(this.reconcileOrders.function, failureQueue),
    );
    this.compareSchedule = this.schedule(
      'CompareSchedule',
      Duration.days(1),
      functionTarget(this.compareBooks.function, failureQueue),
    );
    this.reconcilerActed = this.countDeeds();
  }

  private addFailedList(): SagaFunction {
    const { platform, tables, failureQueue } = this.props;
    const recorder = new SagaFunction(this, platform, {
      entry: 'recovery/record-failed-execution',
      description: 'Puts an execution that died on the failed list.',
      timeout: Duration.seconds(10),
      environment: { [ENVIRONMENT.ordersTable]: tables.orders.tableName },
      statements: [
        allow(['dynamodb:PutItem'], tables.orders.tableArn),
        // In its name Lambda sets aside what it has failed at three times.
        allow(['sqs:SendMessage'], failureQueue.queueArn),
      ],
    });
    const config = new EventInvokeConfig(this, 'RecordFailedExecutionRetries', {
      function: recorder.function,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: failureQueue.queueArn }) },
    });
    config.node.addDependency(recorder.role);
    return recorder;
  }

  private addReconciler(): SagaFunction {
    const { platform, tables, saga, events } = this.props;
    return revivingFunction(this, {
      platform,
      tables,
      saga,
      entry: 'recovery/reconcile-orders',
      description: 'Starts, delivers and takes off the failed list what was lost between others.',
      timeout: ROUND_TIMEOUT,
      environment: { [ENVIRONMENT.eventBusName]: events.bus.eventBusName },
      statements: [
        allow(['dynamodb:Query'], `${tables.orders.tableArn}/index/${ORDERS_BY_STATUS.name}`),
        allow(
          ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
          tables.orders.tableArn,
        ),
        // Besides DeliverDecision the only one that may.
        allow(['states:SendTaskSuccess'], saga.stateMachine.stateMachineArn),
        allow(['events:PutEvents'], events.bus.eventBusArn),
      ],
    });
  }

  private addComparison(): SagaFunction {
    const { platform, tables, events } = this.props;
    return new SagaFunction(this, platform, {
      entry: 'recovery/compare-books',
      description: 'Compares stock, holds, the ledger and orders, and tells what contradicts.',
      timeout: COMPARISON_TIMEOUT,
      // Four pages of a megabyte, as objects, and more of a vCPU: it is the CPU that the time goes to.
      memoryMb: 1024,
      environment: {
        [ENVIRONMENT.ordersTable]: tables.orders.tableName,
        [ENVIRONMENT.inventoryTable]: tables.inventory.tableName,
        [ENVIRONMENT.paymentsTable]: tables.payments.tableName,
        [ENVIRONMENT.shipmentsTable]: tables.shipments.tableName,
        [ENVIRONMENT.eventBusName]: events.bus.eventBusName,
      },
      statements: [
        allow(
          [
            'dynamodb:Scan',
            'dynamodb:Query',
            'dynamodb:GetItem',
            'dynamodb:BatchGetItem',
            // Of these, the order and the hold whose goods are released, and what was told already.
            'dynamodb:PutItem',
            'dynamodb:UpdateItem',
          ],
          tables.orders.tableArn,
        ),
        allow(['dynamodb:Scan', 'dynamodb:UpdateItem'], tables.inventory.tableArn),
        allow(['dynamodb:Scan', 'dynamodb:BatchGetItem'], tables.payments.tableArn),
        allow(['dynamodb:BatchGetItem'], tables.shipments.tableArn),
        allow(['events:PutEvents'], events.bus.eventBusArn),
      ],
    });
  }

  private schedule(id: string, every: Duration, target: IRuleTarget): Rule {
    return new Rule(this, id, {
      description: `Every ${every.toHumanString()}`,
      schedule: Schedule.rate(every),
      targets: [target],
    });
  }

  /** Counted from the one line that each round writes. */
  private countDeeds(): Metric {
    const counted = { metricNamespace: Stack.of(this).stackName, metricName: 'ReconcilerActed' };
    new MetricFilter(this, 'ReconcilerActed', {
      ...counted,
      logGroup: this.reconcileOrders.logGroup,
      filterPattern: FilterPattern.stringValue('$.message', '=', 'round done'),
      metricValue: '$.acted',
      defaultValue: 0,
      unit: Unit.COUNT,
    });
    const { metricNamespace: namespace, metricName } = counted;
    return new Metric({ namespace, metricName, statistic: Stats.SUM, unit: Unit.COUNT });
  }
}
