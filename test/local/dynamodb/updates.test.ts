import { dynamoDb, type Fixture, tableInput } from './dynamodb-fixture.ts';

const KEY = { pk: { S: 'p' } };
const BEFORE = {
  ...KEY,
  count: { N: '5' },
  name: { S: 'Ann' },
  tags: { SS: ['a', 'b'] },
  parts: { L: [{ S: 'l0' }, { S: 'l1' }, { S: 'l2' }] },
  map: { M: { core: { M: { x: { N: '1' } } } } },
};
const NAMES = { '#c': 'count', '#n': 'name', '#m': 'map' };

describe('an update', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk'));
  });
  beforeEach(() => db.call('PutItem', { TableName: 'Things', Item: BEFORE }));
  afterAll(() => db.close());

  const input = (UpdateExpression: string, values: object = {}, more: object = {}) => ({
    TableName: 'Things',
    Key: KEY,
    UpdateExpression,
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    ...namesIn(UpdateExpression),
    ...more,
  });
  const namesIn = (expression: string) => {
    const used = Object.entries(NAMES).filter(([name]) => expression.includes(name));
    return used.length > 0 ? { ExpressionAttributeNames: Object.fromEntries(used) } : {};
  };

  it.each<[string, object, object]>([
    ['SET #c = #c + :v', { ':v': { N: '2.5' } }, { count: { N: '7.5' } }],
    ['SET #c = #c - :v, copied = #c', { ':v': { N: '6' } }, { count: { N: '-1' }, copied: { N: '5' } }],
    ['SET a = if_not_exists(a, :z) + :one', { ':z': { N: '0' }, ':one': { N: '1' } }, { a: { N: '1' } }],
    ['SET #n = if_not_exists(#n, :v)', { ':v': { S: 'Bob' } }, {}],
    [
      'SET parts = list_append(:v, parts)',
      { ':v': { L: [{ S: 'new' }] } },
      { parts: { L: [{ S: 'new' }, { S: 'l0' }, { S: 'l1' }, { S: 'l2' }] } },
    ],
    ['SET parts[1] = :v', { ':v': { N: '9' } }, { parts: { L: [{ S: 'l0' }, { N: '9' }, { S: 'l2' }] } }],
    [
      'SET parts[9] = :b, parts[7] = :a',
      { ':a': { S: 'a' }, ':b': { S: 'b' } },
      { parts: { L: [{ S: 'l0' }, { S: 'l1' }, { S: 'l2' }, { S: 'a' }, { S: 'b' }] } },
    ],
    ['REMOVE parts[0], parts[2]', {}, { parts: { L: [{ S: 'l1' }] } }],
    ['SET #m.core.y = :v', { ':v': { S: 'y' } }, { map: { M: { core: { M: { x: { N: '1' }, y: { S: 'y' } } } } } }],
    ['REMOVE #m.core.x', {}, { map: { M: { core: { M: {} } } } }],
    ['REMOVE absent, #m.nothing', {}, {}],
    ['ADD #c :v, fresh :v', { ':v': { N: '1' } }, { count: { N: '6' }, fresh: { N: '1' } }],
    ['ADD tags :v', { ':v': { SS: ['b', 'c'] } }, { tags: { SS: ['a', 'b', 'c'] } }],
    ['DELETE tags :v', { ':v': { SS: ['a', 'zz'] } }, { tags: { SS: ['b'] } }],
    [
      'SET #n = :v REMOVE #m ADD #c :one DELETE tags :t',
      { ':v': { S: 'Bob' }, ':one': { N: '1' }, ':t': { SS: ['b'] } },
      { name: { S: 'Bob' }, map: undefined, count: { N: '6' }, tags: { SS: ['a'] } },
    ],
    ['SET a = parts[0], parts[0] = #n', {}, { a: { S: 'l0' }, parts: { L: [{ S: 'Ann' }, { S: 'l1' }, { S: 'l2' }] } }],
    ['set #c = (#c + :v)', { ':v': { N: '1' } }, { count: { N: '6' } }],
  ])('%s', async (expression, values, changes) => {
    const { Attributes } = await db.call('UpdateItem', input(expression, values, { ReturnValues: 'ALL_NEW' }));
    expect(Attributes).toEqual(JSON.parse(JSON.stringify({ ...BEFORE, ...changes })));
    expect((await db.call('GetItem', { TableName: 'Things', Key: KEY })).Item).toEqual(Attributes);
  });

  it('removes a set from which everything is deleted', async () => {
    await db.call('UpdateItem', input('DELETE tags :v', { ':v': { SS: ['a', 'b'] } }));
    expect((await db.call('GetItem', { TableName: 'Things', Key: KEY })).Item.tags).toBeUndefined();
  });

  it('makes an item that is not there, with its key', async () => {
    const Key = { pk: { S: 'fresh' } };
    const { Attributes } = await db.call('UpdateItem', {
      ...input('SET a = :v', { ':v': { S: 'x' } }, { ReturnValues: 'ALL_NEW' }),
      Key,
    });
    expect(Attributes).toEqual({ ...Key, a: { S: 'x' } });
  });

  it.each([
    ['UPDATED_NEW', { count: { N: '6' }, map: { M: { core: { M: { x: { N: '2' } } } } } }],
    ['UPDATED_OLD', { count: { N: '5' }, map: { M: { core: { M: { x: { N: '1' } } } } } }],
    ['ALL_OLD', BEFORE],
    ['NONE', undefined],
  ])('returns %s', async (ReturnValues, expected) => {
    const values = { ':one': { N: '1' }, ':two': { N: '2' } };
    const response = await db.call(
      'UpdateItem',
      input('SET #c = #c + :one, #m.core.x = :two', values, { ReturnValues }),
    );
    expect(response.Attributes).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['', {}, 'Invalid UpdateExpression: The expression can not be empty;'],
    ['INVALID SYNTAX HERE', {}, 'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"'],
    [
      'SET a = :v SET b = :v',
      { ':v': { S: 'x' } },
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'SET a = :v, a = :v',
      { ':v': { S: 'x' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    ],
    [
      'SET a.b = :v REMOVE a.b[1]',
      { ':v': { S: 'x' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, b, [1]]',
    ],
    [
      'SET pk = :v',
      { ':v': { S: 'x' } },
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
    ['SET a = absent', {}, 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a.b = :v', { ':v': { S: 'x' } }, 'The document path provided in the update expression is invalid for update'],
    [
      'SET #n.b = :v',
      { ':v': { S: 'x' } },
      'The document path provided in the update expression is invalid for update',
    ],
    ['REMOVE a.b', {}, 'The document path provided in the update expression is invalid for update'],
    ['SET a = #n + :v', { ':v': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET a = #c + :v',
      { ':v': { S: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    ['ADD #n :v', { ':v': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'ADD a :v',
      { ':v': { S: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
    ],
    [
      'DELETE tags :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND',
    ],
    ['SET a = nope(#c)', {}, 'Invalid UpdateExpression: Invalid function name; function: nope'],
  ])('refuses %s', async (expression, values, message) => {
    expect(await db.failure('UpdateItem', input(expression, values))).toBe(`ValidationException: ${message}`);
    expect((await db.call('GetItem', { TableName: 'Things', Key: KEY })).Item).toEqual(BEFORE);
  });
});
