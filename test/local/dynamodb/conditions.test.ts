import { dynamoDb, type Fixture, tableInput } from './dynamodb-fixture.ts';

const ITEM = {
  pk: { S: 'p' },
  word: { S: 'apple' },
  wide: { S: 'é\u{1d11e}' },
  digits: { N: '5' },
  big: { N: '12345678901234567890.5' },
  flag: { BOOL: true },
  nothing: { NULL: true },
  bytes: { B: 'AQID' },
  set: { SS: ['red', 'green'] },
  numbers: { NS: ['1', '2.5'] },
  list: { L: [{ S: 'first' }, { M: { deep: { N: '7' } } }] },
  map: { M: { name: { S: 'Ann' }, 'odd.name': { N: '1' } } },
};

describe('a condition', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call('CreateTable', tableInput('Things', 'pk'));
    await db.call('PutItem', { TableName: 'Things', Item: ITEM });
  });
  afterAll(() => db.close());

  const put = (ConditionExpression: string, values: object = {}, names: object = {}) => ({
    TableName: 'Things',
    Item: ITEM,
    ConditionExpression,
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
  });

  it.each<[string, object?, object?]>([
    ['attribute_exists(pk)'],
    ['attribute_not_exists(absent)'],
    ['NOT attribute_exists(absent)'],
    ['word = :v', { ':v': { S: 'apple' } }],
    [':v = word', { ':v': { S: 'apple' } }],
    ['absent <> :v', { ':v': { S: 'x' } }],
    ['digits <> :v', { ':v': { S: '5' } }],
    ['digits BETWEEN :low AND :high', { ':low': { N: '4.99' }, ':high': { N: '5.0' } }],
    ['digits IN (:a, :b)', { ':a': { N: '1' }, ':b': { N: '5.00' } }],
    ['big > :v', { ':v': { N: '12345678901234567890.4' } }],
    ['bytes < :v', { ':v': { B: 'AQIE' } }],
    ['begins_with(word, :v)', { ':v': { S: 'app' } }],
    ['begins_with(bytes, :v)', { ':v': { B: 'AQI=' } }],
    ['contains(word, :v)', { ':v': { S: 'ppl' } }],
    ['contains(#set, :v)', { ':v': { S: 'red' } }, { '#set': 'set' }],
    ['contains(numbers, :v)', { ':v': { N: '2.50' } }],
    ['contains(#list, :v)', { ':v': { M: { deep: { N: '7' } } } }, { '#list': 'list' }],
    ['#set = :v', { ':v': { SS: ['green', 'red'] } }, { '#set': 'set' }],
    ['attribute_type(flag, :v)', { ':v': { S: 'BOOL' } }],
    ['size(#list) = :v', { ':v': { N: '2' } }, { '#list': 'list' }],
    ['size(bytes) = :v', { ':v': { N: '3' } }],
    ['size(wide) = :v', { ':v': { N: '3' } }],
    ['#list[1].deep = :v', { ':v': { N: '7' } }, { '#list': 'list' }],
    ['#map.#odd = :v', { ':v': { N: '1' } }, { '#map': 'map', '#odd': 'odd.name' }],
    ['(word = :a OR digits = :b) AND NOT (flag = :c)', { ':a': { S: 'x' }, ':b': { N: '5' }, ':c': { BOOL: false } }],
    ['word = :a and digits = :b or attribute_exists(absent)', { ':a': { S: 'apple' }, ':b': { N: '5' } }],
    ['((word = :a) OR (word = :b))', { ':a': { S: 'x' }, ':b': { S: 'apple' } }],
    ['(word) = :a', { ':a': { S: 'apple' } }],
    ['nothing = :v', { ':v': { NULL: true } }],
    ['attribute_not_exists(toString)'],
  ])('holds: %s', async (expression, values = {}, names = {}) => {
    await expect(db.call('PutItem', put(expression, values, names))).resolves.toEqual({});
  });

  it.each<[string, object?, object?]>([
    ['attribute_exists(absent)'],
    ['word = :v', { ':v': { S: 'pear' } }],
    ['absent = :v', { ':v': { S: 'x' } }],
    ['digits < :v', { ':v': { S: '9' } }],
    ['absent < :v', { ':v': { N: '9' } }],
    ['contains(word, :v)', { ':v': { N: '1' } }],
    ['begins_with(digits, :v)', { ':v': { S: '5' } }],
    ['size(digits) = :v', { ':v': { N: '1' } }],
    ['word = :a AND digits = :b', { ':a': { S: 'apple' }, ':b': { N: '6' } }],
  ])('does not hold: %s', async (expression, values = {}, names = {}) => {
    expect(await db.failure('PutItem', put(expression, values, names))).toBe(
      'ConditionalCheckFailedException: The conditional request failed',
    );
  });

  it.each<[string, string, object?, object?]>([
    ['', 'The expression can not be empty;'],
    ['word = ', 'Syntax error; token: "<EOF>", near: "= "'],
    ['word == :v', 'Syntax error; token: "=", near: "== :v"', { ':v': { S: 'x' } }],
    ['a ! b', 'Syntax error; token: "!", near: "a ! b"'],
    ['status = :v', 'Attribute name is a reserved keyword; reserved keyword: status', { ':v': { S: 'x' } }],
    ['((attribute_exists(pk)))', 'The expression has redundant parentheses;'],
    ['exists(pk)', 'Invalid function name; function: exists'],
    [
      'begins_with(word)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    [
      'attribute_exists(:v)',
      'Operator or function requires a document path; operator or function: attribute_exists',
      { ':v': { S: 'x' } },
    ],
    [
      'begins_with(word, :v)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      { ':v': { N: '1' } },
    ],
    [
      'word < :v',
      'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL',
      { ':v': { BOOL: true } },
    ],
    [
      'contains(#a, #a)',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [data]',
      {},
      { '#a': 'data' },
    ],
    [
      'digits BETWEEN :low AND :high',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
      { ':low': { N: '2' }, ':high': { N: '1' } },
    ],
    ['word = :absent', 'An expression attribute value used in expression is not defined; attribute value: :absent'],
    ['#absent = pk', 'An expression attribute name used in the document path is not defined; attribute name: #absent'],
    [
      'attribute_type(word, :v)',
      'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
      { ':v': { S: 'X' } },
    ],
  ])('is refused: %s', async (expression, message, values = {}, names = {}) => {
    expect(await db.failure('PutItem', put(expression, values, names))).toBe(
      `ValidationException: Invalid ConditionExpression: ${message}`,
    );
  });

  it.each<[string, object, string]>([
    [
      'a name that nothing uses',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: { '#unused': 'x' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}',
    ],
    [
      'a value that nothing uses',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':x': { S: 'x' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}',
    ],
    [
      'a name without #',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: { s: 'x' } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "s"',
    ],
    [
      'a value without :',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { v: { S: 'x' } } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
    ],
    [
      'a value without a type',
      { ConditionExpression: 'pk = :v', ExpressionAttributeValues: { ':v': {} } },
      'ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :v',
    ],
    [
      'names without an expression',
      { ExpressionAttributeNames: { '#a': 'x' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      'values without an expression',
      { ExpressionAttributeValues: { ':v': { S: 'x' } } },
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [
      'empty names',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: {} },
      'ExpressionAttributeNames must not be empty',
    ],
    [
      'legacy parameters beside an expression',
      { ConditionExpression: 'attribute_exists(pk)', Expected: {} },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
  ])('comes with placeholders that fit it, so %s is refused', async (_what, parameters, message) => {
    expect(await db.failure('PutItem', { TableName: 'Things', Item: ITEM, ...parameters })).toBe(
      `ValidationException: ${message}`,
    );
  });
});
