import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { ARN, QueuesUnderTest, type Received } from './queue-under-test.ts';

const MINUTE_MS = 60_000;

/** Sends messages written as `group:body`. */
async function send(queues: QueuesUnderTest, ...messages: string[]): Promise<void> {
  for (const message of messages) {
    const [MessageGroupId, body = ''] = message.split(':');
    await queues.send('work.fifo', body, { MessageGroupId });
  }
}

const FIFO = { FifoQueue: true, ContentBasedDeduplication: true, VisibilityTimeout: 30 };

describe('a FIFO queue', () => {
  let queues: QueuesUnderTest;
  beforeEach(async () => {
    queues = await QueuesUnderTest.open({
      'dead.fifo': { FifoQueue: true },
      'work.fifo': { ...FIFO, RedrivePolicy: { deadLetterTargetArn: `${ARN}dead.fifo`, maxReceiveCount: 2 } },
      'explicit.fifo': { FifoQueue: true },
      'groups.fifo': { ...FIFO, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
    });
  });
  afterEach(() => queues.host.close());

  const receive = (input: object = {}) => queues.receive('work.fifo', input);
  const bodies = async (input: object = {}) => (await receive(input)).map(({ Body }) => Body).join('');
  const remove = (message: Received | undefined) => queues.on('work.fifo', 'DeleteMessage', { ReceiptHandle: message?.ReceiptHandle }); // prettier-ignore

  it('gives messages in their order, several of a group at once', async () => {
    await send(queues, 'x:1', 'y:2', 'x:3', 'x:4');
    expect(await bodies({ MaxNumberOfMessages: 3 })).toBe('123');
  });

  it('gives nothing of a group of which somebody has a message, and all of the others', async () => {
    await send(queues, 'x:1', 'x:2', 'y:3', 'x:4');
    const [one] = await receive({ MaxNumberOfMessages: 1 });
    expect(await bodies()).toBe('3');
    expect(await bodies()).toBe('');
    await remove(one);
    expect(await bodies()).toBe('24');
  });

  it('gives nothing of a group either while somebody has a later message of it', async () => {
    await send(queues, 'x:1', 'x:2');
    const [one, two] = await receive();
    await queues.on('work.fifo', 'ChangeMessageVisibility', { ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout: 0 }); // prettier-ignore
    expect(await bodies()).toBe('');
    await remove(two);
    expect(await bodies()).toBe('1');
  });

  it('gives a message again in its old place when its time is over, or when it is given back', async () => {
    await send(queues, 'x:1', 'x:2');
    await receive({ MaxNumberOfMessages: 1 });
    await queues.pass(30_000);
    const [one] = await receive({ MaxNumberOfMessages: 1 });
    expect(one?.Body).toBe('1');
    await send(queues, 'y:3');
    const [three] = await receive({ MaxNumberOfMessages: 1 });
    await queues.on('work.fifo', 'ChangeMessageVisibility', { ReceiptHandle: three?.ReceiptHandle, VisibilityTimeout: 0 }); // prettier-ignore
    expect(await bodies()).toBe('3');
  });

  it('tells group, deduplication id and a growing number', async () => {
    const first = await queues.send('work.fifo', 'a', { MessageGroupId: 'g', MessageDeduplicationId: 'one' });
    const second = await queues.send('work.fifo', 'b', { MessageGroupId: 'g', MessageDeduplicationId: 'two' });
    const numbers = [first, second].map((answer) => (answer as { SequenceNumber?: string }).SequenceNumber ?? '');
    expect(numbers[0]).toMatch(/^\d{20}$/);
    expect((numbers[1] ?? '') > (numbers[0] ?? '')).toBe(true);
    const [message] = await receive();
    expect(message?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'one', SequenceNumber: numbers[0] }); // prettier-ignore
  });

  it('takes a message once in five minutes, also after it was deleted', async () => {
    const first = await queues.send('work.fifo', 'a', { MessageGroupId: 'g' });
    const [message] = await receive();
    await remove(message);
    expect(await queues.send('work.fifo', 'a', { MessageGroupId: 'h' })).toEqual(first);
    expect(await queues.depth('work.fifo')).toMatchObject({ visible: 0 });
    await queues.pass(5 * MINUTE_MS);
    const later = await queues.send('work.fifo', 'a', { MessageGroupId: 'g' });
    expect(later.MessageId).not.toBe(first.MessageId);
    expect(await bodies()).toBe('a');
  });

  it('takes a message once in a batch, and once per group where the ids are of groups', async () => {
    const entry = (Id: string, MessageGroupId: string) => ({ Id, MessageGroupId, MessageBody: 'same' });
    const Entries = [entry('1', 'x'), entry('2', 'x'), entry('3', 'y')];
    await queues.on('work.fifo', 'SendMessageBatch', { Entries });
    expect(await queues.depth('work.fifo')).toMatchObject({ visible: 1 });
    await queues.on('groups.fifo', 'SendMessageBatch', { Entries });
    expect(await queues.depth('groups.fifo')).toMatchObject({ visible: 2 });
  });

  it('gives up messages to a dead-letter queue in order, and goes on with the group', async () => {
    await send(queues, 'x:1', 'x:2');
    for (let time = 0; time < 2; time += 1) {
      await receive({ MaxNumberOfMessages: 1 });
      await queues.pass(30_000);
    }
    expect(await bodies()).toBe('2');
    expect((await queues.receive('dead.fifo')).map(({ Body, Attributes }) => [Body, Attributes?.['MessageGroupId']])).toEqual([['1', 'x']]); // prettier-ignore
  });

  it('does not let a receiver delete what is no longer its own', async () => {
    await send(queues, 'x:1');
    const [message] = await receive();
    await queues.pass(30_000);
    await expect(remove(message)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    await expect(remove(message)).rejects.toThrow('The receipt handle has expired.');
  });

  it('wakes who waits for a group when the message before is deleted', async () => {
    const heard: string[] = [];
    queues.host.onAnnounced(`${ARN}work.fifo`, () => heard.push('announced'));
    await send(queues, 'x:1', 'x:2');
    const [one] = await receive({ MaxNumberOfMessages: 1 });
    heard.length = 0;
    await remove(one);
    expect(heard).toEqual(['announced']);
  });

  it.each([
    ['MissingParameter', {}, 'MessageGroupId'],
    ['InvalidParameterValue', { MessageGroupId: 'g' }, 'ContentBasedDeduplication enabled or MessageDeduplicationId'],
    ['InvalidParameterValue', { MessageGroupId: 'a b' }, 'MessageGroupId can only include'],
    ['InvalidParameterValue', { MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 5 }, 'not valid for this queue type'], // prettier-ignore
  ])('refuses with %s a message with %j', async (code, input, words) => {
    const sent = queues.send('explicit.fifo', 'a', input);
    await expect(sent).rejects.toMatchObject({ code });
    await expect(sent).rejects.toThrow(words);
  });

  it('is told as one', async () => {
    const { Attributes } = await queues.on('groups.fifo', 'GetQueueAttributes', { AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({ FifoQueue: 'true', ContentBasedDeduplication: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }); // prettier-ignore
  });
});

it.each([
  ['without the name', 'orders', { FifoQueue: 'true' }, 'must end with .fifo suffix'],
  ['without the attribute', 'orders.fifo', {}, 'Can only include alphanumeric characters'],
  ['that is none', 'orders.fifo', { FifoQueue: 'false' }, 'FifoQueue'],
  ['with deduplication alone', 'orders', { ContentBasedDeduplication: 'true' }, 'only when FifoQueue is set to true'],
  ['with a standard dead-letter queue', 'orders.fifo', { FifoQueue: 'true', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}dead`, maxReceiveCount: 3 }) }, 'must be same type'], // prettier-ignore
])('A FIFO queue %s is refused', async (_what, QueueName, Attributes, words) => {
  const queues = await QueuesUnderTest.open({});
  await expect(queues.sqs.call('CreateQueue', { QueueName, Attributes }, UNRESTRICTED)).rejects.toThrow(words);
  await queues.host.close();
});

it('A FIFO queue keeps order, receivers and what was sent over a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  const before = await QueuesUnderTest.open({ 'work.fifo': FIFO }, directory);
  await send(before, 'x:1', 'x:2', 'y:3');
  await before.receive('work.fifo', { MaxNumberOfMessages: 1 });
  await before.host.close();

  const after = await QueuesUnderTest.open({ 'work.fifo': FIFO }, directory);
  await send(after, 'x:2');
  const bodies = async () => (await after.receive('work.fifo')).map(({ Body }) => Body).join('');
  expect(await bodies()).toBe('3');
  await after.pass(30_000);
  expect(await bodies()).toBe('123');
  await after.host.close();
  await rm(directory, { recursive: true, force: true });
});

it('A message of a standard queue may be of a group, which holds up nobody', async () => {
  const queues = await QueuesUnderTest.open({ work: {} });
  await queues.send('work', 'a', { MessageGroupId: 'tenant' });
  await queues.send('work', 'b', { MessageGroupId: 'tenant' });
  const [first] = await queues.receive('work', { MaxNumberOfMessages: 1 });
  expect(first?.Attributes).toMatchObject({ MessageGroupId: 'tenant' });
  expect(await queues.bodies('work')).toEqual(['b']);
  await queues.host.close();
});
