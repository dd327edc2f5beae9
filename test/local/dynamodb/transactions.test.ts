import { dynamoDb, type Fixture, FUNCTION, index, tableInput } from './dynamodb-fixture.ts';

const MINUTE_MS = 60_000;

describe('TransactWriteItems', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk'));
    await db.call(
      'CreateTable',
      tableInput('Indexed', 'pk', { extra: 'idx', GlobalSecondaryIndexes: [index('byIdx', 'idx')] }),
    );
    await db.call('PutItem', { TableName: 'Things', Item: { pk: { S: 'stock' }, left: { N: '10' } } });
  });
  afterEach(() => db.close());

  const put = (pk: string, more: object = {}) => ({ Put: { TableName: 'Things', Item: { pk: { S: pk } }, ...more } });
  const take = (count: number, more: object = {}) => ({
    Update: {
      TableName: 'Things',
      Key: { pk: { S: 'stock' } },
      UpdateExpression: 'SET #left = #left - :n',
      ConditionExpression: '#left >= :n',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':n': { N: String(count) } },
      ...more,
    },
  });
  const read = async (pk: string) => (await db.call('GetItem', { TableName: 'Things', Key: { pk: { S: pk } } })).Item;
  const ifAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };

  it('writes all of its items, in any tables', async () => {
    await db.call('PutItem', { TableName: 'Things', Item: { pk: { S: 'gone' } } });
    await db.call('TransactWriteItems', {
      TransactItems: [
        put('order', ifAbsent),
        take(3),
        { Delete: { TableName: 'Things', Key: { pk: { S: 'gone' } } } },
        { Put: { TableName: 'Indexed', Item: { pk: { S: 'i' }, idx: { S: 'x' } } } },
        {
          ConditionCheck: {
            TableName: 'Indexed',
            Key: { pk: { S: 'none' } },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    });
    expect(await read('order')).toEqual({ pk: { S: 'order' } });
    expect(await read('stock')).toEqual({ pk: { S: 'stock' }, left: { N: '7' } });
    expect(await read('gone')).toBeUndefined();
  });

  it('writes nothing when one condition fails, and says which, in order, with the item that was asked for', async () => {
    const error = await db.error('TransactWriteItems', {
      TransactItems: [
        put('order', ifAbsent),
        take(11, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        put('other', { ConditionExpression: 'attribute_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      ],
    });
    expect(error.code).toBe('TransactionCanceledException');
    expect(error.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
    );
    expect(error.members['CancellationReasons']).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: { S: 'stock' }, left: { N: '10' } },
      },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ]);
    expect(await read('order')).toBeUndefined();
  });

  it('sells exactly what there is when many take at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, buyer) =>
        db.call('TransactWriteItems', { TransactItems: [take(1), put(`order-${String(buyer)}`, ifAbsent)] }, FUNCTION),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect((await read('stock')).left).toEqual({ N: '0' });
    const { Count } = await db.call('Scan', { TableName: 'Things', Select: 'COUNT' });
    expect(Count).toBe(11);
  });

  it('takes a failing update of one item for the reason of that item', async () => {
    const error = await db.error('TransactWriteItems', {
      TransactItems: [
        put('order'),
        {
          Update: {
            TableName: 'Things',
            Key: { pk: { S: 'stock' } },
            UpdateExpression: 'SET #left = absent',
            ExpressionAttributeNames: { '#left': 'left' },
          },
        },
      ],
    });
    expect(error.members['CancellationReasons']).toEqual([
      { Code: 'None' },
      {
        Code: 'ValidationError',
        Message: 'The provided expression refers to an attribute that does not exist in the item',
      },
    ]);
  });

  it.each<[string, object, string]>([
    [
      'an item with a key of the wrong type',
      { Put: { TableName: 'Things', Item: { pk: { N: '5' } } } },
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      'a key of the wrong type',
      { Delete: { TableName: 'Things', Key: { pk: { L: [] } } } },
      'The provided key element does not match the schema',
    ],
    [
      'an index key of the wrong type',
      { Put: { TableName: 'Indexed', Item: { pk: { S: 'x' }, idx: { N: '5' } } } },
      'One or more parameter values were invalid: Type mismatch for Index Key idx Expected: S Actual: N IndexName: byIdx',
    ],
    [
      'an update to an index key of the wrong type',
      {
        Update: {
          TableName: 'Indexed',
          Key: { pk: { S: 'x' } },
          UpdateExpression: 'SET idx = :v',
          ExpressionAttributeValues: { ':v': { N: '5' } },
        },
      },
      'One or more parameter values were invalid: Type mismatch for Index Key idx Expected: S Actual: N IndexName: byIdx',
    ],
  ])('is cancelled for %s', async (_what, element, message) => {
    const error = await db.error('TransactWriteItems', { TransactItems: [element] });
    expect(error.members['CancellationReasons']).toEqual([{ Code: 'ValidationError', Message: message }]);
  });

  it.each<[string, object, string]>([
    [
      'no items',
      { TransactItems: [] },
      "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'two actions on one item',
      { TransactItems: [put('a'), { Delete: { TableName: 'Things', Key: { pk: { S: 'a' } } } }] },
      'ValidationException: Transaction request cannot include multiple operations on one item',
    ],
    [
      'two actions in one element',
      { TransactItems: [{ ...put('a'), ...take(1) }] },
      'ValidationException: TransactItems can only contain one of Check, Put, Update or Delete',
    ],
    [
      'an empty key',
      { TransactItems: [put('')] },
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      'an empty index key',
      { TransactItems: [{ Put: { TableName: 'Indexed', Item: { pk: { S: 'x' }, idx: { S: '' } } } }] },
      'ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byIdx, IndexKey: idx',
    ],
    [
      'a table that is not there',
      { TransactItems: [{ Put: { TableName: 'Nowhere', Item: { pk: { S: 'x' } } } }] },
      'ResourceNotFoundException: Requested resource not found',
    ],
    [
      'a condition check without a condition',
      { TransactItems: [{ ConditionCheck: { TableName: 'Things', Key: { pk: { S: 'x' } } } }] },
      "ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    ],
  ])('refuses %s as a whole', async (_what, input, message) => {
    expect(await db.failure('TransactWriteItems', input)).toBe(message);
  });

  it('takes 100 actions and not 101', async () => {
    const items = (count: number) => Array.from({ length: count }, (_, number) => put(`item-${String(number)}`));
    await expect(db.call('TransactWriteItems', { TransactItems: items(100) })).resolves.toEqual({});
    expect(await db.failure('TransactWriteItems', { TransactItems: items(101) })).toMatch(
      /^ValidationException: 1 validation error detected: Value '\[.+\]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/s,
    );
  });

  it('carries out a request with a token once within ten minutes', async () => {
    const request = { ClientRequestToken: 'once', TransactItems: [take(3)], ReturnConsumedCapacity: 'TOTAL' };
    const first = await db.call('TransactWriteItems', request);
    expect(first.ConsumedCapacity).toEqual([{ TableName: 'Things', CapacityUnits: 2, WriteCapacityUnits: 2 }]);
    await db.host.clock.advance(9 * MINUTE_MS);
    const repeated = await db.call('TransactWriteItems', request);
    expect(repeated.ConsumedCapacity).toEqual([{ TableName: 'Things', CapacityUnits: 2, ReadCapacityUnits: 2 }]);
    expect((await read('stock')).left).toEqual({ N: '7' });
    expect(await db.failure('TransactWriteItems', { ...request, TransactItems: [take(4)] })).toMatch(
      /^IdempotentParameterMismatchException: /,
    );
    await db.host.clock.advance(2 * MINUTE_MS);
    await db.call('TransactWriteItems', request);
    expect((await read('stock')).left).toEqual({ N: '4' });
  });
});

describe('TransactGetItems', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk'));
    await db.call('PutItem', { TableName: 'Things', Item: { pk: { S: 'a' }, x: { N: '1' }, y: { N: '2' } } });
  });
  afterEach(() => db.close());

  const get = (pk: object, more: object = {}) => ({ Get: { TableName: 'Things', Key: { pk }, ...more } });

  it('answers in order, with nothing for what is not there, two units each', async () => {
    const response = await db.call('TransactGetItems', {
      TransactItems: [get({ S: 'none' }), get({ S: 'a' }, { ProjectionExpression: 'x' })],
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(response).toEqual({
      Responses: [{}, { Item: { x: { N: '1' } } }],
      ConsumedCapacity: [{ TableName: 'Things', CapacityUnits: 4, ReadCapacityUnits: 4 }],
    });
  });

  it('refuses the same item twice and a key that is none', async () => {
    expect(await db.failure('TransactGetItems', { TransactItems: [get({ S: 'a' }), get({ S: 'a' })] })).toBe(
      'ValidationException: Transaction request cannot include multiple operations on one item',
    );
    expect(await db.failure('TransactGetItems', { TransactItems: [get({ S: 'a' }), get({ N: '1' })] })).toBe(
      'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]',
    );
  });
});
