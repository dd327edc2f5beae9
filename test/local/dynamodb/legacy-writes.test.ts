import { dynamoDb, type Fixture, tableInput } from './dynamodb-fixture.ts';

const INVALID = 'ValidationException: One or more parameter values were invalid: ';

describe('Expected', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk'));
    const item = { pk: { S: 'p' }, word: { S: 'apple' }, count: { N: '5' }, tags: { SS: ['red'] }, 'a.b': { N: '1' } };
    await db.call('PutItem', { TableName: 'Things', Item: item });
  });
  afterAll(() => db.close());

  // An update that changes nothing: only the expectation decides.
  const expecting = (Expected: object, more: object = {}) => ({
    TableName: 'Things',
    Key: { pk: { S: 'p' } },
    Expected,
    ...more,
  });
  const compare = (ComparisonOperator: string, ...AttributeValueList: object[]) => ({
    ComparisonOperator,
    AttributeValueList,
  });
  const word = (value: string) => ({ S: value });

  it.each<[string, object, object?]>([
    ['a value', { word: { Value: word('apple') } }],
    ['a value that exists', { word: { Value: word('apple'), Exists: true } }],
    ['nothing', { absent: { Exists: false } }],
    ['EQ', { count: compare('EQ', { N: '5.0' }) }],
    ['an operator with one value', { count: { ComparisonOperator: 'EQ', Value: { N: '5' } } }],
    ['NE', { word: compare('NE', word('pear')) }],
    ['NE of what is not there', { absent: compare('NE', word('pear')) }],
    ['LT', { count: compare('LT', { N: '6' }) }],
    ['LE', { count: compare('LE', { N: '5' }) }],
    ['GT', { count: compare('GT', { N: '4' }) }],
    ['GE', { count: compare('GE', { N: '5' }) }],
    ['BETWEEN', { count: compare('BETWEEN', { N: '4' }, { N: '6' }) }],
    ['IN', { word: compare('IN', word('pear'), word('apple')) }],
    ['BEGINS_WITH', { word: compare('BEGINS_WITH', word('app')) }],
    ['CONTAINS', { tags: compare('CONTAINS', word('red')) }],
    ['NOT_CONTAINS', { tags: compare('NOT_CONTAINS', word('blue')) }],
    ['NULL', { absent: { ComparisonOperator: 'NULL' } }],
    ['NOT_NULL', { word: { ComparisonOperator: 'NOT_NULL' } }],
    ['an attribute with a dot in its name', { 'a.b': compare('EQ', { N: '1' }) }],
    [
      'one of two with OR',
      { word: { Value: word('pear') }, count: { Value: { N: '5' } } },
      { ConditionalOperator: 'OR' },
    ],
  ])('lets a write pass: %s', async (_what, expected, more = {}) => {
    await expect(db.call('UpdateItem', expecting(expected, more))).resolves.toEqual({});
  });

  it.each<[string, object]>([
    ['another value', { word: { Value: word('pear') } }],
    ['something where nothing is expected', { word: { Exists: false } }],
    ['LT', { count: compare('LT', { N: '5' }) }],
    ['NOT_CONTAINS', { tags: compare('NOT_CONTAINS', word('red')) }],
    ['one of two without OR', { word: { Value: word('pear') }, count: { Value: { N: '5' } } }],
  ])('stops a write: %s', async (_what, expected) => {
    for (const operation of ['UpdateItem', 'DeleteItem']) {
      expect(await db.failure(operation, expecting(expected))).toBe(
        'ConditionalCheckFailedException: The conditional request failed',
      );
    }
  });

  it.each<[string, object, string]>([
    ['{}', { word: {} }, `${INVALID}Value must be provided when Exists is null for Attribute: word`],
    [
      'Exists without a value',
      { word: { Exists: true } },
      `${INVALID}Value must be provided when Exists is true for Attribute: word`,
    ],
    [
      'a value of nothing',
      { word: { Exists: false, Value: word('x') } },
      `${INVALID}Value cannot be used when Exists is false for Attribute: word`,
    ],
    [
      'values without an operator',
      { word: { AttributeValueList: [word('x')] } },
      `${INVALID}AttributeValueList can only be used with a ComparisonOperator for Attribute: word`,
    ],
    [
      'two kinds of values',
      { word: { ...compare('EQ', word('x')), Value: word('x') } },
      `${INVALID}Value and AttributeValueList cannot be used together for Attribute: word`,
    ],
    [
      'two kinds of expectations',
      { word: { ...compare('EQ', word('x')), Exists: true } },
      `${INVALID}Exists and ComparisonOperator cannot be used together for Attribute: word`,
    ],
    [
      'an operator without a value',
      { word: { ComparisonOperator: 'EQ' } },
      `${INVALID}Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: word`,
    ],
    [
      'too few operands',
      { count: compare('BETWEEN', { N: '1' }) },
      `${INVALID}Invalid number of argument(s) for the BETWEEN ComparisonOperator`,
    ],
    [
      'operands of other types',
      { count: compare('GT', { BOOL: true }) },
      `${INVALID}ComparisonOperator GT is not valid for BOOL AttributeValue type`,
    ],
    [
      'operands of two types',
      { count: compare('IN', { N: '1' }, word('x')) },
      `${INVALID}AttributeValues inside AttributeValueList must be of same type`,
    ],
    [
      'a range that is upside down',
      { count: compare('BETWEEN', { N: '2' }, { N: '1' }) },
      'ValidationException: The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    ],
    [
      'an operator that is none',
      { word: compare('LIKE', word('x')) },
      "ValidationException: 1 validation error detected: Value 'LIKE' at 'expected.word.member.comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]",
    ],
  ])('is refused: %s', async (_what, expected, message) => {
    expect(await db.failure('UpdateItem', expecting(expected))).toBe(message);
  });

  it('has an operator only between several conditions', async () => {
    const one = { word: { Value: word('apple') } };
    expect(await db.failure('UpdateItem', expecting(one, { ConditionalOperator: 'AND' }))).toBe(
      'ValidationException: ConditionalOperator can only be used when Filter or Expected has two or more elements',
    );
    const none = { TableName: 'Things', Key: { pk: { S: 'p' } }, ConditionalOperator: 'AND' };
    expect(await db.failure('DeleteItem', none)).toBe(
      'ValidationException: ConditionalOperator cannot be used without Filter or Expected',
    );
  });
});

