import { createHash } from 'node:crypto';
import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { invalid } from './publish.ts';
import { requestOf } from './subscription-attributes.ts';
import { compileFilter } from './subscription-filter.ts';
import { PROTOCOLS, type Subscription, type Topic } from './topic.ts';

/** A subscription as CloudFormation and Subscribe ask for it. */
export interface SubscriptionRequest {
  readonly TopicArn: string;
  readonly Protocol: string;
  readonly Endpoint: string;
  readonly RawMessageDelivery?: boolean | string;
  readonly FilterPolicy?: object | string;
  readonly FilterPolicyScope?: 'MessageAttributes' | 'MessageBody';
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string };
}

/** Topics and subscriptions, in memory. Those that a client made are in the store as well. */
export class TopicBook {
  private readonly host: Host;
  private readonly topics = new Map<string, Topic>();

  constructor(host: Host) {
    this.host = host;
  }

  addTopic(setup: { name: string; displayName?: string | undefined; fromTemplate: boolean }): Topic {
    const { name, displayName = '', fromTemplate } = setup;
    const topic = {
      name,
      arn: this.arnOf(name),
      displayName,
      policy: undefined,
      fromTemplate,
      subscriptions: new Map(),
    };
    this.topics.set(topic.arn, topic);
    return topic;
  }

  arnOf(name: string): string {
    return `arn:aws:sns:${this.host.region}:${this.host.accountId}:${name}`;
  }

  find(arn: string): Topic | undefined {
    return this.topics.get(arn);
  }

  topic(arn: string | undefined): Topic {
    const topic = this.topics.get(arn ?? '');
    if (!topic) throw new AwsError('NotFound', 'Topic does not exist', { status: 404 });
    return topic;
  }

  all(): Topic[] {
    return [...this.topics.values()];
  }

  remove(topic: Topic): void {
    this.topics.delete(topic.arn);
  }

  /** Subscribes; asking again for the same protocol and endpoint gives the same subscription. */
  subscribe(request: SubscriptionRequest, fromTemplate: boolean): Subscription {
    const topic = this.topic(request.TopicArn);
    const protocol = PROTOCOLS.find((one) => one === request.Protocol);
    if (!protocol) throw notServed(`subscriptions of SNS by ${request.Protocol}; it serves ${PROTOCOLS.join(', ')}`);
    if (request.Endpoint === '') throw invalid('Endpoint');
    const { FilterPolicy } = request;
    const filterPolicy = typeof FilterPolicy === 'object' ? JSON.stringify(FilterPolicy) : FilterPolicy;
    const scope = request.FilterPolicyScope ?? 'MessageAttributes';
    const subscription: Subscription = {
      arn: `${topic.arn}:${idOf(topic.arn, protocol, request.Endpoint)}`,
      topicArn: topic.arn,
      protocol,
      endpoint: request.Endpoint,
      rawMessageDelivery: String(request.RawMessageDelivery ?? false) === 'true',
      filterPolicy,
      filterPolicyScope: scope,
      filter: filterPolicy === undefined ? undefined : compileFilter(filterPolicy, scope),
      deadLetterTargetArn: request.RedrivePolicy?.deadLetterTargetArn,
      fromTemplate,
    };
    topic.subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  subscription(arn: string): Subscription | undefined {
    return this.topics.get(arn.slice(0, arn.lastIndexOf(':')))?.subscriptions.get(arn);
  }

  topicWrites({ fromTemplate, name, displayName, policy }: Topic): StoreWrite[] {
    return fromTemplate ? [] : [{ key: `sns/topic/${name}`, value: JSON.stringify({ name, displayName, policy }) }];
  }

  subscriptionWrites(subscription: Subscription): StoreWrite[] {
    if (subscription.fromTemplate) return [];
    return [{ key: `sns/subscription/${subscription.arn}`, value: JSON.stringify(requestOf(subscription)) }];
  }

  /** Takes up what clients made, as far as the template does not have it. */
  async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: 'sns/topic/', lt: 'sns/topic0' })) {
      const { name, displayName, policy } = JSON.parse(value) as Topic;
      if (!this.find(this.arnOf(name))) this.addTopic({ name, displayName, fromTemplate: false }).policy = policy;
    }
    for await (const [key, value] of this.host.store.range({ gte: 'sns/subscription/', lt: 'sns/subscription0' })) {
      const request = JSON.parse(value) as SubscriptionRequest;
      const known = this.subscription(key.slice('sns/subscription/'.length)) !== undefined;
      if (!known && this.find(request.TopicArn)) this.subscribe(request, false);
    }
  }
}

/** An id in the form of a UUID that is the same at every start, so that deliveries under way find their subscription again. */
function idOf(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest('hex');
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
