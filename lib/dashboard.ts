import { Duration, Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, SingleValueWidget, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Observed } from './alarms.ts';

/** Columns of a dashboard's grid. */
const FULL_WIDTH = 24;

/** One page: orders, executions, the API, the functions, and what waits in queues. */
export class OrderDashboard extends Construct {
  constructor(scope: Construct, id: string, observed: Observed) {
    super(scope, id);
    const { saga, api, outbox, events, interventions, recovery, notifications, failureQueue } = observed;
    const { auditLog } = events;
    const created = auditLog.metric('OrdersCreated');
    const completed = auditLog.metric('OrdersCompleted');
    const unsuccessful = [
      auditLog.metric('OrdersRejected'),
      auditLog.metric('PaymentsFailed'),
      auditLog.metric('OrdersCancelled'),
    ];
    const functions = [
      ...saga.steps.all,
      ...api.functions,
      outbox.publishEvents,
      interventions.deliverDecision,
      recovery.recordFailedExecution,
      recovery.reconcileOrders,
      recovery.compareBooks,
      notifications.notifyCustomer,
    ];
    const { deploymentStage: stage } = api.api;
    const { stateMachine } = saga;

    new Dashboard(this, 'Default', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          new SingleValueWidget({
            title: 'Orders',
            width: FULL_WIDTH,
            setPeriodToTimeRange: true,
            metrics: [created, completed, ...unsuccessful],
          }),
        ],
        [
          graph('Orders per 5 minutes', [created, completed], unsuccessful),
          graph(
            'Executions',
            [stateMachine.metricStarted(), stateMachine.metricSucceeded()],
            [stateMachine.metricFailed(), stateMachine.metricTimedOut(), stateMachine.metricAborted()],
          ),
        ],
        [
          graph('API requests', [stage.metricCount()], [stage.metricClientError(), stage.metricServerError()]),
          graph(
            'Time taken (ms)',
            [stage.metricLatency({ statistic: Stats.percentile(95), label: 'API p95' })],
            [stateMachine.metricTime({ statistic: Stats.percentile(95), label: 'saga p95' })],
          ),
        ],
        [
          graph(
            'Function errors',
            functions.map((observed) => observed.function.metricErrors()),
          ),
          graph(
            'Function throttles',
            functions.map((observed) => observed.function.metricThrottles()),
          ),
        ],
        [
          graph(
            'Messages waiting',
            [notifications.queue.metricApproximateNumberOfMessagesVisible({ label: 'mails' })],
            [
              notifications.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'mails given up' }),
              failureQueue.metricApproximateNumberOfMessagesVisible({ label: 'failed events' }),
            ],
          ),
          graph('Age of the oldest event (ms)', [
            outbox.publishEvents.function.metric('IteratorAge', { statistic: Stats.MAXIMUM }),
          ]),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, width: FULL_WIDTH / 2, left, right });
}
