import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms, type Observed } from './alarms.ts';
import { alarmTopic } from './alarm-topic.ts';
import { OrderDashboard } from './dashboard.ts';
import { OrderEvents } from './event-bus.ts';
import { FunctionBundles } from './function-bundles.ts';
import { Identity } from './identity.ts';
import { Interventions } from './interventions.ts';
import { Notifications } from './notifications.ts';
import { OrderApi } from './order-api.ts';
import { Outbox } from './outbox.ts';
import { Recovery } from './recovery.ts';
import type { FunctionPlatform } from './saga-function.ts';
import { Saga } from './saga.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { StageSettings } from './stage.ts';
import { StockWatch } from './stock-watch.ts';
import { Tables } from './tables.ts';
import { sampleTraces } from './trace-sampling.ts';

export interface OrderSagaStackProps extends StackProps {
  readonly settings: StageSettings;
}

/** Everything that Order Saga is on AWS. */
export class OrderSagaStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: OrderSagaStackProps) {
    super(scope, id, props);
    const platform: FunctionPlatform = { settings, bundles: new FunctionBundles() };
    const tables = new Tables(this, 'Tables', settings);
    const identity = new Identity(this, 'Identity', settings);
    const topic = alarmTopic(this, 'AlarmTopic', settings.alarmEmail);
    const failureQueue = deadLetterQueue(this, 'FailureQueue');

    const saga = new Saga(this, 'Saga', platform, tables);
    const api = new OrderApi(this, 'OrderApi', { platform, tables, saga, identity });
    const events = new OrderEvents(this, 'OrderEvents', { settings, alarmTopic: topic, failureQueue });
    const outbox = new Outbox(this, 'Outbox', { platform, tables, bus: events.bus, failureQueue });
    const stockWatch = new StockWatch(this, 'StockWatch', { platform, tables, bus: events.bus, failureQueue });
    const interventions = new Interventions(this, 'Interventions', { platform, tables, saga });
    const notifications = new Notifications(this, 'Notifications', {
      platform,
      tables,
      events,
      deadLetterQueue: deadLetterQueue(this, 'NotificationDeadLetterQueue'),
    });

    const recovery = new Recovery(this, 'Recovery', { platform, tables, saga, events, failureQueue });

    const observed: Observed = {
      settings,
      topic,
      saga,
      api,
      outbox,
      stockWatch,
      events,
      interventions,
      recovery,
      notifications,
      failureQueue,
    };
    new Alarms(this, 'Alarms', observed);
    new OrderDashboard(this, 'Dashboard', observed);
    sampleTraces(api, settings.tracingRate);

    this.output({
      ApiUrl: api.url,
      TokenUrl: identity.tokenUrl,
      UserPoolId: identity.userPool.userPoolId,
      ClientId: identity.sampleClient.userPoolClientId,
      TrialClientId: identity.trialClient.userPoolClientId,
      StaffClientId: identity.staffClient.userPoolClientId,
      StateMachineArn: saga.stateMachine.stateMachineArn,
      OrdersTableName: tables.orders.tableName,
      InventoryTableName: tables.inventory.tableName,
      PaymentsTableName: tables.payments.tableName,
      ShipmentsTableName: tables.shipments.tableName,
      NotificationsTableName: tables.notifications.tableName,
      EventBusName: events.bus.eventBusName,
      ArchiveName: events.archive.ref,
      AuditLogGroupName: events.auditLog.logGroup.logGroupName,
      NotificationQueueUrl: notifications.queue.queueUrl,
      NotificationDeadLetterQueueUrl: notifications.deadLetterQueue.queueUrl,
      FailureQueueUrl: failureQueue.queueUrl,
      AlarmTopicArn: topic.topicArn,
      ReconcileFunctionName: recovery.reconcileOrders.function.functionName,
      CompareBooksFunctionName: recovery.compareBooks.function.functionName,
    });
  }

  private output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
