import { AwsError, notServed } from '../../aws-error.ts';
import type { AwsService, Host, PolicyDocument, Principal, ResourceType } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';
import { Sequence } from '../sequence.ts';
import { type Email, EmailOutbox } from './email-outbox.ts';
import { type BatchEntry, checkBatch, invalid, publishedOf, type PublishInput } from './publish.ts';
import { describeSubscription, readRedrivePolicy, withAttribute } from './subscription-attributes.ts';
import { type SubscriptionRequest, TopicBook } from './topic-book.ts';
import { TopicDeliveries } from './topic-deliveries.ts';
import { topicResourceTypes } from './topic-resources.ts';
import type { Published, Subscription, Topic } from './topic.ts';

/** The members of all requests together; each operation reads its own. */
interface Input extends PublishInput {
  readonly Name?: string;
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly SubscriptionArn?: string;
  readonly Protocol?: string;
  readonly Endpoint?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly AttributeName?: string;
  readonly AttributeValue?: string;
  readonly PublishBatchRequestEntries?: readonly BatchEntry[];
}

type Run = (input: Input, principal: Principal) => Promise<object> | object;

/** Standard topics: https://docs.aws.amazon.com/sns/latest/api/ */
export class SnsService implements AwsService {
  readonly names = ['sns'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly topics: TopicBook;
  private readonly emails: EmailOutbox;
  private readonly queue: TopicDeliveries;

  private readonly operations: Readonly<Record<string, Run>> = {
    Publish: (input, principal) => this.publish(input, principal),
    PublishBatch: (input, principal) => this.publishBatch(input, principal),
    CreateTopic: (input, principal) => this.createTopic(input, principal),
    DeleteTopic: (input, principal) => this.deleteTopic(this.permitted('DeleteTopic', input, principal)),
    ListTopics: (_input, principal) => {
      this.host.authorize({ principal, action: 'sns:ListTopics', resource: '*' });
      return { Topics: this.topics.all().map(({ arn }) => ({ TopicArn: arn })) };
    },
    GetTopicAttributes: (input, principal) =>
      this.describeTopic(this.permitted('GetTopicAttributes', input, principal)),
    SetTopicAttributes: (input, principal) =>
      this.setTopicAttribute(this.permitted('SetTopicAttributes', input, principal), input),
    Subscribe: (input, principal) => this.subscribe(this.permitted('Subscribe', input, principal), input),
    Unsubscribe: (input, principal) => this.unsubscribe(input, principal),
    GetSubscriptionAttributes: (input, principal) =>
      describeSubscription(this.subscription('GetSubscriptionAttributes', input, principal), this.host.accountId),
    SetSubscriptionAttributes: (input, principal) =>
      this.setSubscriptionAttribute(this.subscription('SetSubscriptionAttributes', input, principal), input),
    // Every subscription is confirmed when it is made: no token has ever been sent.
    ConfirmSubscription: (input, principal) => {
      this.permitted('ConfirmSubscription', input, principal);
      throw invalid('Token');
    },
    ListSubscriptions: (_input, principal) => {
      this.host.authorize({ principal, action: 'sns:ListSubscriptions', resource: '*' });
      const all = this.topics.all().flatMap(({ subscriptions }) => [...subscriptions.values()]);
      return { Subscriptions: all.map((one) => this.listed(one)) };
    },
    ListSubscriptionsByTopic: (input, principal) => {
      const { subscriptions } = this.permitted('ListSubscriptionsByTopic', input, principal);
      return { Subscriptions: [...subscriptions.values()].map((one) => this.listed(one)) };
    },
  };

  constructor(host: Host) {
    this.host = host;
    const sequence = new Sequence(host.clock, host.store, 'sns');
    this.topics = new TopicBook(host);
    this.resourceTypes = topicResourceTypes(this.topics);
    this.emails = new EmailOutbox(host, sequence);
    this.queue = new TopicDeliveries(host, sequence, this.emails, (arn) => this.topics.subscription(arn));
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const run = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (!run) throw notServed(`the operation ${operation} of SNS`);
    return run(input ?? {}, principal);
  }

  async start(): Promise<void> {
    await this.topics.load();
    this.queue.resumeLater();
  }

  /** The e-mails that subscriptions of this host would have been sent, oldest first. */
  deliveries(): Promise<Email[]> {
    return this.emails.list();
  }

  /** Finds the topic of a request and asks IAM about it. */
  private permitted(action: string, { TopicArn, TargetArn }: Input, principal: Principal): Topic {
    const arn = TopicArn ?? TargetArn;
    if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
    const topic = this.topics.find(arn);
    this.host.authorize({
      principal,
      action: `sns:${action}`,
      resource: arn,
      resourcePolicy: topic?.policy,
      context: {
        'aws:SecureTransport': 'true',
        ...(principal.kind === 'service' && { 'aws:SourceArn': principal.sourceArn }),
      },
    });
    return this.topics.topic(arn);
  }

  private async publish(input: Input, principal: Principal): Promise<object> {
    const topic = this.permitted('Publish', input, principal);
    const published = publishedOf(this.host, topic, input);
    await this.accept(topic, [published]);
    return { MessageId: published.messageId };
  }

  private async publishBatch(input: Input, principal: Principal): Promise<object> {
    const topic = this.permitted('Publish', input, principal);
    const entries = input.PublishBatchRequestEntries ?? [];
    checkBatch(entries);
    const taken: { Id: string; published: Published }[] = [];
    const Failed: { Id: string; Code: string; Message: string; SenderFault: true }[] = [];
    for (const entry of entries) {
      try {
        taken.push({ Id: entry.Id, published: publishedOf(this.host, topic, entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    await this.accept(topic, taken.map(({ published }) => published)); // prettier-ignore
    return { Successful: taken.map(({ Id, published }) => ({ Id, MessageId: published.messageId })), Failed };
  }

  private async accept(topic: Topic, messages: readonly Published[]): Promise<void> {
    if (messages.length === 0) return;
    await this.queue.accept(topic, messages);
    this.host.measure({
      namespace: 'AWS/SNS',
      name: 'NumberOfMessagesPublished',
      dimensions: { TopicName: topic.name },
      value: messages.length,
      unit: 'Count',
    });
  }

  private async createTopic(input: Input, principal: Principal): Promise<object> {
    const name = input.Name ?? '';
    this.host.authorize({ principal, action: 'sns:CreateTopic', resource: this.topics.arnOf(name) });
    if (name.endsWith('.fifo') || input.Attributes?.['FifoTopic'] === 'true') throw notServed(`FIFO topics (${name})`);
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalid('Topic Name');
    const existing = this.topics.find(this.topics.arnOf(name));
    if (existing) return { TopicArn: existing.arn };
    const topic = this.topics.addTopic({ name, displayName: input.Attributes?.['DisplayName'], fromTemplate: false });
    for (const [attribute, value] of Object.entries(input.Attributes ?? {})) setAttribute(topic, attribute, value);
    await this.host.store.write(this.topics.topicWrites(topic));
    return { TopicArn: topic.arn };
  }

  private async deleteTopic(topic: Topic): Promise<object> {
    this.topics.remove(topic);
    const subscriptions = [...topic.subscriptions.keys()].map((arn) => `sns/subscription/${arn}`);
    await this.host.store.write(
      [`sns/topic/${topic.name}`, ...subscriptions].map((key) => ({ key, value: undefined })),
    );
    return {};
  }

  private describeTopic(topic: Topic): object {
    return {
      Attributes: {
        TopicArn: topic.arn,
        DisplayName: topic.displayName,
        Owner: this.host.accountId,
        SubscriptionsConfirmed: String(topic.subscriptions.size),
        SubscriptionsPending: '0',
        SubscriptionsDeleted: '0',
        ...(topic.policy && { Policy: JSON.stringify(topic.policy) }),
      },
    };
  }

  private async setTopicAttribute(topic: Topic, input: Input): Promise<object> {
    setAttribute(topic, input.AttributeName ?? '', input.AttributeValue ?? '');
    await this.host.store.write(this.topics.topicWrites(topic));
    return {};
  }

  /** Subscriptions count as confirmed at once: nobody here could follow the link of a confirmation mail. */
  private async subscribe(topic: Topic, input: Input): Promise<object> {
    const { RedrivePolicy, ...attributes } = input.Attributes ?? {};
    const request = {
      ...attributes,
      ...(RedrivePolicy !== undefined && { RedrivePolicy: readRedrivePolicy(RedrivePolicy) }),
      TopicArn: topic.arn,
      Protocol: input.Protocol ?? '',
      Endpoint: input.Endpoint ?? '',
    } as SubscriptionRequest;
    const subscription = this.topics.subscribe(request, false);
    await this.host.store.write(this.topics.subscriptionWrites(subscription));
    return { SubscriptionArn: subscription.arn };
  }

  private subscription(action: string, { SubscriptionArn = '' }: Input, principal: Principal): Subscription {
    this.host.authorize({ principal, action: `sns:${action}`, resource: SubscriptionArn });
    const found = this.topics.subscription(SubscriptionArn);
    if (found) return found;
    throw new AwsError('NotFound', 'Subscription does not exist', { status: 404 });
  }

  private async setSubscriptionAttribute(subscription: Subscription, input: Input): Promise<object> {
    const request = withAttribute(subscription, input.AttributeName ?? '', input.AttributeValue ?? '');
    const changed = this.topics.subscribe(request, subscription.fromTemplate);
    await this.host.store.write(this.topics.subscriptionWrites(changed));
    return {};
  }

  private async unsubscribe(input: Input, principal: Principal): Promise<object> {
    const arn = input.SubscriptionArn ?? '';
    this.host.authorize({ principal, action: 'sns:Unsubscribe', resource: arn });
    const subscription = this.topics.subscription(arn);
    if (subscription) this.topics.topic(subscription.topicArn).subscriptions.delete(arn);
    await this.host.store.write([{ key: `sns/subscription/${arn}`, value: undefined }]);
    return {};
  }

  private listed({ arn, topicArn, protocol, endpoint }: Subscription): object {
    return {
      SubscriptionArn: arn,
      TopicArn: topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
      Owner: this.host.accountId,
    };
  }
}

function setAttribute(topic: Topic, name: string, value: string): void {
  if (name === 'DisplayName') topic.displayName = value;
  else if (name === 'Policy') topic.policy = checkedPolicy(JSON.parse(value) as PolicyDocument);
  else if (name !== 'KmsMasterKeyId' && name !== 'TracingConfig') throw invalid(`AttributeName ${name}`);
}
