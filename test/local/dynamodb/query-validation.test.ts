import { dynamoDb, type Fixture, index, tableInput } from './dynamodb-fixture.ts';

describe('Query and Scan refuse', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    const more = {
      extra: 'status at:N',
      GlobalSecondaryIndexes: [index('byStatus', 'status at', 'INCLUDE', ['total'])],
    };
    await db.call('CreateTable', tableInput('Orders', 'pk sk', more));
  });
  afterAll(() => db.close());

  const A = { ':p': { S: 'a' } };

  it.each<[string, object, string]>([
    ['sk = :p', {}, 'Query condition missed key schema element: pk'],
    ['pk = :p AND note = :p', {}, 'Query condition missed key schema element: sk'],
    ['pk > :p', {}, 'Query key condition not supported'],
    ['pk = :p AND pk = :p', {}, 'KeyConditionExpressions must only contain one condition per key'],
    ['pk = :p OR sk = :p', {}, 'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR'],
    [
      'pk = :p AND sk.a = :p',
      {},
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    ],
    [
      'pk = :p AND sk = :n',
      { ':n': { N: '1' } },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    ['', {}, 'Invalid KeyConditionExpression: The expression can not be empty;'],
  ])('in a query: %s', async (KeyConditionExpression, values, message) => {
    const used = KeyConditionExpression === '' ? {} : { ExpressionAttributeValues: { ...A, ...values } };
    expect(await db.failure('Query', { TableName: 'Orders', KeyConditionExpression, ...used })).toBe(
      `ValidationException: ${message}`,
    );
  });

  it.each<[string, object, string]>([
    ['an index that is not there', { IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      'a filter on the key',
      { FilterExpression: 'sk = :p' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    [
      'another Select',
      { Select: 'SOME' },
      "1 validation error detected: Value 'SOME' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
    ],
    [
      'a limit of 0',
      { Limit: 0 },
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'a start outside the partition',
      { ExclusiveStartKey: { pk: { S: 'b' }, sk: { S: 'sk7' } } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    ['a start that is no key', { ExclusiveStartKey: { pk: { S: 'a' } } }, 'The provided starting key is invalid'],
    [
      'specific attributes without saying which',
      { Select: 'SPECIFIC_ATTRIBUTES' },
      '1 validation error detected: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ],
    [
      'all attributes and a few of them',
      { Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'note' },
      '1 validation error detected: Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES',
    ],
  ])('in a query: %s', async (_what, more, message) => {
    const base = { TableName: 'Orders', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: A };
    expect(await db.failure('Query', { ...base, ...more })).toBe(`ValidationException: ${message}`);
  });

  it('of a global index what it cannot give', async () => {
    const base = {
      TableName: 'Orders',
      IndexName: 'byStatus',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'OPEN' } },
    };
    expect(await db.failure('Query', { ...base, ConsistentRead: true })).toBe(
      'ValidationException: Consistent reads are not supported on global secondary indexes',
    );
    expect(await db.failure('Query', { ...base, Select: 'ALL_ATTRIBUTES' })).toBe(
      'ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index byStatus because its projection type is not ALL',
    );
    expect(await db.failure('Query', { ...base, ProjectionExpression: 'note' })).toBe(
      'ValidationException: One or more parameter values were invalid: Global secondary index byStatus does not project [note]',
    );
  });

  it.each<[object, string]>([
    [
      { Segment: 0 },
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [
      { TotalSegments: 4 },
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    ],
    [
      { Segment: 5, TotalSegments: 5 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5',
    ],
    [
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { ExclusiveStartKey: { other: { S: 'x' } } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
    [
      { Select: 'SPECIFIC_ATTRIBUTES' },
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ],
  ])('in a scan: %j', async (parameters, message) => {
    expect(await db.failure('Scan', { TableName: 'Orders', ...parameters })).toBe(`ValidationException: ${message}`);
  });
});
