import type { PolicyDocument, ResourceType, TemplateResource } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';
import { checkQueueName, DEFAULT_ATTRIBUTES, withAttributes } from './queue-attributes.ts';
import type { QueueBook } from './queue-book.ts';

const NO_LOCAL_MEANING = 'Kept and told back: nothing is encrypted on a laptop, and tags have no effect here.';

const QUEUE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    QueueName: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,80}(\\.fifo)?$' },
    FifoQueue: { const: true },
    ContentBasedDeduplication: { type: 'boolean' },
    DeduplicationScope: { enum: ['queue', 'messageGroup'] },
    FifoThroughputLimit: { enum: ['perQueue', 'perMessageGroupId'], $comment: 'Throughput is not limited here.' },
    VisibilityTimeout: { type: 'integer' },
    DelaySeconds: { type: 'integer' },
    MaximumMessageSize: { type: 'integer' },
    MessageRetentionPeriod: { type: 'integer' },
    ReceiveMessageWaitTimeSeconds: { type: 'integer' },
    RedrivePolicy: {
      type: 'object',
      additionalProperties: false,
      required: ['deadLetterTargetArn', 'maxReceiveCount'],
      properties: { deadLetterTargetArn: { type: 'string' }, maxReceiveCount: { type: ['integer', 'string'] } },
    },
    RedriveAllowPolicy: {
      $comment: 'Kept and told back: every queue of the template may use every other as its dead-letter queue.',
      type: 'object',
      additionalProperties: false,
      properties: {
        redrivePermission: { enum: ['allowAll', 'denyAll', 'byQueue'] },
        sourceQueueArns: { type: 'array', items: { type: 'string' } },
      },
    },
    KmsMasterKeyId: { $comment: NO_LOCAL_MEANING, type: 'string' },
    KmsDataKeyReusePeriodSeconds: { $comment: NO_LOCAL_MEANING, type: 'integer' },
    SqsManagedSseEnabled: { $comment: NO_LOCAL_MEANING, type: 'boolean' },
    Tags: { $comment: NO_LOCAL_MEANING, type: 'array' },
  },
};

const QUEUE_POLICY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['Queues', 'PolicyDocument'],
  properties: {
    Queues: { type: 'array', items: { type: 'string' } },
    PolicyDocument: { type: 'object' },
  },
};

/** The CloudFormation types of SQS. */
export function queueResourceTypes(queues: QueueBook): ResourceType[] {
  return [
    { type: 'AWS::SQS::Queue', schema: QUEUE_SCHEMA, create: (resource) => createQueue(queues, resource) },
    {
      type: 'AWS::SQS::QueuePolicy',
      schema: QUEUE_POLICY_SCHEMA,
      create: ({ logicalId, properties }) => {
        const { Queues, PolicyDocument } = properties as { Queues: string[]; PolicyDocument: PolicyDocument };
        for (const url of Queues) queues.queueOf(url).policy = checkedPolicy(PolicyDocument);
        return { ref: logicalId, attributes: { Id: logicalId } };
      },
    },
  ];
}

function createQueue(queues: QueueBook, { properties, generatedName }: TemplateResource) {
  const { QueueName, Tags: _, ...settings } = properties as { QueueName?: string; Tags?: unknown };
  const { attributes } = withAttributes(DEFAULT_ATTRIBUTES, settings);
  const name = QueueName ?? (attributes.fifo ? `${generatedName.slice(0, 75)}.fifo` : generatedName);
  checkQueueName(name, attributes.fifo !== undefined);
  const queue = queues.add({ name, attributes, fromTemplate: true });
  return { ref: queue.url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: queue.url } };
}
