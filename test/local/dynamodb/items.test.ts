import { dynamoDb, type Fixture, index, tableInput } from './dynamodb-fixture.ts';

const EMPTY_KEY =
  'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk';

describe('items', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call(
      'CreateTable',
      tableInput('Things', 'pk sk:N', {
        extra: 'idx local',
        GlobalSecondaryIndexes: [index('byIdx', 'idx', 'INCLUDE', ['shown'])],
        LocalSecondaryIndexes: [index('byLocal', 'pk local')],
      }),
    );
  });
  afterAll(() => db.close());

  const key = (pk: string, sk = '1') => ({ pk: { S: pk }, sk: { N: sk } });
  const put = (Item: object, more: object = {}) => ({ TableName: 'Things', Item, ...more });
  const get = (Key: object, more: object = {}) => db.call('GetItem', { TableName: 'Things', Key, ...more });

  it('come back as they were put, numbers in their shortest form', async () => {
    const given = {
      ...key('types', '01.0'),
      b: { B: 'AQID' },
      list: { L: [{ NULL: true }, { M: { n: { N: '1E2' } } }] },
    };
    await db.call('PutItem', put(given));
    expect((await get(key('types', '1.00'))).Item).toEqual({
      ...key('types'),
      b: { B: 'AQID' },
      list: { L: [{ NULL: true }, { M: { n: { N: '100' } } }] },
    });
    expect(await get(key('nothing'))).toEqual({});
  });

  it('are nested 32 levels deep, the attribute counted, and not 33', async () => {
    const nested = (levels: number): object => (levels === 1 ? { S: 'leaf' } : { M: { n: nested(levels - 1) } });
    await expect(db.call('PutItem', put({ ...key('deep'), document: nested(32) }))).resolves.toEqual({});
    const tooDeep =
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';
    expect(await db.failure('PutItem', put({ ...key('deep'), document: nested(33) }))).toBe(
      `ValidationException: ${tooDeep}`,
    );
    const compare = put(key('deep'), {
      ConditionExpression: 'document = :d',
      ExpressionAttributeValues: { ':d': nested(33) },
    });
    expect(await db.failure('PutItem', compare)).toBe(
      `ValidationException: ExpressionAttributeValues contains invalid value: ${tooDeep} for key :d`,
    );
  });

  it('have no null that is false', async () => {
    expect(await db.failure('PutItem', put({ ...key('null'), nothing: { NULL: false } }))).toBe(
      'ValidationException: One or more parameter values were invalid: Null attribute value types must have the value of true',
    );
  });

  it('are not changed by whoever goes on using the request', async () => {
    const given = { ...key('shared'), tags: { SS: ['a'] } };
    await db.call('PutItem', put(given));
    given.tags.SS.push('b');
    expect((await get(key('shared'))).Item['tags']).toEqual({ SS: ['a'] });
  });

  it('show only what is projected', async () => {
    await db.call(
      'PutItem',
      put({
        ...key('projected'),
        a: { L: [{ S: '0' }, { S: '1' }, { M: { x: { S: 'x' }, y: { S: 'y' } } }] },
        c: { S: 'c' },
      }),
    );
    const { Item } = await get(key('projected'), {
      ProjectionExpression: 'a[2].x, a[0], #c, nothing',
      ExpressionAttributeNames: { '#c': 'c' },
    });
    expect(Item).toEqual({ a: { L: [{ S: '0' }, { M: { x: { S: 'x' } } }] }, c: { S: 'c' } });
    expect((await get(key('projected'), { ProjectionExpression: 'nothing' })).Item).toEqual({});
  });

  it('return what they were when they are replaced or deleted', async () => {
    await db.call('PutItem', put({ ...key('old'), v: { S: '1' } }));
    const replaced = await db.call('PutItem', put({ ...key('old'), v: { S: '2' } }, { ReturnValues: 'ALL_OLD' }));
    expect(replaced.Attributes['v']).toEqual({ S: '1' });
    const deleted = await db.call('DeleteItem', { TableName: 'Things', Key: key('old'), ReturnValues: 'ALL_OLD' });
    expect(deleted.Attributes['v']).toEqual({ S: '2' });
    expect(await get(key('old'))).toEqual({});
    expect(await db.call('DeleteItem', { TableName: 'Things', Key: key('old'), ReturnValues: 'ALL_OLD' })).toEqual({});
  });

  it('are shown by a failed condition to those who ask for them', async () => {
    const item = { ...key('seen'), v: { S: '1' } };
    await db.call('PutItem', put(item));
    const input = put(item, { ConditionExpression: 'attribute_not_exists(pk)' });
    expect((await db.error('PutItem', input)).members).toEqual({});
    const asked = await db.error('PutItem', { ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    expect(asked.members).toEqual({ Item: item });
  });

  it('are written and read in batches', async () => {
    await db.call('BatchWriteItem', {
      RequestItems: { Things: ['x', 'y', 'z'].map((pk) => ({ PutRequest: { Item: key(pk) } })) },
    });
    await db.call('BatchWriteItem', { RequestItems: { Things: [{ DeleteRequest: { Key: key('y') } }] } });
    const Keys = ['x', 'y', 'z'].map((pk) => key(pk));
    expect(await db.call('BatchGetItem', { RequestItems: { Things: { Keys } } })).toEqual({
      Responses: { Things: [key('x'), key('z')] },
      UnprocessedKeys: {},
    });
  });

  it('cost what DynamoDB measures for tables and indexes', async () => {
    const cost = async (operation: string, input: object) =>
      (await db.call(operation, { TableName: 'Things', ReturnConsumedCapacity: 'INDEXES', ...input })).ConsumedCapacity;
    const units = (table: number, global?: number, local?: number) => ({
      TableName: 'Things',
      CapacityUnits: table + (global ?? 0) + (local ?? 0),
      Table: { CapacityUnits: table },
      ...(local === undefined ? {} : { LocalSecondaryIndexes: { byLocal: { CapacityUnits: local } } }),
      ...(global === undefined ? {} : { GlobalSecondaryIndexes: { byIdx: { CapacityUnits: global } } }),
    });
    const item = { ...key('cost'), idx: { S: 'i' }, local: { S: 'l' }, shown: { S: 's' }, unseen: { S: 'h' } };
    const set = (expression: string) =>
      cost('UpdateItem', {
        Key: key('cost'),
        UpdateExpression: expression,
        ...(expression.startsWith('SET') ? { ExpressionAttributeValues: { ':v': { S: 'new' } } } : {}),
        ...(expression.includes('#l') ? { ExpressionAttributeNames: { '#l': 'local' } } : {}),
      });
    expect(await cost('PutItem', { Item: item })).toEqual(units(1, 1, 1));
    expect(await cost('PutItem', { Item: item })).toEqual(units(1));
    expect(await set('SET unseen = :v')).toEqual(units(1, undefined, 1));
    expect(await set('SET shown = :v')).toEqual(units(1, 1, 1));
    expect(await set('SET idx = :v')).toEqual(units(1, 2, 1));
    expect(await set('SET #l = :v')).toEqual(units(1, undefined, 2));
    expect(await set('REMOVE idx')).toEqual(units(1, 1, 1));
    expect(await cost('DeleteItem', { Key: key('cost') })).toEqual(units(1, undefined, 1));
    expect(await cost('PutItem', { Item: { ...key('big'), text: { S: 'x'.repeat(3000) } } })).toEqual(units(3));
    expect(await cost('DeleteItem', { Key: key('big') })).toEqual(units(3));
    await db.call('PutItem', put({ ...key('big'), text: { S: 'x'.repeat(5000) } }));
    expect(await cost('GetItem', { Key: key('big') })).toEqual(units(1));
    expect(await cost('GetItem', { Key: key('big'), ConsistentRead: true })).toEqual(units(2));
  });

  it.each<[string, object, string]>([
    ['PutItem', put({ sk: { N: '1' } }), 'One or more parameter values were invalid: Missing the key pk in the item'],
    [
      'PutItem',
      put({ pk: { S: 'x' }, sk: { S: '1' } }),
      'One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S',
    ],
    ['PutItem', put(key('')), EMPTY_KEY],
    [
      'PutItem',
      put({ ...key('x'), a: {} }),
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      'PutItem',
      put({ ...key('x'), a: { S: 'x', N: '1' } }),
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      'PutItem',
      put({ ...key('x'), a: { SS: [] } }),
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      'PutItem',
      put({ ...key('x'), a: { SS: ['a', 'a'] } }),
      'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    ],
    ['PutItem', put({ ...key('x'), a: { NS: ['1', '1.0'] } }), 'Input collection contains duplicates'],
    [
      'PutItem',
      put({ ...key('x'), idx: { N: '1' } }),
      'One or more parameter values were invalid: Type mismatch for Index Key idx Expected: S Actual: N IndexName: byIdx',
    ],
    [
      'PutItem',
      put(key('x'.repeat(2049))),
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    ['GetItem', { TableName: 'Things', Key: { pk: { S: 'x' } } }, 'The provided key element does not match the schema'],
    ['GetItem', { TableName: 'Things', Key: key('') }, EMPTY_KEY],
    [
      'GetItem',
      { Key: key('x') },
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'GetItem',
      { TableName: 'bad table!@#', Key: key('x') },
      "1 validation error detected: Value 'bad table!@#' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      'GetItem',
      { TableName: 'Things', Key: key('x'), ProjectionExpression: 'a, a.b' },
      'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
    ],
    [
      'BatchWriteItem',
      { RequestItems: { Things: [{ PutRequest: { Item: key('x') } }, { DeleteRequest: { Key: key('x') } }] } },
      'Provided list of item keys contains duplicates',
    ],
    ['BatchWriteItem', { RequestItems: {} }, 'The requestItems parameter is required for BatchWriteItem'],
    ['BatchGetItem', { RequestItems: {} }, 'The requestItems parameter is required for BatchGetItem'],
    [
      'BatchGetItem',
      { RequestItems: { Things: { Keys: [key('x'), key('x')] } } },
      'Provided list of item keys contains duplicates',
    ],
  ])('%s refuses what is wrong in its own words: %j', async (operation, input, message) => {
    expect(await db.failure(operation, input)).toBe(`ValidationException: ${message}`);
  });

  it('are not in tables that are not there, nor behind operations that are none', async () => {
    expect(await db.failure('GetItem', { TableName: 'None', Key: key('x') })).toBe(
      'ResourceNotFoundException: Requested resource not found',
    );
    expect((await db.error('ExecuteStatement', {})).code).toBe('UnknownOperationException');
  });
});
