import { Duration, Fn } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { OrderMetric } from './audit-log.ts';
import type { OrderEvents } from './event-bus.ts';
import { addFunctionAlarms, addScheduledFunctionAlarms } from './function-alarms.ts';
import type { Interventions } from './interventions.ts';
import type { Notifications } from './notifications.ts';
import type { OrderApi } from './order-api.ts';
import type { Outbox } from './outbox.ts';
import type { Recovery } from './recovery.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import type { Saga } from './saga.ts';
import type { StageSettings } from './stage.ts';
import type { StockWatch } from './stock-watch.ts';

export interface Observed {
  readonly settings: StageSettings;
  readonly topic: ITopic;
  readonly saga: Saga;
  readonly api: OrderApi;
  readonly outbox: Outbox;
  readonly stockWatch: StockWatch;
  readonly events: OrderEvents;
  readonly interventions: Interventions;
  readonly recovery: Recovery;
  readonly notifications: Notifications;
  readonly failureQueue: Queue;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Periods of five minutes that a rate must stay high: a quarter of an hour is a state, not an accident. */
const LASTING = 3;

/** All alarms. Each has its section in the runbook; a test holds that. */
export class Alarms extends Construct {
  private readonly topic: ITopic;

  constructor(scope: Construct, id: string, observed: Observed) {
    super(scope, id);
    this.topic = observed.topic;
    const { saga, api, outbox, stockWatch, interventions, recovery, notifications } = observed;
    this.addSagaAlarms(saga);
    this.addOrderAlarms(observed);
    for (const watched of [
      ...saga.steps.all,
      ...api.functions,
      outbox.publishEvents,
      stockWatch.watchStockLevel,
      interventions.deliverDecision,
      recovery.recordFailedExecution,
      notifications.notifyCustomer,
    ]) {
      addFunctionAlarms(this, watched, observed.topic);
    }
    for (const watched of [recovery.reconcileOrders, recovery.compareBooks]) {
      addScheduledFunctionAlarms(this, watched, observed.topic);
    }
    this.addRecoveryAlarms(observed);
    this.addDeliveryAlarms(observed);
    this.alarm('ApiServerErrors', {
      metric: api.api.deploymentStage.metricServerError({ statistic: Stats.SUM, period: FIVE_MINUTES }),
      atLeast: 5,
      meaning: 'Clients of the API get 5xx answers.',
      section: 'api-server-errors',
    });
  }

  private alarm(id: string, props: Omit<RunbookAlarmProps, 'topic'>): void {
    new RunbookAlarm(this, id, { topic: this.topic, ...props });
  }

  private addSagaAlarms({ stateMachine }: Saga): void {
    const period = { period: FIVE_MINUTES, statistic: Stats.SUM };
    this.alarm('ExecutionsFailed', {
      metric: stateMachine.metricFailed(period),
      atLeast: 1,
      meaning:
        'Executions of the saga failed; business outcomes end successfully, so each one is an order that is stuck.',
      section: 'executions-failed',
    });
    this.alarm('ExecutionsTimedOut', {
      metric: stateMachine.metricTimedOut(period),
      atLeast: 1,
      meaning:
        'Executions of the saga ran into the time limit of the state machine; no state of theirs can catch that.',
      section: 'executions-timed-out',
    });
    this.alarm('ExecutionsAborted', {
      metric: stateMachine.metricAborted(period),
      atLeast: 1,
      meaning: 'Someone or something stopped executions of the saga.',
      section: 'executions-aborted',
    });
  }

  private addOrderAlarms({ events: { auditLog }, settings }: Observed): void {
    const share = (metric: OrderMetric): IMetric =>
      new MathExpression({
        expression: '100 * part / created',
        usingMetrics: { part: auditLog.metric(metric), created: auditLog.metric('OrdersCreated') },
        period: FIVE_MINUTES,
        label: `${metric}, % of orders created`,
      });
    const unsuccessful = (metric: OrderMetric, meaning: string, section: string): void =>
      this.alarm(metric, {
        metric: share(metric),
        atLeast: settings.unsuccessfulOrdersPercent,
        periods: LASTING,
        meaning: `For a quarter of an hour, ${settings.unsuccessfulOrdersPercent} % or more as many orders ${meaning} as were created.`,
        section,
      });
    unsuccessful('OrdersRejected', 'were rejected for lack of stock', 'orders-rejected');
    unsuccessful('PaymentsFailed', 'failed in payment', 'payments-failed');
    unsuccessful('OrdersCancelled', 'were cancelled', 'orders-cancelled');
    if (settings.quietHours === 0) return;
    this.alarm('NoOrders', {
      metric: auditLog.metric('OrdersCreated').with({ period: Duration.hours(1) }),
      below: 1,
      periods: settings.quietHours,
      meaning: `No order was created for ${settings.quietHours} h.`,
      section: 'no-orders',
      // The one metric whose absence is the news: a filter counts nothing where nothing is written.
      missingData: TreatMissingData.BREACHING,
    });
  }

