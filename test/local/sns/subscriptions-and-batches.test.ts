import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { SnsService } from '../../../local/services/sns/sns-service.ts';
import { createResource } from '../create-resource.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:news';
const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:calls';

let host: FakeHost;
let sns: SnsService;
beforeEach(async () => {
  host = await fakeHost();
  host.services.set('sqs', { call: async () => ({}) });
  sns = new SnsService(host);
  await createResource(sns, 'AWS::SNS::Topic', 'Logical', { TopicName: 'news' });
});
afterEach(() => host.close());

async function call<T = Record<string, unknown>>(operation: string, input: object): Promise<T> {
  return (await host.clock.work(() => sns.call(operation, input, UNRESTRICTED))) as T;
}

async function subscribe(Attributes: Record<string, string> = {}): Promise<string> {
  const input = { TopicArn, Protocol: 'sqs', Endpoint, Attributes };
  return (await call<{ SubscriptionArn: string }>('Subscribe', input)).SubscriptionArn;
}

describe('a subscription', () => {
  const set = (SubscriptionArn: string, AttributeName: string, AttributeValue: string) => call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue }); // prettier-ignore
  const attributes = async (SubscriptionArn: string) => (await call<{ Attributes: Record<string, string> }>('GetSubscriptionAttributes', { SubscriptionArn })).Attributes; // prettier-ignore

  it('is told with all that it is set to, and set anew', async () => {
    const arn = await subscribe();
    expect(await attributes(arn)).toMatchObject({ RawMessageDelivery: 'false', PendingConfirmation: 'false', Protocol: 'sqs' }); // prettier-ignore
    await set(arn, 'RawMessageDelivery', 'true');
    await set(arn, 'FilterPolicy', '{"kind":["a"]}');
    await set(arn, 'FilterPolicyScope', 'MessageBody');
    await set(arn, 'RedrivePolicy', JSON.stringify({ deadLetterTargetArn: `${Endpoint}-dead` }));
    expect(await attributes(arn)).toMatchObject({
      RawMessageDelivery: 'true',
      FilterPolicy: '{"kind":["a"]}',
      FilterPolicyScope: 'MessageBody',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${Endpoint}-dead` }),
    });
    for (const Message of ['{"kind":"a"}', '{"kind":"b"}']) await call('Publish', { TopicArn, Message });
    await host.clock.idle();
    expect(host.calls.map(({ input }) => (input as { MessageBody: string }).MessageBody)).toEqual(['{"kind":"a"}']);
    await set(arn, 'FilterPolicy', '{}');
    expect(await attributes(arn)).not.toHaveProperty('FilterPolicy');
  });

  it.each([
    ['RawMessageDelivery', 'maybe'],
    ['FilterPolicyScope', 'Everything'],
    ['FilterPolicy', '{"a":1}'],
    ['RedrivePolicy', '{}'],
    ['RedrivePolicy', 'no json'],
    ['Colour', 'red'],
  ])('is not set to %s %s', async (name, value) => {
    await expect(set(await subscribe(), name, value)).rejects.toMatchObject({ code: 'InvalidParameter' });
  });

  it('that is none is not found, and none waits to be confirmed', async () => {
    await expect(attributes(`${TopicArn}:none`)).rejects.toMatchObject({ code: 'NotFound', status: 404 });
    await expect(call('ConfirmSubscription', { TopicArn, Token: 'x' })).rejects.toMatchObject({ code: 'InvalidParameter' }); // prettier-ignore
  });
});

describe('a filter policy', () => {
  const values = (count: number) => Array.from({ length: count }, (_, index) => `v${String(index)}`);
  it.each([
    ['more than five keys', { a: ['1'], b: ['1'], c: ['1'], d: ['1'], e: ['1'], f: ['1'] }, '5 keys'],
    ['more than 150 combinations', { a: values(11), b: values(14) }, 'too complex'],
    ['keys below keys, for attributes', { a: { b: ['1'] } }, 'nested'],
  ])('with %s is refused', async (_what, policy, words) => {
    await expect(subscribe({ FilterPolicy: JSON.stringify(policy) })).rejects.toThrow(words);
  });

  it('may be nested for the body, and up to the limits', async () => {
    await subscribe({ FilterPolicy: JSON.stringify({ a: { b: values(10) }, c: values(15) }), FilterPolicyScope: 'MessageBody' }); // prettier-ignore
    await subscribe({ FilterPolicy: JSON.stringify({ $or: [{ a: ['1'] }, { b: ['2'] }] }) });
  });

  it('does not see binary attributes', async () => {
    await subscribe({ FilterPolicy: JSON.stringify({ a: [{ exists: true }] }) });
    await call('Publish', { TopicArn, Message: 'x', MessageAttributes: { a: { DataType: 'Binary', BinaryValue: 'YQ==' } } }); // prettier-ignore
    await host.clock.idle();
    expect(host.calls).toEqual([]);
  });
});

describe('attributes of a message', () => {
  it.each([
    [{ DataType: '', StringValue: 'x' }, 'non-empty message attribute type'],
    [{ DataType: 'Text', StringValue: 'x' }, 'Binary, Number, and String'],
    [{ DataType: 'String', StringValue: '' }, 'non-empty message attribute value'],
    [{ DataType: 'Binary', StringValue: 'x' }, 'non-empty message attribute value'],
    [{ DataType: 'Number', StringValue: 'x' }, 'Could not cast'],
  ])('%j are refused', async (a, words) => {
    const published = call('Publish', { TopicArn, Message: 'x', MessageAttributes: { a } });
    await expect(published).rejects.toMatchObject({ code: 'ParameterValueInvalid' });
    await expect(published).rejects.toThrow(words);
  });

  it('count for the size of the message', async () => {
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'x'.repeat(100_000) } };
    await call('Publish', { TopicArn, Message: 'x'.repeat(160_000), MessageAttributes });
    await expect(call('Publish', { TopicArn, Message: 'x'.repeat(170_000), MessageAttributes })).rejects.toThrow('Message too long'); // prettier-ignore
  });
});

describe('a batch', () => {
  const entry = (Id: string, Message = 'x') => ({ Id, Message });
  const publish = (entries: object[]) => call('PublishBatch', { TopicArn, PublishBatchRequestEntries: entries });

  it('takes what is valid and says of each other what is wrong with it', async () => {
    expect(await publish([entry('a'), entry('b', '')])).toMatchObject({
      Successful: [{ Id: 'a', MessageId: expect.any(String) as string }],
      Failed: [{ Id: 'b', Code: 'InvalidParameter', Message: 'Invalid parameter: Empty message', SenderFault: true }],
    });
  });

  it.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => entry(String(index)))],
    ['BatchEntryIdsNotDistinct', [entry('a'), entry('a')]],
    ['InvalidBatchEntryId', [entry('a b')]],
    ['BatchRequestTooLong', [entry('a', 'x'.repeat(150_000)), entry('b', 'x'.repeat(150_000))]],
  ])('is refused as a whole with %s', async (code, entries) => {
    await expect(publish(entries)).rejects.toMatchObject({ code });
  });
});
