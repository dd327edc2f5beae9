import { ArnFormat, Aws, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRule, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, LogGroup, MetricFilter, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventType } from '../core/lifecycle.ts';
import type { StockEventType } from '../core/stock-events.ts';
import { target } from './delivery.ts';
import type { StageSettings } from './stage.ts';

/** Metrics that are counted from the audit log, and the event that each counts. */
const COUNTED_EVENTS = {
  OrdersCreated: 'OrderCreated',
  OrdersRejected: 'OrderRejected',
  PaymentsFailed: 'PaymentFailed',
  OrdersCancelled: 'OrderCancelled',
  OrdersShipped: 'OrderShipped',
  OrdersCompleted: 'OrderCompleted',
  InterventionsEscalated: 'ManualInterventionEscalated',
  DriftsDetected: 'DriftDetected',
} as const satisfies Record<string, EventType | StockEventType>;

export type OrderMetric = keyof typeof COUNTED_EVENTS;

/** The services that write for a rule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html */
const WRITERS = [new ServicePrincipal('events.amazonaws.com'), new ServicePrincipal('delivery.logs.amazonaws.com')];

/** Every order event, one line each, kept when the stack is deleted; the order metrics are counted from it. */
export class AuditLog extends Construct {
  readonly logGroup: LogGroup;
  private readonly namespace: string;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    this.namespace = Stack.of(this).stackName;
    this.logGroup = new LogGroup(this, 'Default', {
      // EventBridge expects the prefix. The stack's id makes the name free for a stack of the same name that comes after it.
      logGroupName: `/aws/events/${Stack.of(this).stackName}/${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`,
      retention: settings.auditRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const [metricName, event] of Object.entries(COUNTED_EVENTS)) {
      new MetricFilter(this, metricName, {
        logGroup: this.logGroup,
        filterPattern: FilterPattern.stringValue('$.detail-type', '=', event),
        metricNamespace: this.namespace,
        metricName,
        metricValue: '1',
        // A period with other events only counts as none; it excludes dimensions.
        defaultValue: 0,
        unit: Unit.COUNT,
      });
    }
  }

  /** The number of orders that came to this point. */
  metric(metricName: OrderMetric): Metric {
    return new Metric({ namespace: this.namespace, metricName, statistic: Stats.SUM, unit: Unit.COUNT });
  }

  /**
   * A rule's target that writes to this log. (CDK's own CloudWatchLogGroup target brings a Lambda function along that writes
   * the resource policy, from the time when CloudFormation could not.)
   */
  target(deadLetterQueue: Queue): IRuleTarget {
    // A log group's Arn attribute ends in `:*`, which EventBridge takes for a part of the name.
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: this.logGroup.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return target(arn, deadLetterQueue, (rule) => this.allowWritesBy(rule));
  }

  /** Lets EventBridge write what this rule matches. An account has ten such policies in a region; this stack takes one. */
  private allowWritesBy(rule: IRule): void {
    const resources = [this.logGroup.logGroupArn];
    new ResourcePolicy(this, 'Writers', {
      policyStatements: [
        new PolicyStatement({ actions: ['logs:CreateLogStream'], principals: WRITERS, resources }),
        new PolicyStatement({
          actions: ['logs:PutLogEvents'],
          principals: WRITERS,
          resources,
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      ],
    });
  }
}
