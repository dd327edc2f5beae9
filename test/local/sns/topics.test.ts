import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../local/aws-error.ts';
import type { AccessRequest, Principal } from '../../../local/aws-service.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { SnsService } from '../../../local/services/sns/sns-service.ts';
import { createResource } from '../create-resource.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:alarms';
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:calls';
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:page';

let host: FakeHost;
let sns: SnsService;
let refusals: Error[];

async function open(directory?: string) {
  host = await fakeHost(directory === undefined ? {} : { directory });
  refusals = [];
  for (const service of ['sqs', 'lambda'] as const) {
    host.services.set(service, {
      call: async () => {
        const refusal = refusals.shift();
        if (refusal) throw refusal;
        return {};
      },
    });
  }
  sns = new SnsService(host);
  await create('AWS::SNS::Topic', { TopicName: 'alarms' });
}

function create(type: string, properties: object) {
  return createResource(sns, type, 'Logical', properties);
}

function subscribe(properties: object) {
  return create('AWS::SNS::Subscription', { TopicArn: TOPIC_ARN, ...properties });
}

async function call<T>(operation: string, input: object, principal: Principal = UNRESTRICTED): Promise<T> {
  return (await host.clock.work(() => sns.call(operation, input, principal))) as T;
}

async function publish(input: object): Promise<void> {
  await call('Publish', { TopicArn: TOPIC_ARN, Message: 'help', ...input });
  await host.clock.idle();
}

function sent(): Record<string, unknown>[] {
  return host.calls.map(({ input }) => input as Record<string, unknown>);
}

beforeEach(() => open());
afterEach(() => host.close());

describe('a message', () => {
  it('reaches a queue in the envelope of SNS, sent by SNS for the topic', async () => {
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN });
    await publish({ Subject: 'Alarm', MessageAttributes: { level: { DataType: 'Number', StringValue: '3' } } });
    expect(host.calls[0]?.principal).toEqual({ kind: 'service', service: 'sns.amazonaws.com', sourceArn: TOPIC_ARN });
    expect(JSON.parse(sent()[0]?.['MessageBody'] as string)).toMatchObject({
      Type: 'Notification',
      TopicArn: TOPIC_ARN,
      Subject: 'Alarm',
      Message: 'help',
      Timestamp: '2026-01-15T10:00:00.000Z',
      MessageAttributes: { level: { Type: 'Number', Value: '3' } },
    });
  });

  it('reaches a queue as it is when the subscription asks for that', async () => {
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: true });
    await publish({});
    expect(sent()).toEqual([
      { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/calls', MessageBody: 'help' },
    ]);
  });

  it('invokes a function with an SNS event', async () => {
    await subscribe({ Protocol: 'lambda', Endpoint: LAMBDA_ARN });
    await publish({});
    expect(sent()[0]).toMatchObject({ FunctionName: LAMBDA_ARN, InvocationType: 'Event' });
    expect(JSON.parse(sent()[0]?.['Payload'] as string)).toMatchObject({
      Records: [{ EventSource: 'aws:sns', Sns: { Message: 'help', Subject: null, TopicArn: TOPIC_ARN } }],
    });
  });

  it('becomes a mail that is kept and told to whoever runs the host', async () => {
    await subscribe({ Protocol: 'email', Endpoint: 'ops@example.com' });
    await publish({ Subject: 'Alarm' });
    expect(await sns.deliveries()).toMatchObject([{ to: 'ops@example.com', subject: 'Alarm', body: 'help' }]);
    expect(host.reports).toEqual(['SNS: mail to ops@example.com: Alarm']);
  });

  it('has a text per protocol when it is published so', async () => {
    await subscribe({ Protocol: 'email', Endpoint: 'ops@example.com' });
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: true });
    await publish({ MessageStructure: 'json', Message: '{"default":"short","email":"long"}' });
    expect((await sns.deliveries()).map(({ body }) => body)).toEqual(['long']);
    expect(sent()[0]).toMatchObject({ MessageBody: 'short' });
  });
});

