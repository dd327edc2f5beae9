import type { SubscriptionRequest } from './topic-book.ts';
import { invalid } from './publish.ts';
import type { Subscription } from './topic.ts';

/** GetSubscriptionAttributes. */
export function describeSubscription(
  subscription: Subscription,
  owner: string,
): { Attributes: Record<string, string> } {
  const { arn, topicArn, protocol, endpoint, filterPolicy, filterPolicyScope, deadLetterTargetArn } = subscription;
  return {
    Attributes: {
      SubscriptionArn: arn,
      TopicArn: topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
      Owner: owner,
      RawMessageDelivery: String(subscription.rawMessageDelivery),
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      SubscriptionPrincipal: `arn:aws:iam::${owner}:root`,
      ...(filterPolicy !== undefined && { FilterPolicy: filterPolicy, FilterPolicyScope: filterPolicyScope }),
      ...(deadLetterTargetArn !== undefined && { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) }),
    },
  };
}

/** The request that would make a subscription as it is, with one attribute set anew; an empty policy takes it away. */
export function withAttribute(subscription: Subscription, name: string, value: string): SubscriptionRequest {
  const request = requestOf(subscription);
  switch (name) {
    case 'RawMessageDelivery':
      if (value !== 'true' && value !== 'false') throw invalid(`Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`); // prettier-ignore
      return { ...request, RawMessageDelivery: value };
    case 'FilterPolicyScope':
      if (value !== 'MessageAttributes' && value !== 'MessageBody') throw invalid(`FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`); // prettier-ignore
      return { ...request, FilterPolicyScope: value };
    case 'FilterPolicy': {
      const { FilterPolicy: _, ...others } = request;
      return value === '' || value === '{}' ? others : { ...others, FilterPolicy: value };
    }
    case 'RedrivePolicy': {
      const { RedrivePolicy: _, ...others } = request;
      return value === '' ? others : { ...others, RedrivePolicy: readRedrivePolicy(value) };
    }
    default:
      throw invalid(`AttributeName`);
  }
}

export function readRedrivePolicy(text: string): { deadLetterTargetArn: string } {
  let policy: unknown;
  try {
    policy = JSON.parse(text) as unknown;
  } catch {
    throw invalid('RedrivePolicy: failed to parse JSON.');
  }
  const { deadLetterTargetArn } = (policy ?? {}) as { deadLetterTargetArn?: unknown };
  if (typeof deadLetterTargetArn !== 'string') throw invalid('RedrivePolicy: deadLetterTargetArn must be specified.');
  return { deadLetterTargetArn };
}

/** What would make a subscription as it is: the form in which it is kept. */
export function requestOf(subscription: Subscription): SubscriptionRequest {
  const { filterPolicy, deadLetterTargetArn } = subscription;
  return {
    TopicArn: subscription.topicArn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    RawMessageDelivery: subscription.rawMessageDelivery,
    FilterPolicyScope: subscription.filterPolicyScope,
    ...(filterPolicy !== undefined && { FilterPolicy: filterPolicy }),
    ...(deadLetterTargetArn !== undefined && { RedrivePolicy: { deadLetterTargetArn } }),
  };
}
