import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Sequence } from '../sequence.ts';
import type { EmailOutbox } from './email-outbox.ts';
import { lambdaEvent, notification } from './notification.ts';
import { wants } from './subscription-filter.ts';
import { type Published, type Subscription, textFor, type Topic } from './topic.ts';
import { queueUrlOf } from '../sqs/queue-url.ts';

/** A subscription that a message still has to reach. */
interface Delivery {
  readonly subscriptionArn: string;
  attempts: number;
  dueMs: number;
}

interface Pending {
  readonly key: string;
  readonly published: Published;
  readonly remaining: Set<Delivery>;
}

const PREFIX = 'sns/pending/';

/**
 * SNS tries endpoints inside AWS 100,015 times over 23 days: three times at once, twice a second apart, then at growing
 * distances up to 20 s. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
const MOST_ATTEMPTS = 100_015;
const LONGEST_DELAY_MS = 20_000;

/** Brings messages to subscriptions, durably and at least once. */
export class TopicDeliveries {
  private readonly host: Host;
  private readonly sequence: Sequence;
  private readonly emails: EmailOutbox;
  private readonly find: (subscriptionArn: string) => Subscription | undefined;

  constructor(host: Host, sequence: Sequence, emails: EmailOutbox, find: (arn: string) => Subscription | undefined) {
    this.host = host;
    this.sequence = sequence;
    this.emails = emails;
    this.find = find;
  }

  /** Keeps messages with the subscriptions that want them; resolves when they are on disk, and delivery begins. */
  async accept(topic: Topic, messages: readonly Published[]): Promise<void> {
    const pendings = messages.map((published): Pending => {
      const wanting = [...topic.subscriptions.values()].filter((subscription) => wants(subscription, published));
      const remaining = new Set(wanting.map(({ arn }) => ({ subscriptionArn: arn, attempts: 0, dueMs: 0 })));
      return { key: PREFIX + this.sequence.next(), published, remaining };
    });
    const wanted = pendings.filter(({ remaining }) => remaining.size > 0);
    if (wanted.length > 0) await this.host.store.write(wanted.map(writeOf));
    for (const pending of wanted) this.deliver(pending, [...pending.remaining]);
  }

  /** Takes up what was not delivered when the host last ended, once the other services have started. */
  resumeLater(): void {
    this.host.clock.after(0, () => this.underWay(() => this.resume()));
  }

  private async resume(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}:` })) {
      if (this.sequence.isOfThisRun(key)) continue;
      const { published, remaining } = JSON.parse(value) as { published: Published; remaining: Delivery[] };
      const pending: Pending = { key, published, remaining: new Set(remaining) };
      for (const delivery of remaining) this.retryAt(pending, delivery);
    }
  }

  private deliver(pending: Pending, deliveries: readonly Delivery[]): void {
    this.underWay(async () => {
      await Promise.all(deliveries.map((delivery) => this.attempt(pending, delivery)));
    });
  }

  private retryAt(pending: Pending, delivery: Delivery): void {
    this.host.clock.at(delivery.dueMs, () => this.deliver(pending, [delivery]));
  }

  private underWay(run: () => Promise<void>): void {
    this.host.clock.work(run).catch((error: unknown) => this.host.report(`SNS: a delivery failed: ${String(error)}`));
  }

  private async attempt(pending: Pending, delivery: Delivery): Promise<void> {
    const subscription = this.find(delivery.subscriptionArn);
    // A subscription that was removed since takes what was on its way to it along.
    if (!subscription) return this.settle(pending, delivery);
    delivery.attempts += 1;
    try {
      const alongWith = await this.send(pending.published, subscription);
      this.measure(pending.published, 'NumberOfNotificationsDelivered');
      await this.settle(pending, delivery, alongWith);
    } catch (error) {
      await this.failed(pending, delivery, subscription, error);
    }
  }

  private async failed(
    pending: Pending,
    delivery: Delivery,
    subscription: Subscription,
    error: unknown,
  ): Promise<void> {
    const permanent = error instanceof AwsError && error.status < 500 && !/Throttl|TooManyRequests/.test(error.code);
    if (!permanent && delivery.attempts < MOST_ATTEMPTS) {
      const delayMs = delivery.attempts < 3 ? 0 : Math.min(1000 * 2 ** (delivery.attempts - 3), LONGEST_DELAY_MS);
      delivery.dueMs = this.host.clock.now() + delayMs;
      await this.host.store.write([writeOf(pending)]);
      this.retryAt(pending, delivery);
      return;
    }
    this.measure(pending.published, 'NumberOfNotificationsFailed');
    this.host.report(
      `SNS: ${subscription.endpoint} did not take a message of ${subscription.topicArn}: ${String(error)}`,
    );
    await this.deadLetter(pending.published, subscription);
    await this.settle(pending, delivery);
  }

  /** Sends a message; an e-mail is a write that goes along with the end of the delivery. */
  private async send(published: Published, subscription: Subscription): Promise<readonly StoreWrite[]> {
    const principal = principalOf(published);
    const { protocol, endpoint } = subscription;
    switch (protocol) {
      case 'sqs': {
        const raw = subscription.rawMessageDelivery;
        const text = raw ? textFor(published, protocol) : JSON.stringify(notification(published, subscription));
        const MessageAttributes = raw && published.attributes ? { MessageAttributes: published.attributes } : {};
        const message = { QueueUrl: queueUrlOf(endpoint), MessageBody: text, ...MessageAttributes };
        await this.host.call('sqs', 'SendMessage', message, principal);
        return [];
      }
      case 'lambda': {
        const Payload = JSON.stringify(lambdaEvent(published, subscription));
        await this.host.call(
          'lambda',
          'Invoke',
          { FunctionName: endpoint, InvocationType: 'Event', Payload },
          principal,
        );
        return [];
      }
      case 'email':
      case 'email-json':
        return [this.emails.write(published, subscription)];
    }
  }

  private async deadLetter(published: Published, subscription: Subscription): Promise<void> {
    if (subscription.deadLetterTargetArn === undefined) return;
    const MessageBody = JSON.stringify(notification(published, subscription));
    const message = { QueueUrl: queueUrlOf(subscription.deadLetterTargetArn), MessageBody };
    try {
      await this.host.call('sqs', 'SendMessage', message, principalOf(published));
      this.measure(published, 'NumberOfNotificationsRedrivenToDlq');
    } catch (error) {
      this.measure(published, 'NumberOfNotificationsFailedToRedriveToDlq');
      this.host.report(`SNS: the dead-letter queue of ${subscription.arn} refused a message: ${String(error)}`);
    }
  }

  private async settle(pending: Pending, delivery: Delivery, alongWith: readonly StoreWrite[] = []): Promise<void> {
    pending.remaining.delete(delivery);
    const record = pending.remaining.size === 0 ? { key: pending.key, value: undefined } : writeOf(pending);
    await this.host.store.write([...alongWith, record]);
  }

  private measure({ topicArn }: Published, name: string): void {
    const dimensions = { TopicName: topicArn.slice(topicArn.lastIndexOf(':') + 1) };
    this.host.measure({ namespace: 'AWS/SNS', name, dimensions, value: 1, unit: 'Count' });
  }
}

function principalOf({ topicArn }: Published): Principal {
  return { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topicArn };
}

function writeOf({ key, published, remaining }: Pending): StoreWrite {
  return { key, value: JSON.stringify({ published, remaining: [...remaining] }) };
}
