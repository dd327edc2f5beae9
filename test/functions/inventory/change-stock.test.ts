import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { StockItem } from '../../../core/stock.ts';
import { stockKey } from '../../../core/item-keys.ts';
import type { StockChange } from '../../../core/stock-change.ts';
import { handler as changeStock } from '../../../functions/inventory/change-stock.ts';
import { schemaValidator } from '../../../functions/shared/schema-validator.ts';
import common from '../../../schemas/common.json' with { type: 'json' };
import stockSchema from '../../../schemas/stock.json' with { type: 'json' };
import { apiEvent } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';
import { lambdaContext } from '../lambda-context.ts';

let tables: DynamoDbTables;
let logs: CapturedLogs;
beforeAll(async () => {
  tables = await dynamoDbTables();
});
beforeEach(async () => {
  logs = captureLogs();
  await tables.clear();
  await tables.put('Inventory', { ...stockKey('MUG-BLUE'), ...MUG });
  tables.sdk.resetHistory();
});
afterEach(() => logs.restore());
afterAll(() => tables.close());

const MUG: StockItem = {
  ...{
    sku: 'MUG-BLUE' as StockItem['sku'],
    name: 'Mug, blue',
    priceMinor: 1290,
    currency: 'EUR',
    lowStockThreshold: 10,
  },
  ...{ received: 100, available: 60, held: 10, committed: 30, adjusted: 0 },
};
const NEW = { name: 'Tee', priceMinor: 1900, currency: 'EUR' };

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: StockItem & { errors?: { field: string; message: string }[] };
}

async function put(body: unknown, key?: string, parts: { sku?: string; subject?: string } = {}): Promise<Answer> {
  const { sku = 'MUG-BLUE', subject = 'staff-1' } = parts;
  const event = apiEvent('PUT', `/inventory/${sku}`, {
    pathParameters: { sku },
    person: { subject, roles: ['staff'] },
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
    body: JSON.stringify(body),
  });
  const { statusCode: status, body: text } = await changeStock(event, lambdaContext());
  return { status, text, body: JSON.parse(text) as Answer['body'] };
}

const stored = (sku = 'MUG-BLUE') => tables.get<StockItem>('Inventory', stockKey(sku));
const ledger = async () =>
  (await tables.all<StockChange & { sk: string }>('Inventory')).filter(({ sk }) => sk.startsWith('CHANGE#'));
const isConserved = ({ available, held, committed, received, adjusted }: StockItem) =>
  available + held + committed === received + adjusted;

describe('a change of stock', () => {
  test('receives units, and keeps who, when and what', async () => {
    const { status, body } = await put({ receive: 40 }, 'delivery-1');

    expect([status, body]).toEqual([200, { ...MUG, received: 140, available: 100 }]);
    expect(schemaValidator([common]).compile(stockSchema)(body)).toBe(true);
    expect(await ledger()).toMatchObject([
      { sku: 'MUG-BLUE', by: 'staff-1', at: expect.stringMatching(/Z$/) as string, request: { receive: 40 } },
    ]);
  });

  test('corrects units after stocktaking', async () => {
    expect((await put({ adjust: -5 }, 'count-1')).body).toEqual({ ...MUG, available: 55, adjusted: -5 });
    expect((await put({ adjust: 2 }, 'count-2')).body).toEqual({ ...MUG, available: 57, adjusted: -3 });
  });

  test('sets name, price and threshold, and leaves alone what it does not name', async () => {
    const { body } = await put({ name: 'Mug, navy', priceMinor: 1390, lowStockThreshold: 20 });

    expect(body).toEqual({ ...MUG, name: 'Mug, navy', priceMinor: 1390, lowStockThreshold: 20 });
    expect(await ledger()).toMatchObject([{ request: { priceMinor: 1390 } }]);
  });

  test('under the same key again is answered the same, and adds nothing twice', async () => {
    const first = await put({ receive: 40 }, 'delivery-1');
    await put({ receive: 1 }, 'delivery-2');

    expect(await put({ receive: 40 }, 'delivery-1')).toEqual(first);
    expect(await stored()).toMatchObject({ received: 141, available: 101 });
  });

  test('under the same key at the same time is made once, and answered the same', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => put({ receive: 40 }, 'delivery-1')));

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await stored()).toMatchObject({ received: 140 });
  });

  test('is found by whoever asks again after the answer was lost', async () => {
    const first = await put({ receive: 40 }, 'delivery-1');
    const [entry] = await ledger();
    const { answer: _answer, ...unanswered } = entry as StockChange;
    await tables.put('Inventory', unanswered);

    expect(await put({ receive: 40 }, 'delivery-1')).toEqual(first);
  });

  test('with another body under the key is refused', async () => {
    await put({ receive: 40 }, 'delivery-1');

    const { status, body } = await put({ receive: 41 }, 'delivery-1');

    expect([status, body.errors?.map(({ field }) => field)]).toEqual([422, ['Idempotency-Key']]);
    expect(await stored()).toMatchObject({ received: 140 });
  });

  test('of another person has keys of its own', async () => {
    await put({ receive: 40 }, 'delivery-1');

    expect((await put({ receive: 40 }, 'delivery-1', { subject: 'staff-2' })).body.received).toBe(180);
  });

  test('cannot take off more than is available, and says what is', async () => {
    const { status, text } = await put({ adjust: -61 }, 'count-1');

    expect(status).toBe(409);
    expect(text).toContain('60 units are available');
    expect(await stored()).toEqual({ ...stockKey('MUG-BLUE'), ...MUG });
    expect(await ledger()).toEqual([]);
    expect((await put({ adjust: -60 }, 'count-1')).body.available).toBe(0);
  });

  test('at the same time as others ends in nothing below zero and nothing lost', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => put({ adjust: -25 }, `count-${index}`)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409, 409, 409]);
    const stock = await stored();
    expect(stock).toMatchObject({ available: 10, adjusted: -50 });
    expect(isConserved(stock as StockItem)).toBe(true);
  });
});

