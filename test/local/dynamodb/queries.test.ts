import fc from 'fast-check';
import type { Item } from '../../../local/services/dynamodb/values/attribute-value.ts';
import { dynamoDb, type Fixture, index, tableInput } from './dynamodb-fixture.ts';

describe('Query and Scan', () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await dynamoDb();
    await db.call(
      'CreateTable',
      tableInput('Orders', 'pk sk', {
        extra: 'status at:N local',
        GlobalSecondaryIndexes: [
          index('byStatus', 'status at', 'INCLUDE', ['total']),
          index('keys', 'status', 'KEYS_ONLY'),
        ],
        LocalSecondaryIndexes: [index('byLocal', 'pk local', 'KEYS_ONLY')],
      }),
    );
    for (let order = 0; order < 10; order += 1) {
      const item = {
        pk: { S: order < 6 ? 'a' : 'b' },
        sk: { S: `sk${String(order)}` },
        at: { N: String((order - 5) * 1.5) },
        total: { N: String(order) },
        note: { S: 'note' },
        ...(order % 2 === 0 ? { status: { S: 'OPEN' } } : {}),
        ...(order < 3 ? { local: { S: `l${String(9 - order)}` } } : {}),
      };
      await db.call('PutItem', { TableName: 'Orders', Item: item });
    }
  });
  afterAll(() => db.close());

  const query = (KeyConditionExpression: string, values: object, more: object = {}) =>
    db.call('Query', { TableName: 'Orders', KeyConditionExpression, ExpressionAttributeValues: values, ...more });
  const names = (items: readonly Item[]) => items.map(({ sk }) => sk?.S);
  const A = { ':p': { S: 'a' } };

  it.each<[string, object, string[]]>([
    ['pk = :p', {}, ['sk0', 'sk1', 'sk2', 'sk3', 'sk4', 'sk5']],
    ['pk = :p AND sk = :v', { ':v': { S: 'sk3' } }, ['sk3']],
    ['pk = :p AND sk < :v', { ':v': { S: 'sk2' } }, ['sk0', 'sk1']],
    ['pk = :p AND sk <= :v', { ':v': { S: 'sk2' } }, ['sk0', 'sk1', 'sk2']],
    ['sk > :v AND pk = :p', { ':v': { S: 'sk4' } }, ['sk5']],
    ['pk = :p AND :v <= sk', { ':v': { S: 'sk4' } }, ['sk4', 'sk5']],
    ['(pk = :p) AND (sk BETWEEN :v AND :w)', { ':v': { S: 'sk1' }, ':w': { S: 'sk3' } }, ['sk1', 'sk2', 'sk3']],
    ['pk = :p AND begins_with(sk, :v)', { ':v': { S: 'sk' } }, ['sk0', 'sk1', 'sk2', 'sk3', 'sk4', 'sk5']],
    ['pk = :p AND begins_with(sk, :v)', { ':v': { S: 'x' } }, []],
  ])('finds what %s says', async (condition, values, expected) => {
    expect(names((await query(condition, { ...A, ...values })).Items)).toEqual(expected);
  });

  it('walks an index by its numeric sort key, with what it projects, also backwards', async () => {
    const open = { ':s': { S: 'OPEN' } };
    const options = { IndexName: 'byStatus', ExpressionAttributeNames: { '#s': 'status' } };
    const { Items } = await query('#s = :s', open, options);
    expect(Items.map(({ at }) => at?.N)).toEqual(['-7.5', '-4.5', '-1.5', '1.5', '4.5']);
    expect(Items[0]).toEqual({
      pk: { S: 'a' },
      sk: { S: 'sk0' },
      status: { S: 'OPEN' },
      at: { N: '-7.5' },
      total: { N: '0' },
    });
    const backwards = await query('#s = :s', open, { ...options, ScanIndexForward: false });
    expect(backwards.Items).toEqual([...Items].reverse());
  });

  it('pages through an index in both directions without losing or repeating anything', async () => {
    for (const ScanIndexForward of [true, false]) {
      const found: (string | undefined)[] = [];
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await query(
          '#s = :s',
          { ':s': { S: 'OPEN' } },
          {
            IndexName: 'keys',
            ExpressionAttributeNames: { '#s': 'status' },
            Limit: 2,
            ScanIndexForward,
            ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
          },
        );
        found.push(...names(page.Items));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(found.sort()).toEqual(['sk0', 'sk2', 'sk4', 'sk6', 'sk8']);
    }
  });

  it('fetches from the item what a local index does not hold', async () => {
    const { Items } = await query('pk = :p', A, { IndexName: 'byLocal', ProjectionExpression: 'sk, note' });
    expect(Items).toEqual(['sk2', 'sk1', 'sk0'].map((sk) => ({ sk: { S: sk }, note: { S: 'note' } })));
  });

  it('counts what was read and what the filter left', async () => {
    const response = await query(
      'pk = :p',
      { ...A, ':v': { N: '2' } },
      {
        FilterExpression: '#t > :v',
        ExpressionAttributeNames: { '#t': 'total' },
        Select: 'COUNT',
      },
    );
    expect(response).toEqual({ Count: 3, ScannedCount: 6 });
  });

  it('gives a page of 1 MB and where it goes on', async () => {
    await db.call('CreateTable', tableInput('Large', 'pk sk:N'));
    for (let number = 0; number < 8; number += 1) {
      const Item = { pk: { S: 'p' }, sk: { N: String(number) }, text: { S: 'x'.repeat(200 * 1024) } };
      await db.call('PutItem', { TableName: 'Large', Item });
    }
    const page = await db.call('Scan', { TableName: 'Large', ReturnConsumedCapacity: 'TOTAL' });
    expect(page.Count).toBe(5);
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: 'p' }, sk: { N: '4' } });
    expect(page.ConsumedCapacity).toEqual({ TableName: 'Large', CapacityUnits: 125.5 });
    const rest = await db.call('Scan', { TableName: 'Large', ExclusiveStartKey: page.LastEvaluatedKey });
    expect(rest.Count).toBe(3);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  it('scans in segments that together are the table', async () => {
    await db.call('CreateTable', tableInput('Many', 'pk'));
    const puts = Array.from({ length: 60 }, (_, number) =>
      db.call('PutItem', { TableName: 'Many', Item: { pk: { S: String(number) } } }),
    );
    await Promise.all(puts);
    const segments = await Promise.all(
      [0, 1, 2, 3].map((Segment) => db.call('Scan', { TableName: 'Many', Segment, TotalSegments: 4 })),
    );
    const found = segments.flatMap(({ Items }) => Items.map(({ pk }) => pk?.S));
    expect(found).toHaveLength(60);
    expect(new Set(found).size).toBe(60);
    expect(segments.every(({ Count }) => Count > 0)).toBe(true);
  });

  it('finds among any sort keys what a comparison of their bytes would find', async () => {
    await db.call('CreateTable', tableInput('Any', 'pk sk'));
    let partition = 0;
    const text = fc.string({
      unit: fc.constantFrom('\u0000', '\u0001', 'a', 'b', 'é', '\uFFFD', '𐀀'),
      minLength: 1,
      maxLength: 5,
    });
    const operator = fc.constantFrom('=', '<', '<=', '>', '>=', 'begins_with');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { maxLength: 12 }), text, operator, async (keys, sought, compare) => {
        partition += 1;
        const pk = { S: String(partition) };
        for (const sk of keys) await db.call('PutItem', { TableName: 'Any', Item: { pk, sk: { S: sk } } });
        const { Items } = await db.call('Query', {
          TableName: 'Any',
          KeyConditionExpression: `pk = :p AND ${compare === 'begins_with' ? 'begins_with(sk, :v)' : `sk ${compare} :v`}`,
          ExpressionAttributeValues: { ':p': pk, ':v': { S: sought } },
        });
        const order = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));
        const matches = (key: string) => {
          const sign = order(key, sought);
          if (compare === 'begins_with') return key.startsWith(sought);
          return (
            (compare.includes('=') && sign === 0) ||
            (compare.includes('<') && sign < 0) ||
            (compare.includes('>') && sign > 0)
          );
        };
        expect(names(Items)).toEqual(keys.filter(matches).sort(order));
      }),
      { numRuns: 60 },
    );
  });
});
