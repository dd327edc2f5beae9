import { dynamoDb, type Fixture, index, tableInput } from './dynamodb-fixture.ts';

describe('an index', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
    const more = { extra: 'status', GlobalSecondaryIndexes: [index('byStatus', 'status', 'INCLUDE', ['total'])] };
    await db.call('CreateTable', tableInput('Orders', 'pk', more));
    await put({ total: { N: '1' } });
  });
  afterEach(() => db.close());

  const put = (more: object, status = 'PENDING') =>
    db.call('PutItem', {
      TableName: 'Orders',
      Item: { pk: { S: 'a' }, status: { S: status }, note: { S: 'x' }, ...more },
    });
  const byStatus = async (status: string) =>
    (
      await db.call('Query', {
        TableName: 'Orders',
        IndexName: 'byStatus',
        KeyConditionExpression: '#status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': { S: status } },
      })
    ).Items;
  const entries = async () => {
    const found: [string, string][] = [];
    for await (const [key, value] of db.host.store.range({ gte: 'ddb/index/', lt: 'ddb/index~' }))
      found.push([key, value]);
    return found;
  };

  it('shows what an item is now, and writes nothing as long as its key stays', async () => {
    const before = await entries();
    await put({ total: { N: '2' } });
    expect(await byStatus('PENDING')).toEqual([{ pk: { S: 'a' }, status: { S: 'PENDING' }, total: { N: '2' } }]);
    expect(await entries()).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('has an item in one place', async () => {
    await put({}, 'SHIPPED');
    expect(await byStatus('PENDING')).toEqual([]);
    expect(await byStatus('SHIPPED')).toEqual([{ pk: { S: 'a' }, status: { S: 'SHIPPED' } }]);
    expect(await entries()).toHaveLength(1);
  });

  it('reads entries of earlier versions, which held what it projects', async () => {
    const [[key] = ['', '']] = await entries();
    const old = JSON.stringify({ pk: { S: 'a' }, status: { S: 'PENDING' }, total: { N: '0' } });
    await db.host.store.write([{ key, value: old }]);
    expect(await byStatus('PENDING')).toEqual([{ pk: { S: 'a' }, status: { S: 'PENDING' }, total: { N: '1' } }]);
  });
});