describe('a SKU that is not there', () => {
  test('is made', async () => {
    const { status, body } = await put({ ...NEW, receive: 20 }, 'delivery-1', { sku: 'TEE' });

    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ sku: 'TEE', ...NEW, lowStockThreshold: 0 },
      ...{ received: 20, available: 20, held: 0, committed: 0, adjusted: 0 },
    });
    expect((await put({ ...NEW, receive: 20 }, 'delivery-1', { sku: 'TEE' })).status).toBe(201);
  });

  test('needs a name, a price and a currency', async () => {
    const { status, body } = await put({ receive: 20, name: 'Tee' }, 'delivery-1', { sku: 'TEE' });

    expect([status, body.errors?.map(({ field }) => field)]).toEqual([400, ['priceMinor', 'currency']]);
    expect(await stored('TEE')).toBeUndefined();
  });

  test('is made once by two at once, and both have received their units', async () => {
    const make = (key: string) => put({ ...NEW, receive: 20 }, key, { sku: 'TEE' });

    const answers = await Promise.all([make('delivery-1'), make('delivery-2')]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(await stored('TEE')).toMatchObject({ received: 40, available: 40 });
  });

  test('has no units that could be taken off', async () => {
    expect((await put({ ...NEW, adjust: -1 }, 'count-1', { sku: 'TEE' })).status).toBe(409);
  });
});

describe('refused is, naming every field,', () => {
  test.each<[unknown, string | undefined, string[]]>([
    [{}, undefined, ['body']],
    [{ receive: 1 }, undefined, ['Idempotency-Key']],
    [{ receive: -1 }, undefined, ['Idempotency-Key', 'receive']],
    [{ adjust: 0 }, 'key', ['adjust']],
    [{ receive: 1, adjust: 1 }, 'key', ['adjust']],
    [
      { receive: 0.5, priceMinor: -1, currency: 'euro', colour: 'red' },
      '',
      ['Idempotency-Key', 'colour', 'currency', 'priceMinor', 'receive'],
    ],
    [{ available: 5 }, undefined, ['available']],
  ])('%j under the key %j', async (body, key, fields) => {
    const answer = await put(body, key);

    expect([answer.status, answer.body.errors?.map(({ field }) => field).sort()]).toEqual([400, fields]);
    expect(tables.sdk.commandCalls(TransactWriteCommand)).toEqual([]);
  });

  test('a body without any change, with what there is to change', async () => {
    const [error] = (await put({})).body.errors ?? [];

    expect(error?.message).toMatch(/^is empty; send at least one of .*priceMinor.*receive/);
  });

  test('a SKU that none can have', async () => {
    expect((await put(NEW, 'key', { sku: 'a b' })).body.errors?.map(({ field }) => field)).toEqual(['sku']);
  });
});