  private addRecoveryAlarms({ recovery, events: { auditLog } }: Observed): void {
    this.alarm('DriftDetected', {
      metric: auditLog.metric('DriftsDetected').with({ period: FIVE_MINUTES }),
      atLeast: 1,
      meaning: 'Stock, holds, the ledger and orders contradict one another, or an order was left behind.',
      section: 'drift-detected',
    });
    this.alarm('InterventionsEscalated', {
      metric: auditLog.metric('InterventionsEscalated').with({ period: FIVE_MINUTES }),
      atLeast: 1,
      meaning: 'The deadline of an intervention has passed, nobody has decided, and nothing may be decided by itself.',
      section: 'interventions-escalated',
    });
    this.alarm('ReconcilerActed', {
      metric: recovery.reconcilerActed.with({ period: Duration.hours(1) }),
      // One order that was lost and found is what the reconciler is for; ten in an hour have a cause that goes on.
      atLeast: 10,
      meaning: 'The reconciler had to carry on ten orders or more in an hour that others had left behind.',
      section: 'reconciler-acted',
    });
  }

  private addDeliveryAlarms({ outbox, events, recovery, notifications, failureQueue }: Observed): void {
    const oldest = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
    this.alarm('StreamIteratorAge', {
      metric: outbox.publishEvents.function.metric('IteratorAge', oldest),
      // Milliseconds. An event is on the bus within seconds of its order; five minutes mean that a shard is blocked.
      atLeast: FIVE_MINUTES.toMilliseconds(),
      meaning: 'Order events reach the bus more than five minutes late.',
      section: 'stream-iterator-age',
    });
    this.alarm('FailureQueueDepth', {
      metric: failureQueue.metricApproximateNumberOfMessagesVisible(oldest),
      atLeast: 1,
      meaning: 'Order events could not be published or delivered and wait in the failure queue.',
      section: 'failure-queue-depth',
    });
    this.alarm('NotificationDeadLetters', {
      metric: notifications.deadLetterQueue.metricApproximateNumberOfMessagesVisible(oldest),
      atLeast: 1,
      meaning: 'Mails to customers were given up and wait in the dead-letter queue.',
      section: 'notification-dead-letters',
    });
    this.alarm('MailsNotSent', {
      metric: notifications.mailsNotSent.with({ period: FIVE_MINUTES }),
      atLeast: 1,
      meaning: 'Mails to customers were refused by SES for good, or nobody knows whether they were sent.',
      section: 'mails-not-sent',
    });
    this.alarm('NotificationQueueAge', {
      metric: notifications.queue.metricApproximateAgeOfOldestMessage(oldest),
      // Seconds: after ten minutes six of the twelve tries of a message have failed, and there is time to help.
      atLeast: Duration.minutes(10).toSeconds(),
      meaning: 'Mails to customers are more than ten minutes late.',
      section: 'notification-queue-age',
    });
    const rules: Record<string, Rule> = {
      NotificationRule: notifications.rule,
      AuditRule: events.auditRule,
      OperationsRule: events.operationsRule,
    };
    for (const [name, rule] of Object.entries(rules)) {
      this.alarm(`${name}FailedInvocations`, {
        metric: failedInvocations(rule, events),
        atLeast: 1,
        meaning: `EventBridge could not deliver events of ${name} for good.`,
        section: 'failed-invocations',
      });
    }
    const rulesOfDefaultBus: Record<string, Rule> = {
      FailedExecutionsRule: recovery.failedExecutionsRule,
      ReconcileSchedule: recovery.reconcileSchedule,
      CompareSchedule: recovery.compareSchedule,
    };
    for (const [name, rule] of Object.entries(rulesOfDefaultBus)) {
      this.alarm(`${name}FailedInvocations`, {
        metric: failedInvocations(rule),
        atLeast: 1,
        meaning: `EventBridge could not call the function of ${name} for good.`,
        section: 'failed-invocations',
      });
    }
  }
}

/** The metrics of a rule on a bus of one's own have both dimensions; with the rule's alone they are those of the default bus. */
function failedInvocations({ ruleName }: Rule, events?: OrderEvents): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    // The reference of a rule on such a bus is `bus|rule`, which is no dimension of any metric.
    dimensionsMap: events
      ? { EventBusName: events.bus.eventBusName, RuleName: Fn.select(1, Fn.split('|', ruleName)) }
      : { RuleName: ruleName },
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
  });
}
