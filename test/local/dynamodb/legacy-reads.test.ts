import { dynamoDb, type Fixture, index, tableInput } from './dynamodb-fixture.ts';

describe('reads with legacy parameters', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    const more = { extra: 'owner', GlobalSecondaryIndexes: [index('byOwner', 'owner')] };
    await db.call('CreateTable', tableInput('Things', 'pk sk', more));
    const rows = [
      ['alpha', '1', 'me'],
      ['beta', '2', 'you'],
      ['delta', '3', 'me'],
      ['gamma', '4', 'you'],
    ] as const;
    for (const [sk, count, owner] of rows) {
      const Item = { pk: { S: 'p' }, sk: { S: sk }, count: { N: count }, owner: { S: owner } };
      await db.call('PutItem', { TableName: 'Things', Item });
    }
  });
  afterAll(() => db.close());

  const compare = (ComparisonOperator: string, ...AttributeValueList: object[]) => ({
    ComparisonOperator,
    AttributeValueList,
  });
  const partition = { pk: compare('EQ', { S: 'p' }) };
  const query = (KeyConditions: object, more: object = {}) => ({ TableName: 'Things', KeyConditions, ...more });
  const sortKeys = async (operation: string, input: object) =>
    (await db.call(operation, input)).Items.map(({ sk }) => sk?.S).join();

  it.each<[string, object, string]>([
    ['EQ', compare('EQ', { S: 'beta' }), 'beta'],
    ['LT', compare('LT', { S: 'delta' }), 'alpha,beta'],
    ['LE', compare('LE', { S: 'delta' }), 'alpha,beta,delta'],
    ['GT', compare('GT', { S: 'beta' }), 'delta,gamma'],
    ['GE', compare('GE', { S: 'beta' }), 'beta,delta,gamma'],
    ['BETWEEN', compare('BETWEEN', { S: 'b' }, { S: 'e' }), 'beta,delta'],
    ['BEGINS_WITH', compare('BEGINS_WITH', { S: 'ga' }), 'gamma'],
  ])('KeyConditions find a range of the sort key: %s', async (_operator, sk, found) => {
    expect(await sortKeys('Query', query({ ...partition, sk }))).toBe(found);
  });

  it('KeyConditions go backwards, in pages, and over an index', async () => {
    expect(await sortKeys('Query', query(partition, { ScanIndexForward: false, Limit: 2 }))).toBe('gamma,delta');
    const owned = query({ owner: compare('EQ', { S: 'me' }) }, { IndexName: 'byOwner' });
    expect(await sortKeys('Query', owned)).toBe('alpha,delta');
  });

  it.each<[string, object, string]>([
    ['without the partition', { sk: compare('EQ', { S: 'x' }) }, 'Query condition missed key schema element: pk'],
    [
      'by a condition that finds nothing in an index',
      { ...partition, sk: compare('NE', { S: 'x' }) },
      'Attempted conditional constraint is not an indexable operation',
    ],
    [
      'by three attributes',
      { ...partition, sk: compare('EQ', { S: 'x' }), owner: compare('EQ', { S: 'x' }) },
      'Conditions can be of length 1 or 2 only',
    ],
    [
      'by a key of another type',
      { pk: compare('EQ', { N: '1' }) },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
  ])('KeyConditions are refused %s', async (_what, conditions, message) => {
    expect(await db.failure('Query', query(conditions))).toBe(`ValidationException: ${message}`);
  });

  it('QueryFilter and ScanFilter pick what was read', async () => {
    const many = { count: compare('GT', { N: '1' }), owner: compare('EQ', { S: 'me' }) };
    expect(await sortKeys('Query', query(partition, { QueryFilter: many }))).toBe('delta');
    expect(await sortKeys('Query', query(partition, { QueryFilter: many, ConditionalOperator: 'OR' }))).toBe(
      'alpha,beta,delta,gamma',
    );
    const scanned = await db.call('Scan', { TableName: 'Things', ScanFilter: many });
    expect([scanned.Count, scanned.ScannedCount]).toEqual([1, 4]);
    expect(await db.failure('Query', query(partition, { QueryFilter: { sk: compare('EQ', { S: 'x' }) } }))).toBe(
      'ValidationException: QueryFilter can only contain non-primary key attributes: Primary key attribute: sk',
    );
  });

  it('AttributesToGet show nothing else, not even the key', async () => {
    const Key = { pk: { S: 'p' }, sk: { S: 'beta' } };
    const AttributesToGet = ['count', 'absent'];
    expect((await db.call('GetItem', { TableName: 'Things', Key, AttributesToGet })).Item).toEqual({
      count: { N: '2' },
    });
    expect((await db.call('Query', query(partition, { AttributesToGet, Limit: 1 }))).Items).toEqual([
      { count: { N: '1' } },
    ]);
    const batch = { RequestItems: { Things: { Keys: [Key], AttributesToGet } } };
    expect((await db.call('BatchGetItem', batch)).Responses).toEqual({ Things: [{ count: { N: '2' } }] });
    expect(await db.failure('GetItem', { TableName: 'Things', Key, AttributesToGet: ['count', 'count'] })).toBe(
      'ValidationException: One or more parameter values were invalid: Duplicate value in attribute name: count',
    );
    expect(await db.failure('Scan', { TableName: 'Things', AttributesToGet, Select: 'COUNT' })).toBe(
      'ValidationException: Cannot specify the AttributesToGet when choosing to get only the Count',
    );
  });

  it('are not mixed with expressions, not even between the tables of a batch', async () => {
    const mixed =
      'ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}';
    const Key = { pk: { S: 'p' }, sk: { S: 'beta' } };
    const both = { TableName: 'Things', Key, AttributesToGet: ['count'], ProjectionExpression: 'owner' };
    expect(await db.failure('GetItem', both)).toBe(mixed);
    const RequestItems = {
      Things: { Keys: [Key], AttributesToGet: ['count'] },
      Others: { Keys: [Key], ProjectionExpression: 'note' },
    };
    expect(await db.failure('BatchGetItem', { RequestItems })).toBe(mixed);
  });
});
