import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { StockItem } from '../../core/stock.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { expectInvariants } from './staff.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());
afterEach(() => expectInvariants(host));

const get = (path: string, token = host.outputs.StaffToken) =>
  request(host.outputs, { method: 'GET', path, token: token ?? null });
const put = (sku: string, body: unknown, key?: string, token = host.outputs.StaffToken) =>
  request(host.outputs, {
    method: 'PUT',
    path: `/inventory/${sku}`,
    token: token ?? null,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body,
  });
const stockOf = async (sku: string) => (await get(`/inventory/${sku}`)).body as StockItem;

let keys = 0;
/** Orders so many units of a SKU, and lets the saga end. */
async function ordered(sku: string, quantity: number): Promise<string> {
  const items = [{ sku, quantity }];
  const { body } = await submit(host.outputs, anOrder({ items }), `stock ${(keys += 1)}`);
  await host.idle();
  const { status } = (await get(`/orders/${body.orderId}`)).body as { status: string };
  return status;
}

/** What the audit log has of LowStock for a SKU: the available units, oldest first. */
async function lowStockOf(sku: string): Promise<number[]> {
  await host.idle();
  const client = new CloudWatchLogsClient(clientConfiguration(host.outputs));
  const query = { logGroupName: host.outputs.AuditLogGroupName, filterPattern: '{ $.detail-type = "LowStock" }' };
  const found: number[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
    for (const { message = '' } of events) {
      const { detail } = JSON.parse(message) as { detail: { data: { sku: string; available: number } } };
      if (detail.data.sku === sku) found.push(detail.data.available);
    }
  }
  return found;
}

const TEE = { name: 'Tee, white', priceMinor: 1900, currency: 'EUR', lowStockThreshold: 3 };

describe('staff', () => {
  test('see the whole stock, page by page', async () => {
    const first = await get('/inventory?limit=4');
    const second = await get(`/inventory?limit=4&cursor=${first.body.nextCursor}`);

    const skus = [...first.body.items, ...second.body.items].map(({ sku }: StockItem) => sku);
    expect(skus).toEqual([...skus].sort());
    expect(skus).toEqual(expect.arrayContaining(['MUG-BLUE', 'LIMITED-PRINT', 'TEE-BLACK-M']));
    expect(second.body.nextCursor).toBeNull();
  });

  test('make a product, which can then be bought', async () => {
    expect(await ordered('TEE-WHITE', 1).catch(() => 'unknown')).not.toBe('COMPLETED');

    const made = await put('TEE-WHITE', { ...TEE, receive: 10 }, 'first delivery');

    expect([made.status, made.body]).toEqual([
      201,
      { sku: 'TEE-WHITE', ...TEE, received: 10, available: 10, held: 0, committed: 0, adjusted: 0 },
    ]);
    expect(await ordered('TEE-WHITE', 2)).toBe('COMPLETED');
    expect(await stockOf('TEE-WHITE')).toMatchObject({ available: 8, committed: 2, received: 10 });
  });

  test('receive goods once, however often they send it', async () => {
    const before = await stockOf('DESK-LAMP');

    const answers = await Promise.all(Array.from({ length: 5 }, () => put('DESK-LAMP', { receive: 7 }, 'lamps')));
    await ordered('DESK-LAMP', 1);
    answers.push(await put('DESK-LAMP', { receive: 7 }, 'lamps'));

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await stockOf('DESK-LAMP')).toMatchObject({ received: before.received + 7 });
    expect((await put('DESK-LAMP', { receive: 8 }, 'lamps')).status).toBe(422);
  });

  test('correct the count, but cannot take what is not there', async () => {
    await put('CAP', { name: 'Cap', priceMinor: 900, currency: 'EUR', receive: 10 }, 'caps');
    const { status, text } = await put('CAP', { adjust: -11 }, 'count');

    expect(status).toBe(409);
    expect(text).toContain('10 units are available');
    expect((await put('CAP', { adjust: -3 }, 'count again')).body).toMatchObject({ available: 7, adjusted: -3 });
  });

  test('set a price, which the next order pays', async () => {
    await put('NOTEBOOK-A5', { priceMinor: 1100 });

    const { body } = await submit(host.outputs, anOrder({ items: [{ sku: 'NOTEBOOK-A5', quantity: 1 }] }), 'dearer');

    expect(body.total).toEqual({ amountMinor: 1100, currency: 'EUR' });
    await host.idle();
  });

  test('correct and receive while orders go on, and nothing is lost', async () => {
    await put('SOCKS', { name: 'Socks', priceMinor: 500, currency: 'EUR', receive: 15 }, 'socks');

    await Promise.all([
      ...Array.from({ length: 20 }, (_, order) =>
        submit(host.outputs, anOrder({ items: [{ sku: 'SOCKS', quantity: 1 }] }), `socks ${order}`),
      ),
      put('SOCKS', { receive: 10 }, 'more socks'),
      put('SOCKS', { adjust: -2 }, 'moths'),
    ]);
    await host.idle();

    const { available, held, committed, received, adjusted } = await stockOf('SOCKS');
    expect(available + held + committed).toBe(received + adjusted);
    expect(received).toBe(25);
    expect(held).toBe(0);
  });
});

describe('low stock', () => {
  test('is told once for each time that the stock comes down to its threshold', async () => {
    await put('PRINT', { ...TEE, name: 'Print', receive: 5 }, 'prints');

    for (let sold = 0; sold < 4; sold += 1) await ordered('PRINT', 1);
    expect(await lowStockOf('PRINT')).toEqual([3]);

    await put('PRINT', { receive: 5 }, 'more prints');
    expect(await lowStockOf('PRINT')).toEqual([3]);
    await ordered('PRINT', 4);
    expect(await lowStockOf('PRINT')).toEqual([3, 2]);
  });

  test('is told when the threshold is raised over the stock', async () => {
    await put('BAG', { ...TEE, name: 'Bag', receive: 50 }, 'bags');

    await put('BAG', { lowStockThreshold: 60 });
    await put('BAG', { lowStockThreshold: 70 });

    expect(await lowStockOf('BAG')).toEqual([50]);
  });

  test('is told of a threshold that hundreds of orders cross at once, once', async () => {
    await put('POSTER', { ...TEE, name: 'Poster', lowStockThreshold: 20, receive: 60 }, 'posters');

    await Promise.all(
      Array.from({ length: 60 }, (_, order) =>
        submit(host.outputs, anOrder({ items: [{ sku: 'POSTER', quantity: 1 }] }), `poster ${order}`),
      ),
    );

    expect(await lowStockOf('POSTER')).toEqual([20]);
  });
});

describe('refused are', () => {
  test('client applications', async () => {
    const { ApiToken } = host.outputs;

    expect((await get('/inventory', ApiToken)).status).toBe(403);
    expect((await get('/inventory/MUG-BLUE', ApiToken)).status).toBe(403);
    expect((await put('MUG-BLUE', { receive: 1 }, 'mine', ApiToken)).status).toBe(403);
  });

  test('wrong bodies, naming every field', async () => {
    const { status, headers, body } = await put('MUG-BLUE', { receive: -1, currency: 'euro', stock: 5 });

    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'Idempotency-Key',
      'currency',
      'receive',
      'stock',
    ]);
    expect((await get('/inventory/NO-SUCH')).status).toBe(404);
  });
});
