import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_MS } from '../fake-host.ts';
import { ARN, QueuesUnderTest } from './queue-under-test.ts';

const WITH_DEAD_LETTERS = {
  failed: {},
  work: { VisibilityTimeout: 10, RedrivePolicy: { deadLetterTargetArn: `${ARN}failed`, maxReceiveCount: 2 } },
};

describe('a message that keeps failing', () => {
  let queues: QueuesUnderTest;
  beforeEach(async () => {
    queues = await QueuesUnderTest.open(WITH_DEAD_LETTERS);
    await queues.send('work', 'poison');
    await queues.receive('work');
    await queues.pass(10_000);
    await queues.receive('work');
    await queues.pass(10_000);
  });
  afterEach(() => queues.host.close());

  it('goes to the dead-letter queue instead of being received once more', async () => {
    expect(await queues.receive('work')).toEqual([]);
    const [message] = await queues.receive('failed');
    expect(message).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: `${ARN}work` } });
    // The time it was sent is kept, the receives are counted anew.
    expect(message?.Attributes).toMatchObject({ SentTimestamp: '1768471200000', ApproximateReceiveCount: '1' });
    expect(await queues.depth('work')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('shows in the depth of the dead-letter queue at once and every minute that it stays', async () => {
    await queues.receive('work');
    await queues.pass(120_000);
    expect(queues.metric('failed', 'ApproximateNumberOfMessagesVisible')).toEqual([1, 1, 1]);
  });

  it('goes back to where it came from by a move task', async () => {
    await queues.receive('work');
    await queues.on('failed', 'StartMessageMoveTask', { SourceArn: `${ARN}failed` });
    expect(await queues.bodies('work')).toEqual(['poison']);
    expect(await queues.depth('failed')).toMatchObject({ visible: 0 });
  });

  it('is a new message where it goes back to', async () => {
    await queues.receive('work');
    const [before] = await queues.receive('failed', { VisibilityTimeout: 1 });
    await queues.pass(5000);
    await queues.on('failed', 'StartMessageMoveTask', { SourceArn: `${ARN}failed` });
    const [after] = await queues.receive('work');
    expect(after?.MessageId).not.toBe(before?.MessageId);
    expect(Number(after?.Attributes?.['SentTimestamp'])).toBe(queues.host.clock.now());
  });

  it('stays with whoever receives it while others are moved', async () => {
    await queues.receive('work');
    await queues.send('failed', 'second');
    const moving = queues.on('failed', 'StartMessageMoveTask', {
      SourceArn: `${ARN}failed`,
      DestinationArn: `${ARN}work`,
    });
    expect(await queues.bodies('failed')).toEqual(['second']);
    await moving;
    expect(await queues.bodies('work')).toEqual(['poison']);
    expect(await queues.depth('failed')).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  it('is found through the queues that use its dead-letter queue', async () => {
    const { queueUrls } = await queues.on<{ queueUrls: string[] }>('failed', 'ListDeadLetterSourceQueues');
    expect(queueUrls).toEqual(['https://sqs.us-east-1.amazonaws.com/000000000000/work']);
  });
});

describe('a restart', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('keeps what waits, what is in flight with its timeout, and nothing that was deleted', async () => {
    const before = await QueuesUnderTest.open(WITH_DEAD_LETTERS, directory);
    await before.send('work', 'deleted');
    const [deleted] = await before.receive('work');
    await before.on('work', 'DeleteMessage', { ReceiptHandle: deleted?.ReceiptHandle });
    await before.send('work', 'in flight');
    await before.receive('work');
    await before.send('work', 'waiting');
    await before.host.close();

    const after = await QueuesUnderTest.open(WITH_DEAD_LETTERS, directory);
    expect(await after.depth('work')).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
    expect(await after.bodies('work')).toEqual(['waiting']);
    await after.pass(10_000);
    const received = await after.receive('work');
    expect(received.map(({ Body, Attributes }) => [Body, Attributes?.['ApproximateReceiveCount']])).toEqual([
      ['in flight', '2'],
      ['waiting', '2'],
    ]);
    await after.host.close();
  });

  it('honours a receipt handle from before it', async () => {
    const before = await QueuesUnderTest.open(WITH_DEAD_LETTERS, directory);
    await before.send('work', 'one');
    const [message] = await before.receive('work');
    await before.host.close();

    const after = await QueuesUnderTest.open(WITH_DEAD_LETTERS, directory);
    await after.on('work', 'DeleteMessage', { ReceiptHandle: message?.ReceiptHandle });
    expect(await after.depth('work')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await after.host.close();
  });

  it('after a week in which the laptop was closed has lost nothing: retention counts the time in which the host ran', async () => {
    const DAY_MS = 86_400_000;
    const before = await QueuesUnderTest.open({ work: { MessageRetentionPeriod: 4 * 86_400 } }, directory);
    await before.send('work', 'waiting');
    await before.pass(DAY_MS);
    await before.host.close();

    const settings = { work: { MessageRetentionPeriod: 4 * 86_400, VisibilityTimeout: 1 } };
    const after = await QueuesUnderTest.open(settings, directory, START_MS + 8 * DAY_MS);
    await after.pass(2 * DAY_MS);
    expect(await after.bodies('work')).toEqual(['waiting']);
    await after.pass(DAY_MS);
    expect(await after.bodies('work')).toEqual([]);
    await after.host.close();
  });

  it('keeps a queue that a client made, with its attributes', async () => {
    const before = await QueuesUnderTest.open({}, directory);
    await before.on('', 'CreateQueue', { QueueName: 'mine', Attributes: { VisibilityTimeout: '7' } });
    await before.send('mine', 'kept');
    await before.host.close();

    const after = await QueuesUnderTest.open({}, directory);
    const names = { AttributeNames: ['VisibilityTimeout', 'QueueArn'] };
    const { Attributes } = await after.on<{ Attributes: object }>('mine', 'GetQueueAttributes', names);
    expect(Attributes).toEqual({ VisibilityTimeout: '7', QueueArn: `${ARN}mine` });
    expect(await after.bodies('mine')).toEqual(['kept']);
    await after.host.close();
  });
});

describe('who may do what', () => {
  it('is asked by action, queue and queue policy, with the source of a service', async () => {
    const queues = await QueuesUnderTest.open({ work: {} });
    const policy = { Statement: [] };
    await queues.setPolicy('work', policy);
    const principal = { kind: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:rule' } as const;
    const send = { QueueUrl: 'http://any/000000000000/work', Entries: [{ Id: 'a', MessageBody: 'x' }] };
    await queues.sqs.call('SendMessageBatch', send, principal);
    expect(queues.asked).toEqual([
      {
        principal,
        action: 'sqs:SendMessage',
        resource: `${ARN}work`,
        resourcePolicy: policy,
        context: { 'aws:SecureTransport': 'true', 'aws:SourceArn': 'arn:rule' },
      },
    ]);
    await queues.host.close();
  });

  it('changes nothing when it is refused', async () => {
    const queues = await QueuesUnderTest.open({ work: {} });
    queues.host.authorize = () => {
      throw Object.assign(new Error('no'), { code: 'AccessDeniedException' });
    };
    await expect(queues.send('work', 'x')).rejects.toMatchObject({ code: 'AccessDeniedException' });
    queues.host.authorize = () => {};
    expect(await queues.depth('work')).toMatchObject({ visible: 0 });
    await queues.host.close();
  });
});

it('a queue of the template answers Ref and GetAtt as CloudFormation does', async () => {
  const queues = await QueuesUnderTest.open({});
  expect(await queues.create('AWS::SQS::Queue', {})).toEqual({
    ref: 'https://sqs.us-east-1.amazonaws.com/000000000000/Test-Logical',
    attributes: {
      Arn: `${ARN}Test-Logical`,
      QueueName: 'Test-Logical',
      QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/Test-Logical',
    },
  });
  await queues.host.close();
});
