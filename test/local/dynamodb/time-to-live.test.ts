import { START_MS } from '../fake-host.ts';
import { dynamoDb, type Fixture, tableInput } from './dynamodb-fixture.ts';

const NOW = START_MS / 1000;
const MINUTE_MS = 60_000;

describe('time to live', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
    await db.call(
      'CreateTable',
      tableInput('Things', 'pk', {
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
  });
  afterEach(() => db.close());

  const put = (pk: string, expires: object) =>
    db.call('PutItem', { TableName: 'Things', Item: { pk: { S: pk }, expires } });
  const enable = (Enabled = true) =>
    db.call('UpdateTimeToLive', {
      TableName: 'Things',
      TimeToLiveSpecification: { Enabled, AttributeName: 'expires' },
    });
  const left = async () => {
    const { Items } = await db.call('Scan', { TableName: 'Things' });
    return Items.map(({ pk }) => pk?.S).sort();
  };

  it('deletes an item within a minute of its time, and the record names the service', async () => {
    await enable();
    await put('soon', { N: String(NOW + 100) });
    await put('later', { N: String(NOW + 10_000) });
    await db.host.clock.advance(99_000);
    expect(await left()).toEqual(['later', 'soon']);
    await db.host.clock.advance(MINUTE_MS);
    expect(await left()).toEqual(['later']);
    const { Table } = await db.call('DescribeTable', { TableName: 'Things' });
    const { StreamDescription } = await db.call('DescribeStream', { StreamArn: Table.LatestStreamArn });
    const { ShardIterator } = await db.call('GetShardIterator', {
      StreamArn: Table.LatestStreamArn,
      ShardId: StreamDescription.Shards[0]?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const { Records } = await db.call('GetRecords', { ShardIterator });
    expect(Records.at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
      dynamodb: { Keys: { pk: { S: 'soon' } } },
    });
    expect(Records.filter(({ userIdentity }) => userIdentity)).toHaveLength(1);
  });

  it('follows the attribute when it changes, and leaves what has none, or a time far in the past', async () => {
    await enable();
    await put('renewed', { N: String(NOW + 60) });
    await put('renewed', { N: String(NOW + 100_000) });
    await put('text', { S: String(NOW) });
    await put('ancient', { N: '1000' });
    await put('sooner', { N: String(NOW + 100_000) });
    await put('sooner', { N: String(NOW + 60) });
    await db.host.clock.advance(10 * MINUTE_MS);
    expect(await left()).toEqual(['ancient', 'renewed', 'text']);
  });

  it('takes in the items that were there before it was enabled, and stops when it is disabled', async () => {
    await put('early', { N: String(NOW + 60) });
    await put('late', { N: String(NOW + 3600) });
    await enable();
    await db.host.clock.advance(5 * MINUTE_MS);
    expect(await left()).toEqual(['late']);
    await enable(false);
    await db.host.clock.advance(120 * MINUTE_MS);
    expect(await left()).toEqual(['late']);
    expect(await db.call('DescribeTimeToLive', { TableName: 'Things' })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    });
  });

  it('refuses to be enabled twice', async () => {
    await enable();
    expect(
      await db.failure('UpdateTimeToLive', {
        TableName: 'Things',
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
      }),
    ).toBe('ValidationException: TimeToLive is already enabled');
  });
});