describe('a filter policy', () => {
  it('lets through by message attributes', async () => {
    const FilterPolicy = { event: [{ prefix: 'order_' }], level: [{ numeric: ['>', 2] }] };
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: true, FilterPolicy });
    const attributes = (event: string, level: string) => ({
      event: { DataType: 'String', StringValue: event },
      level: { DataType: 'Number', StringValue: level },
    });
    await publish({ Message: 'wanted', MessageAttributes: attributes('order_paid', '3') });
    await publish({ Message: 'too low', MessageAttributes: attributes('order_paid', '2') });
    await publish({ Message: 'no attributes' });
    expect(sent().map(({ MessageBody }) => MessageBody)).toEqual(['wanted']);
  });

  it('lets through by the message body where it says so', async () => {
    const filter = { FilterPolicy: { kind: ['a'] }, FilterPolicyScope: 'MessageBody' };
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: true, ...filter });
    for (const Message of ['{"kind":"a"}', '{"kind":"b"}', 'no JSON']) await publish({ Message });
    expect(sent().map(({ MessageBody }) => MessageBody)).toEqual(['{"kind":"a"}']);
  });

  it('that is none is refused', async () => {
    const input = {
      TopicArn: TOPIC_ARN,
      Protocol: 'sqs',
      Endpoint: QUEUE_ARN,
      Attributes: { FilterPolicy: '{"a":1}' },
    };
    await expect(call('Subscribe', input)).rejects.toMatchObject({ code: 'InvalidParameter' });
  });
});

describe('a subscription that does not take a message', () => {
  const deadLetters = { RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' } };

  it('is tried again while it is out of order', async () => {
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN });
    refusals = Array.from({ length: 4 }, () => new AwsError('ServiceUnavailable', 'later', { status: 503 }));
    await publish({});
    expect(sent()).toHaveLength(5);
    // Two retries at once, then after 1 s and 2 s.
    expect(host.clock.now() - Date.UTC(2026, 0, 15, 10)).toBe(3000);
  });

  it('has it put into its dead-letter queue when it will never take it', async () => {
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, ...deadLetters });
    refusals = [new AwsError('AccessDeniedException', 'no')];
    await publish({});
    expect(sent().map(({ QueueUrl }) => (QueueUrl as string).split('/').at(-1))).toEqual(['calls', 'dead']);
    expect(host.measurements.map(({ name }) => name)).toContain('NumberOfNotificationsFailed');
  });
});

describe('a restart', () => {
  it('delivers what was accepted and not delivered', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
    await host.close();
    await open(directory);
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: true });
    host.services.set('sqs', { call: () => new Promise(() => {}) });
    await call('Publish', { TopicArn: TOPIC_ARN, Message: 'kept' });
    await host.close();

    await open(directory);
    await subscribe({ Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: true });
    await sns.start();
    await host.clock.idle();
    expect(sent().map(({ MessageBody }) => MessageBody)).toEqual(['kept']);
    await rm(directory, { recursive: true, force: true });
  });
});

describe('topics', () => {
  it('ask IAM with their policy and the source of a service', async () => {
    const asked: AccessRequest[] = [];
    host.authorize = (request) => void asked.push(request);
    const PolicyDocument = { Statement: [] };
    await create('AWS::SNS::TopicPolicy', { Topics: [TOPIC_ARN], PolicyDocument });
    const principal = { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: 'arn:alarm' } as const;
    await call('Publish', { TopicArn: TOPIC_ARN, Message: 'x' }, principal);
    expect(asked).toEqual([
      {
        principal,
        action: 'sns:Publish',
        resource: TOPIC_ARN,
        resourcePolicy: PolicyDocument,
        context: { 'aws:SecureTransport': 'true', 'aws:SourceArn': 'arn:alarm' },
      },
    ]);
  });

  it('are subscribed to and left by clients', async () => {
    const input = { TopicArn: TOPIC_ARN, Protocol: 'sqs', Endpoint: QUEUE_ARN };
    const { SubscriptionArn } = await call<{ SubscriptionArn: string }>('Subscribe', input);
    expect(await call('ListSubscriptionsByTopic', { TopicArn: TOPIC_ARN })).toMatchObject({
      Subscriptions: [{ SubscriptionArn, Protocol: 'sqs', Endpoint: QUEUE_ARN }],
    });
    await call('Unsubscribe', { SubscriptionArn });
    expect(await call('ListSubscriptions', {})).toEqual({ Subscriptions: [] });
  });

  it.each([
    ['NotFound', 'Publish', { TopicArn: `${TOPIC_ARN}-none`, Message: 'x' }],
    ['InvalidParameter', 'Publish', { TopicArn: TOPIC_ARN, Message: '' }],
    ['InvalidParameter', 'Publish', { TopicArn: TOPIC_ARN, Message: 'x', Subject: 'y'.repeat(101) }],
    ['InvalidParameter', 'Publish', { TopicArn: TOPIC_ARN, Message: '{"email":"x"}', MessageStructure: 'json' }],
    ['UnsupportedOperation', 'Subscribe', { TopicArn: TOPIC_ARN, Protocol: 'sms', Endpoint: '+1' }],
    ['UnsupportedOperation', 'CreateTopic', { Name: 'a.fifo' }],
    ['UnsupportedOperation', 'CreatePlatformApplication', {}],
  ])('%s: %s', async (code, operation, input) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code });
  });
});
