import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { DynamoDbService } from '../../../local/services/dynamodb/dynamodb-service.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { dynamoDb, type Fixture, type StreamRecord, tableInput } from './dynamodb-fixture.ts';

const HOUR_MS = 60 * 60 * 1000;

const withStream = (StreamViewType: string) => ({ StreamSpecification: { StreamEnabled: true, StreamViewType } });

async function reader(db: Fixture, table: string) {
  const { Table } = await db.call('DescribeTable', { TableName: table });
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await db.call('DescribeStream', { StreamArn });
  const ShardId = StreamDescription.Shards[0]?.ShardId;
  const iterator = async (ShardIteratorType: string, more: object = {}) =>
    (await db.call('GetShardIterator', { StreamArn, ShardId, ShardIteratorType, ...more })).ShardIterator;
  const records = async (ShardIterator: string, more: object = {}) => db.call('GetRecords', { ShardIterator, ...more });
  return { StreamArn, iterator, records };
}

const images = (records: readonly StreamRecord[]) =>
  records.map(({ eventName, dynamodb: { NewImage, OldImage } }) => [eventName, OldImage?.['v']?.N, NewImage?.['v']?.N]);

describe('a stream', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
  });
  afterEach(() => db.close());

  const put = (table: string, pk: string, v: number) =>
    db.call('PutItem', { TableName: table, Item: { pk: { S: pk }, v: { N: String(v) } } });

  /** The service as the next start of the host finds it. */
  async function restart(host = db.host): Promise<Fixture> {
    const service = new DynamoDbService(host);
    await service.start();
    const call = (operation: string, input: object) => service.call(operation, input, UNRESTRICTED);
    return { ...db, call: call as Fixture['call'] };
  }

  it.each([
    [
      'NEW_AND_OLD_IMAGES',
      [
        ['INSERT', undefined, '1'],
        ['MODIFY', '1', '2'],
        ['REMOVE', '2', undefined],
      ],
    ],
    [
      'NEW_IMAGE',
      [
        ['INSERT', undefined, '1'],
        ['MODIFY', undefined, '2'],
        ['REMOVE', undefined, undefined],
      ],
    ],
    [
      'OLD_IMAGE',
      [
        ['INSERT', undefined, undefined],
        ['MODIFY', '1', undefined],
        ['REMOVE', '2', undefined],
      ],
    ],
    [
      'KEYS_ONLY',
      [
        ['INSERT', undefined, undefined],
        ['MODIFY', undefined, undefined],
        ['REMOVE', undefined, undefined],
      ],
    ],
  ])('with %s tells every change in order, and nothing of writes that change nothing', async (view, expected) => {
    await db.call('CreateTable', tableInput('Things', 'pk', withStream(view)));
    await put('Things', 'a', 1);
    await put('Things', 'a', 1);
    await put('Things', 'a', 2);
    await db.call('DeleteItem', { TableName: 'Things', Key: { pk: { S: 'a' } } });
    await db.call('DeleteItem', { TableName: 'Things', Key: { pk: { S: 'a' } } });
    const stream = await reader(db, 'Things');
    const { Records } = await stream.records(await stream.iterator('TRIM_HORIZON'));
    expect(images(Records)).toEqual(expected);
    expect(Records.every(({ dynamodb }) => dynamodb.Keys['pk']?.S === 'a')).toBe(true);
  });

  it('can be read from any place, in steps of any size, also inside a transaction', async () => {
    await db.call('CreateTable', tableInput('Things', 'pk', withStream('NEW_IMAGE')));
    await put('Things', 'first', 0);
    await db.call('TransactWriteItems', {
      TransactItems: [1, 2, 3].map((v) => ({
        Put: { TableName: 'Things', Item: { pk: { S: `tx${String(v)}` }, v: { N: String(v) } } },
      })),
    });
    const stream = await reader(db, 'Things');
    const latest = await stream.iterator('LATEST');
    await put('Things', 'last', 4);
    const all = (await stream.records(await stream.iterator('TRIM_HORIZON'))).Records;
    const values = (records: readonly StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.NewImage?.['v']?.N);
    expect(values(all)).toEqual(['0', '1', '2', '3', '4']);
    const numbers = all.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect([...numbers].sort()).toEqual(numbers);
    const SequenceNumber = numbers[2];
    const at = await stream.records(await stream.iterator('AT_SEQUENCE_NUMBER', { SequenceNumber }), { Limit: 2 });
    expect(values(at.Records)).toEqual(['2', '3']);
    expect(values((await stream.records(at.NextShardIterator as string)).Records)).toEqual(['4']);
    const after = await stream.records(await stream.iterator('AFTER_SEQUENCE_NUMBER', { SequenceNumber }));
    expect(values(after.Records)).toEqual(['3', '4']);
    expect(values((await stream.records(latest)).Records)).toEqual(['4']);
  });

  it('is announced once its records can be read', async () => {
    await db.call('CreateTable', tableInput('Things', 'pk', withStream('NEW_IMAGE')));
    const stream = await reader(db, 'Things');
    let announced = 0;
    db.host.onAnnounced(stream.StreamArn, () => {
      announced += 1;
    });
    await put('Things', 'a', 1);
    await put('Things', 'a', 1);
    expect(announced).toBe(1);
  });

  it('keeps its ARN and its place over a restart', async () => {
    await db.call('CreateTable', tableInput('Things', 'pk', withStream('NEW_IMAGE')));
    await put('Things', 'a', 1);
    const before = await reader(db, 'Things');
    const { NextShardIterator } = await before.records(await before.iterator('TRIM_HORIZON'));
    const restarted = await restart();
    await restarted.call('PutItem', { TableName: 'Things', Item: { pk: { S: 'b' }, v: { N: '2' } } });
    const after = await reader(restarted, 'Things');
    expect(after.StreamArn).toBe(before.StreamArn);
    const { Records } = await after.records(NextShardIterator as string);
    expect(images(Records)).toEqual([['INSERT', undefined, '2']]);
  });

  it('forgets its records after 24 hours, and its iterators after 15 minutes', async () => {
    await db.call('CreateTable', tableInput('Things', 'pk', withStream('NEW_IMAGE')));
    await put('Things', 'a', 1);
    const stream = await reader(db, 'Things');
    const iterator = await stream.iterator('TRIM_HORIZON');
    const [record] = (await stream.records(iterator)).Records;
    await db.host.clock.advance(23 * HOUR_MS);
    expect((await stream.records(await stream.iterator('TRIM_HORIZON'))).Records).toHaveLength(1);
    expect(await db.failure('GetRecords', { ShardIterator: iterator })).toMatch(/^ExpiredIteratorException: /);
    await db.host.clock.advance(2 * HOUR_MS);
    expect((await stream.records(await stream.iterator('TRIM_HORIZON'))).Records).toEqual([]);
    await expect(
      stream.iterator('AFTER_SEQUENCE_NUMBER', { SequenceNumber: record?.dynamodb.SequenceNumber }),
    ).rejects.toMatchObject({ code: 'TrimmedDataAccessException' });
    const left: string[] = [];
    for await (const [key] of db.host.store.range({ gte: 'ddb/stream/', lt: 'ddb/stream0' })) left.push(key);
    expect(left).toEqual([]);
  });

  it('keeps what could be read when the host ended for 24 hours after its start', async () => {
    await db.call('CreateTable', tableInput('Things', 'pk', withStream('NEW_IMAGE')));
    await put('Things', 'a', 1);
    const aWeekendLater = { ...db.host, clock: new VirtualClock(db.host.clock.now() + 60 * HOUR_MS) };
    const restarted = await restart(aWeekendLater);
    const stream = await reader(restarted, 'Things');
    const horizon = async () => (await stream.records(await stream.iterator('TRIM_HORIZON'))).Records;
    expect(await horizon()).toHaveLength(1);
    await aWeekendLater.clock.advance(23 * HOUR_MS);
    expect(await horizon()).toHaveLength(1);
    await aWeekendLater.clock.advance(2 * HOUR_MS);
    expect(await horizon()).toEqual([]);
  });

  it('that is not there is not found', async () => {
    const StreamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/None/stream/2026-01-01T00:00:00.000';
    expect(await db.failure('DescribeStream', { StreamArn })).toBe(
      `ResourceNotFoundException: Requested resource not found: Stream: ${StreamArn} not found`,
    );
  });
});
