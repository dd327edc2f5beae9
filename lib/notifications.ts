import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { MAIL_EVENTS } from '../core/mail-templates.ts';
import { allow } from './allow.ts';
import { queueTarget } from './delivery.ts';
import type { OrderEvents } from './event-bus.ts';
import { Mail } from './mail.ts';
import { SagaFunction, type FunctionPlatform } from './saga-function.ts';
import type { Tables } from './tables.ts';

/** A batch of ten mails at an SES call of up to a second each, and their entries in the ledger. */
const NOTIFY_TIMEOUT = Duration.seconds(15);

export interface NotificationsProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly events: OrderEvents;
  readonly deadLetterQueue: Queue;
}

/** Mails to customers: bus → rule → queue → notify-customer → SES. */
export class Notifications extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly rule: Rule;
  readonly notifyCustomer: SagaFunction;
  /** Mails that nobody will send any more: refused for good, or perhaps sent. Their messages count as done. */
  readonly mailsNotSent: Metric;

  constructor(scope: Construct, id: string, { platform, tables, events, deadLetterQueue }: NotificationsProps) {
    super(scope, id);
    this.deadLetterQueue = deadLetterQueue;
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the function's timeout, as Lambda advises: a batch that waits for a free slot must not become visible again.
      visibilityTimeout: Duration.seconds(6 * NOTIFY_TIMEOUT.toSeconds()),
      // Mails wait out a weekend of SES trouble.
      retentionPeriod: Duration.days(4),
      // Twelve tries, 90 s apart, before a message is set aside: an outage of a quarter of an hour costs no mail.
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 12 },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.rule = events.rule(
      'NotificationRule',
      'What a customer needs to hear of',
      Object.values(MAIL_EVENTS),
      queueTarget(this.queue, deadLetterQueue),
    );

    const { settings } = platform;
    const mail = new Mail(this, 'Mail', settings);
    this.notifyCustomer = new SagaFunction(this, platform, {
      entry: 'notification/notify-customer',
      description: 'Sends a customer the mail that belongs to an event, once per event.',
      timeout: NOTIFY_TIMEOUT,
      environment: {
        [ENVIRONMENT.ordersTable]: tables.orders.tableName,
        [ENVIRONMENT.notificationsTable]: tables.notifications.tableName,
        [ENVIRONMENT.mailFrom]: settings.mailFrom,
        [ENVIRONMENT.mailTemplatePrefix]: Stack.of(this).stackName,
      },
      statements: [
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], this.queue.queueArn),
        // The recipient: events carry no address.
        allow(['dynamodb:GetItem'], tables.orders.tableArn),
        allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], tables.notifications.tableArn),
        mail.sendStatement(),
      ],
    });
    const source = new EventSourceMapping(this, 'Messages', {
      target: this.notifyCustomer.function,
      eventSourceArn: this.queue.queueArn,
      // Ten at most without a batching window: a mail is not kept waiting for others.
      batchSize: 10,
      maxConcurrency: settings.mailConcurrency,
      reportBatchItemFailures: true,
    });
    source.node.addDependency(this.notifyCustomer.role);

    const counted = { metricNamespace: Stack.of(this).stackName, metricName: 'MailsNotSent' };
    new MetricFilter(this, 'MailsNotSent', {
      ...counted,
      logGroup: this.notifyCustomer.logGroup,
      // Errors about an event; what will be tried again is a warning, or names no event.
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.level', '=', 'ERROR'),
        FilterPattern.exists('$.eventId'),
      ),
      metricValue: '1',
      defaultValue: 0,
      unit: Unit.COUNT,
    });
    this.mailsNotSent = new Metric({
      namespace: counted.metricNamespace,
      metricName: counted.metricName,
      statistic: Stats.SUM,
      unit: Unit.COUNT,
    });
  }
}
