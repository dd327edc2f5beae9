import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { dynamoDb, type Fixture, FUNCTION, tableInput } from './dynamodb-fixture.ts';

const key = (pk: string) => ({ TableName: 'Things', Key: { pk: { S: pk } } });
const increment = (pk: string) => ({
  ...key(pk),
  UpdateExpression: 'ADD #count :one',
  ExpressionAttributeNames: { '#count': 'count' },
  ExpressionAttributeValues: { ':one': { N: '1' } },
});
const transaction = (...pks: string[]) => ({ TransactItems: pks.map((pk) => ({ Update: increment(pk) })) });

const withTable = async (policy?: 'all' | 'none'): Promise<Fixture> => {
  const db = await dynamoDb({ transactionConflicts: policy });
  await db.call('CreateTable', tableInput('Things', 'pk'));
  return db;
};
const count = async (db: Fixture, pk: string) => (await db.call('GetItem', key(pk))).Item['count']?.N;

describe('an item of a transaction that is not on disk yet', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await withTable();
  });
  afterEach(() => db.close());

  it('is a conflict for another transaction, told at its place, which changes nothing', async () => {
    const first = db.call('TransactWriteItems', transaction('a', 'shared'));
    const error = await db.error('TransactWriteItems', transaction('shared', 'b'));
    expect([error.code, error.message]).toEqual([
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]',
    ]);
    expect(error.members['CancellationReasons']).toEqual([
      { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
      { Code: 'None' },
    ]);
    await first;
    expect(await db.call('GetItem', key('b'))).toEqual({});
    expect(await count(db, 'shared')).toBe('1');
  });

  it('is free again when the one who met it hears of it', async () => {
    const first = db.call('TransactWriteItems', transaction('shared'));
    await db.failure('TransactWriteItems', transaction('shared'));
    await db.call('TransactWriteItems', transaction('shared'));
    await first;
    expect(await count(db, 'shared')).toBe('2');
  });

  it.each<[string, object]>([
    ['PutItem', { TableName: 'Things', Item: { pk: { S: 'shared' } } }],
    ['UpdateItem', increment('shared')],
    ['DeleteItem', key('shared')],
  ])('is a conflict for %s', async (operation, input) => {
    const first = db.call('TransactWriteItems', transaction('shared'));
    expect(await db.failure(operation, input)).toBe(
      'TransactionConflictException: Transaction is ongoing for the item',
    );
    await first;
    await expect(db.call(operation, input)).resolves.toEqual({});
  });

  it('is a conflict for TransactGetItems and none for other reads', async () => {
    const first = db.call('TransactWriteItems', transaction('shared'));
    const gets = { TransactItems: ['other', 'shared'].map((pk) => ({ Get: key(pk) })) };
    const [cancelled, read] = await Promise.all([
      db.error('TransactGetItems', gets),
      db.call('GetItem', key('shared')),
    ]);
    expect(cancelled.members['CancellationReasons']).toEqual([
      { Code: 'None' },
      { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    ]);
    expect(read.Item['count']).toEqual({ N: '1' });
    await first;
  });

  it('is one too where the transaction only checks its condition', async () => {
    const check = { ...key('shared'), ConditionExpression: 'attribute_not_exists(pk)' };
    const first = db.call('TransactWriteItems', {
      TransactItems: [{ ConditionCheck: check }, { Update: increment('a') }],
    });
    expect(await db.failure('UpdateItem', increment('shared'))).toMatch(/^TransactionConflictException/);
    await first;
  });

  it('is no conflict for the same request with the same token', async () => {
    const request = { ...transaction('shared'), ClientRequestToken: 'once' };
    await Promise.all([db.call('TransactWriteItems', request), db.call('TransactWriteItems', request)]);
    expect(await count(db, 'shared')).toBe('1');
  });

  it('is no conflict for the functions of the stack, which come one after the other', async () => {
    const transactions = Array.from({ length: 5 }, () =>
      db.call('TransactWriteItems', transaction('shared'), FUNCTION),
    );
    const update = db.call('UpdateItem', increment('shared'), FUNCTION);
    expect(await db.failure('UpdateItem', increment('shared'))).toMatch(/^TransactionConflictException/);
    await Promise.all([...transactions, update]);
    expect(await count(db, 'shared')).toBe('6');
  });
});

it('conflicts can be had for the functions of the stack too, as on AWS', async () => {
  const db = await withTable('all');
  const first = db.call('TransactWriteItems', transaction('shared'), FUNCTION);
  expect(await db.failure('TransactWriteItems', transaction('shared'), FUNCTION)).toMatch(/\[TransactionConflict\]$/);
  await first;
  await db.close();
});

it('conflicts can be had for nobody', async () => {
  const db = await withTable('none');
  await Promise.all([FUNCTION, UNRESTRICTED].map((caller) => db.call('TransactWriteItems', transaction('x'), caller)));
  expect(await count(db, 'x')).toBe('2');
  await db.close();
});
