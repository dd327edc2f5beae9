import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnArchive, EventBus, Rule, type IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../core/events.ts';
import type { EventType } from '../core/lifecycle.ts';
import type { StockEventType } from '../core/stock-events.ts';
import { AuditLog } from './audit-log.ts';
import { topicTarget } from './delivery.ts';
import type { StageSettings } from './stage.ts';

export interface OrderEventsProps {
  readonly settings: StageSettings;
  readonly alarmTopic: Topic;
  readonly failureQueue: Queue;
}

/** The bus of the order events, with its archive, the audit log of everything, and the rule that calls the operators. */
export class OrderEvents extends Construct {
  readonly bus: EventBus;
  readonly archive: CfnArchive;
  readonly auditLog: AuditLog;
  readonly auditRule: Rule;
  readonly operationsRule: Rule;

  constructor(scope: Construct, id: string, { settings, alarmTopic, failureQueue }: OrderEventsProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: `${Stack.of(this).stackName}-orders`,
      description: 'What happened to orders',
    });
    this.archive = new CfnArchive(this, 'Archive', {
      sourceArn: this.bus.eventBusArn,
      description: 'Every order event, for replay',
      eventPattern: { source: [EVENT_SOURCE] },
      retentionDays: settings.auditRetentionDays,
    });
    this.archive.applyRemovalPolicy(RemovalPolicy.RETAIN);

    this.auditLog = new AuditLog(this, 'AuditLog', settings);
    this.auditRule = this.rule(
      'AuditRule',
      'Everything to the audit log',
      undefined,
      this.auditLog.target(failureQueue),
    );
    this.operationsRule = this.rule(
      'OperationsRule',
      'Calls an operator when people have to do something',
      ['ManualInterventionRequired', 'ManualInterventionEscalated', 'LowStock', 'DriftDetected'],
      topicTarget(alarmTopic, failureQueue),
    );
  }

  /** A rule for events of this stack of the given types; of all types if none are given. */
  rule(
    id: string,
    description: string,
    detailType: readonly (EventType | StockEventType)[] | undefined,
    target: IRuleTarget,
  ): Rule {
    return new Rule(this, id, {
      description,
      eventBus: this.bus,
      eventPattern: { source: [EVENT_SOURCE], ...(detailType && { detailType: [...detailType] }) },
      targets: [target],
    });
  }
}
