import type { PolicyDocument, ResourceType } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';
import type { SubscriptionRequest, TopicBook } from './topic-book.ts';

const NO_LOCAL_MEANING = 'Nothing is encrypted on a laptop, and tags have no effect here.';

const SUBSCRIPTION = {
  Protocol: { type: 'string' },
  Endpoint: { type: 'string' },
};

const TOPIC_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    TopicName: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,256}$' },
    DisplayName: { type: 'string' },
    KmsMasterKeyId: { $comment: NO_LOCAL_MEANING, type: 'string' },
    TracingConfig: { $comment: 'Nothing is traced here.', type: 'string' },
    Tags: { $comment: NO_LOCAL_MEANING, type: 'array' },
    Subscription: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: SUBSCRIPTION,
        required: ['Protocol', 'Endpoint'],
      },
    },
  },
};

const TOPIC_POLICY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['Topics', 'PolicyDocument'],
  properties: { Topics: { type: 'array', items: { type: 'string' } }, PolicyDocument: { type: 'object' } },
};

const SUBSCRIPTION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['TopicArn', 'Protocol', 'Endpoint'],
  properties: {
    ...SUBSCRIPTION,
    TopicArn: { type: 'string' },
    RawMessageDelivery: { type: ['boolean', 'string'] },
    FilterPolicy: { type: ['object', 'string'] },
    FilterPolicyScope: { enum: ['MessageAttributes', 'MessageBody'] },
    RedrivePolicy: {
      type: 'object',
      additionalProperties: false,
      required: ['deadLetterTargetArn'],
      properties: { deadLetterTargetArn: { type: 'string' } },
    },
    Region: { $comment: 'The host is one region.', type: 'string' },
  },
};

/** The CloudFormation types of SNS. */
export function topicResourceTypes(topics: TopicBook): ResourceType[] {
  return [
    {
      type: 'AWS::SNS::Topic',
      schema: TOPIC_SCHEMA,
      create: ({ properties, generatedName }) => {
        const { TopicName, DisplayName, Subscription } = properties as {
          TopicName?: string;
          DisplayName?: string;
          Subscription?: readonly { Protocol: string; Endpoint: string }[];
        };
        const name = TopicName ?? generatedName;
        const topic = topics.addTopic({ name, displayName: DisplayName, fromTemplate: true });
        for (const one of Subscription ?? []) topics.subscribe({ ...one, TopicArn: topic.arn }, true);
        return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: topic.name } };
      },
    },
    {
      type: 'AWS::SNS::TopicPolicy',
      schema: TOPIC_POLICY_SCHEMA,
      create: ({ logicalId, properties }) => {
        const { Topics, PolicyDocument } = properties as { Topics: string[]; PolicyDocument: PolicyDocument };
        for (const arn of Topics) topics.topic(arn).policy = checkedPolicy(PolicyDocument);
        return { ref: logicalId, attributes: { Id: logicalId } };
      },
    },
    {
      type: 'AWS::SNS::Subscription',
      schema: SUBSCRIPTION_SCHEMA,
      create: ({ properties }) => {
        const subscription = topics.subscribe(properties as SubscriptionRequest, true);
        return { ref: subscription.arn, attributes: { Arn: subscription.arn } };
      },
    },
  ];
}
