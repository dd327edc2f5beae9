import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARN, QueuesUnderTest } from './queue-under-test.ts';

describe('permissions of a queue', () => {
  let queues: QueuesUnderTest;
  beforeEach(async () => {
    queues = await QueuesUnderTest.open({ work: {} });
  });
  afterEach(() => queues.host.close());
  const share = { Label: 'friends', AWSAccountIds: ['111122223333'], Actions: ['SendMessage', 'GetQueueUrl'] };

  it('are statements of its policy', async () => {
    await queues.on('work', 'AddPermission', share);
    const { Attributes } = await queues.on<{ Attributes: { Policy: string } }>('work', 'GetQueueAttributes', { AttributeNames: ['Policy'] }); // prettier-ignore
    expect(JSON.parse(Attributes.Policy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'friends',
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam::111122223333:root'] },
          Action: ['SQS:SendMessage', 'SQS:GetQueueUrl'],
          Resource: `${ARN}work`,
        },
      ],
    });
    await queues.on('work', 'RemovePermission', { Label: 'friends' });
    expect(await queues.on('work', 'GetQueueAttributes', { AttributeNames: ['Policy'] })).toEqual({});
  });

  it.each([
    ['MissingParameter', 'AddPermission', { ...share, Label: '' }],
    ['MissingParameter', 'AddPermission', { ...share, Actions: [] }],
    ['InvalidParameterValue', 'AddPermission', { ...share, Actions: ['DeleteQueue'] }],
    ['InvalidParameterValue', 'RemovePermission', { Label: 'nobody' }],
  ])('are refused with %s', async (code, operation, input) => {
    await expect(queues.on('work', operation, input)).rejects.toMatchObject({ code });
  });

  it('have each label once', async () => {
    await queues.on('work', 'AddPermission', share);
    await expect(queues.on('work', 'AddPermission', share)).rejects.toThrow('Already exists');
  });
});

it('tags are kept and told back, also after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  const before = await QueuesUnderTest.open({ work: {} }, directory);
  await before.on('', 'CreateQueue', { QueueName: 'mine', tags: { a: '1' } });
  await before.on('mine', 'TagQueue', { Tags: { b: '2', c: '3' } });
  await before.on('mine', 'UntagQueue', { TagKeys: ['a', 'c'] });
  await before.host.close();
  const after = await QueuesUnderTest.open({ work: {} }, directory);
  expect(await after.on('mine', 'ListQueueTags')).toEqual({ Tags: { b: '2' } });
  expect(await after.on('work', 'ListQueueTags')).toEqual({});
  await after.host.close();
  await rm(directory, { recursive: true, force: true });
});

describe('tasks that move messages', () => {
  let queues: QueuesUnderTest;
  beforeEach(async () => {
    queues = await QueuesUnderTest.open({ dead: {}, work: {} });
    await queues.send('dead', 'one');
    await queues.send('dead', 'two');
  });
  afterEach(() => queues.host.close());

  it('are listed with what they moved, and are over before they can be cancelled', async () => {
    const { TaskHandle } = await queues.on('dead', 'StartMessageMoveTask', { SourceArn: `${ARN}dead`, DestinationArn: `${ARN}work` }); // prettier-ignore
    expect(await queues.on('dead', 'ListMessageMoveTasks', { SourceArn: `${ARN}dead` })).toEqual({
      Results: [
        {
          Status: 'COMPLETED',
          SourceArn: `${ARN}dead`,
          DestinationArn: `${ARN}work`,
          ApproximateNumberOfMessagesMoved: 2,
          ApproximateNumberOfMessagesToMove: 2,
          StartedTimestamp: 1768471200000,
        },
      ],
    });
    await expect(queues.on('dead', 'CancelMessageMoveTask', { TaskHandle })).rejects.toMatchObject({ code: 'UnsupportedOperation' }); // prettier-ignore
    await expect(queues.on('dead', 'CancelMessageMoveTask', { TaskHandle: 'none' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' }); // prettier-ignore
    await expect(queues.on('dead', 'ListMessageMoveTasks', { SourceArn: `${ARN}none` })).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 }); // prettier-ignore
  });
});