describe('AttributeUpdates', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk'));
  });
  afterAll(() => db.close());

  const update = (pk: string, AttributeUpdates: object, more: object = {}) => ({
    TableName: 'Things',
    Key: { pk: { S: pk } },
    AttributeUpdates,
    ...more,
  });
  const read = async (pk: string) => (await db.call('GetItem', { TableName: 'Things', Key: { pk: { S: pk } } })).Item;

  it('put, add and delete attributes, and members of sets', async () => {
    const item = {
      ...{ pk: { S: 'all' }, count: { N: '1' }, old: { S: 'x' } },
      ...{ colours: { SS: ['red', 'blue'] }, sizes: { NS: ['1'] } },
    };
    await db.call('PutItem', { TableName: 'Things', Item: item });
    const updates = {
      name: { Value: { S: 'n' } },
      'dotted.name': { Action: 'PUT', Value: { S: 'd' } },
      count: { Action: 'ADD', Value: { N: '2.5' } },
      fresh: { Action: 'ADD', Value: { N: '7' } },
      sizes: { Action: 'ADD', Value: { NS: ['2'] } },
      colours: { Action: 'DELETE', Value: { SS: ['red'] } },
      old: { Action: 'DELETE' },
    };
    const changed = await db.call('UpdateItem', update('all', updates, { ReturnValues: 'UPDATED_NEW' }));
    const attributes = {
      ...{ name: { S: 'n' }, 'dotted.name': { S: 'd' }, count: { N: '3.5' }, fresh: { N: '7' } },
      ...{ sizes: { NS: ['1', '2'] }, colours: { SS: ['blue'] } },
    };
    expect(changed.Attributes).toEqual(attributes);
    expect(await read('all')).toEqual({ pk: { S: 'all' }, ...attributes });
  });

  it('make an item that is not there, unless they only delete', async () => {
    await db.call('UpdateItem', update('made', { count: { Action: 'ADD', Value: { N: '1' } } }));
    expect(await read('made')).toEqual({ pk: { S: 'made' }, count: { N: '1' } });
    await db.call('UpdateItem', update('unmade', { count: { Action: 'DELETE' } }));
    expect(await read('unmade')).toBeUndefined();
  });

  it.each<[string, object, string]>([
    [
      'a put of nothing',
      { a: { Action: 'PUT' } },
      `${INVALID}Only DELETE action is allowed when no attribute value is specified`,
    ],
    [
      'a sum with text',
      { a: { Action: 'ADD', Value: { S: 'x' } } },
      `${INVALID}ADD action is not supported for the type S`,
    ],
    [
      'a set without text',
      { a: { Action: 'DELETE', Value: { S: 'x' } } },
      `${INVALID}DELETE action with value is not supported for the type S`,
    ],
    [
      'the key',
      { pk: { Value: { S: 'x' } } },
      `${INVALID}Cannot update attribute pk. This attribute is part of the key`,
    ],
    [
      'an action that is none',
      { a: { Action: 'SET', Value: { S: 'x' } } },
      "ValidationException: 1 validation error detected: Value 'SET' at 'attributeUpdates.a.member.action' failed to satisfy constraint: Member must satisfy enum value set: [ADD, PUT, DELETE]",
    ],
  ])('are refused: %s', async (_what, updates, message) => {
    expect(await db.failure('UpdateItem', update('x', updates))).toBe(message);
  });

  it('go with Expected, and with no expression', async () => {
    await db.call('PutItem', { TableName: 'Things', Item: { pk: { S: 'both' }, v: { N: '1' } } });
    const next = { v: { Value: { N: '2' } } };
    const request = update('both', next, { Expected: { v: { Value: { N: '1' } } } });
    await db.call('UpdateItem', request);
    expect(await db.failure('UpdateItem', request)).toMatch(/^ConditionalCheckFailedException/);
    expect(await db.failure('UpdateItem', update('both', next, { ConditionExpression: 'v = v' }))).toBe(
      'ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates} Expression parameters: {ConditionExpression}',
    );
  });
});
