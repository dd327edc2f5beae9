import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { stockChangeKey, stockKey } from '../../../core/item-keys.ts';
import type { StockItem } from '../../../core/stock.ts';
import { handler as getStock } from '../../../functions/inventory/get-stock.ts';
import { handler as listInventory } from '../../../functions/inventory/list-inventory.ts';
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
});
afterEach(() => logs.restore());
afterAll(() => tables.close());

const stockOf = (sku: string): StockItem => ({
  ...{ sku: sku as StockItem['sku'], name: sku, priceMinor: 1290, currency: 'EUR' },
  ...{ received: 100, available: 60, held: 10, committed: 30, adjusted: 0, lowStockThreshold: 10 },
});
/** Stock of these SKUs, each with an entry of a change beside it. */
async function stocked(...skus: string[]) {
  for (const sku of skus) {
    await tables.put('Inventory', { ...stockKey(sku), ...stockOf(sku) });
    await tables.put('Inventory', { ...stockChangeKey(sku, '1'), sku });
  }
}

describe('the stock', () => {
  const see = async (sku: string) => {
    const answer = await getStock(apiEvent('GET', `/inventory/${sku}`, { pathParameters: { sku } }), lambdaContext());
    return { status: answer.statusCode, body: JSON.parse(answer.body) as unknown };
  };
  const list = async (query: Record<string, string> = {}) => {
    const answer = await listInventory(apiEvent('GET', '/inventory', { query }), lambdaContext());
    return {
      status: answer.statusCode,
      body: JSON.parse(answer.body) as { items: StockItem[]; nextCursor: string | null },
    };
  };

  test('of a SKU is shown without the keys of the table', async () => {
    await stocked('MUG-BLUE');

    expect(await see('MUG-BLUE')).toEqual({ status: 200, body: stockOf('MUG-BLUE') });
  });

  test.each(['TEE', 'a b'])('of %j, which is not there, is not found', async (sku) => {
    expect((await see(sku)).status).toBe(404);
  });

  test('is listed by SKU in pages, without the entries of its changes', async () => {
    await stocked('TEE', 'CAP', 'MUG-BLUE', 'SOCKS', 'BAG');
    tables.sdk.resetHistory();

    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await list({ limit: '2', ...(cursor !== '' && { cursor }) });
      pages.push(body.items.map(({ sku }) => sku));
      cursor = body.nextCursor;
    }

    expect(pages).toEqual([['BAG', 'CAP'], ['MUG-BLUE', 'SOCKS'], ['TEE']]);
    expect(tables.sdk.commandCalls(BatchGetCommand)).toHaveLength(3);
  });

  test('of nothing is an empty page', async () => {
    expect((await list()).body).toEqual({ items: [], nextCursor: null });
  });

  test('is not listed for wrong parameters', async () => {
    const { status, body } = await list({ limit: '0', cursor: 'x', sku: 'TEE' });

    expect(status).toBe(400);
    expect((body as unknown as { errors: { field: string }[] }).errors.map(({ field }) => field).sort()).toEqual([
      'cursor',
      'limit',
      'sku',
    ]);
  });
});
