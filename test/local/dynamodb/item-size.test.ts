import { dynamoDb, type Fixture, tableInput } from './dynamodb-fixture.ts';

describe('items', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk sk:N'));
  });
  afterAll(() => db.close());

  const key = (pk: string, sk = '1') => ({ pk: { S: pk }, sk: { N: sk } });
  const put = (Item: object) => ({ TableName: 'Things', Item });

  it('hold 400 KB, names included, and not one byte more', async () => {
    const room = 400 * 1024 - ('pk'.length + 'size'.length + 'sk'.length + 2 + 'text'.length);
    const sized = (length: number) => put({ ...key('size'), text: { S: 'x'.repeat(length) } });
    await expect(db.call('PutItem', sized(room))).resolves.toEqual({});
    expect(await db.failure('PutItem', sized(room + 1))).toBe(
      'ValidationException: Item size has exceeded the maximum allowed size',
    );
    const grow = {
      TableName: 'Things',
      Key: key('size'),
      UpdateExpression: 'SET more = :v',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    };
    expect(await db.failure('UpdateItem', grow)).toBe(
      'ValidationException: Item size to update has exceeded the maximum allowed size',
    );
  });

  it.each<[string, string, number, object?]>([
    ['one clause', 'SET big = :v', 3 + 19],
    ['two clauses that set', 'SET big = :v, note = :w', 3 + 19 + 19 + 'note'.length + 1, { ':w': { S: 'x' } }],
    ['one that sets and one that removes', 'SET big = :v REMOVE gone', 3 + 19 + 2],
  ])('take of one UpdateItem what AWS measures, not all of an item: %s', async (_what, expression, cost, more = {}) => {
    const update = (length: number) => ({
      TableName: 'Things',
      Key: key('k'),
      UpdateExpression: expression,
      ExpressionAttributeValues: { ':v': { S: 'x'.repeat(length) }, ...more },
    });
    const room = 400 * 1024 - cost - 'big'.length;
    await expect(db.call('UpdateItem', update(room))).resolves.toEqual({});
    expect(await db.failure('UpdateItem', update(room + 1))).toBe(
      'ValidationException: Item size to update has exceeded the maximum allowed size',
    );
    await expect(db.call('TransactWriteItems', { TransactItems: [{ Update: update(room + 1) }] })).resolves.toEqual({});
  });
});
