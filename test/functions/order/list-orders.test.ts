import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { asClientId } from '../../../core/ids.ts';
import { orderIdOf } from '../../../core/order-id.ts';
import { orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import type { OrderStatus } from '../../../core/lifecycle.ts';
import { handler } from '../../../functions/order/list-orders.ts';
import listSchema from '../../../schemas/order-list.json' with { type: 'json' };
import common from '../../../schemas/common.json' with { type: 'json' };
import { schemaValidator } from '../../../functions/shared/schema-validator.ts';
import { newOrder } from '../../orders.ts';
import { apiEvent, type ApiRequest } from '../api-event.ts';
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
  tables.sdk.resetHistory();
});
afterEach(() => logs.restore());
afterAll(() => tables.close());

const STAFF = { subject: 'staff-1', roles: ['staff'] } as const;
type Query = ApiRequest['query'];
interface List {
  readonly orders: readonly { readonly orderId: string; readonly status: string; readonly clientId: string }[];
  readonly nextCursor: string | null;
}

async function list(query: NonNullable<Query> = {}, caller: Pick<ApiRequest, 'clientId' | 'person'> = {}) {
  const answer = await handler(apiEvent('GET', '/orders', { query, ...caller }), lambdaContext());
  return { status: answer.statusCode, body: JSON.parse(answer.body) as List };
}

/** The ids of all pages, one after the other. */
async function pages(
  query: NonNullable<Query>,
  caller: Pick<ApiRequest, 'clientId' | 'person'> = {},
  between?: () => Promise<void>,
) {
  const found: string[][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await list({ ...query, ...(cursor !== '' && { cursor }) }, caller);
    found.push(body.orders.map(({ orderId }) => orderId));
    cursor = body.nextCursor;
    await between?.();
  }
  return found;
}

/** Stores an order that was created in the given minute. */
async function anOrder(minute: number, parts: { client?: string; customer?: string; status?: OrderStatus } = {}) {
  const { client = 'client-1', customer = 'cust-1', status = 'COMPLETED' } = parts;
  const clientId = asClientId(client);
  const { order: fresh } = newOrder({ orderId: orderIdOf(clientId, `key-${minute}`), clientId });
  const createdAt = new Date(Date.UTC(2026, 10, 20, 13, minute)).toISOString();
  const order: Order = {
    ...fresh,
    status,
    createdAt,
    updatedAt: createdAt,
    customer: { ...fresh.customer, id: customer },
  };
  await tables.put('Orders', orderItem(order));
  return order;
}

async function orders(count: number, parts: Parameters<typeof anOrder>[1] = {}, from = 0) {
  const made: Order[] = [];
  for (let minute = from; minute < from + count; minute += 1) made.push(await anOrder(minute, parts));
  return made.map(({ orderId }) => orderId).reverse();
}

const queries = () => tables.sdk.commandCalls(QueryCommand).length;

describe('a client', () => {
  test('is shown its own orders, newest first, and nobody else’s', async () => {
    const mine = await orders(5);
    await orders(3, { client: 'client-2' });

    expect((await list()).body.orders.map(({ orderId }) => orderId)).toEqual(mine);
  });

  test('is shown neither customers nor addresses, tokens or keys of the table', async () => {
    await orders(1);

    const { body } = await list();

    expect(schemaValidator([common]).compile(listSchema)(body)).toBe(true);
    expect(Object.keys(body.orders[0] ?? {})).toEqual([
      'orderId',
      'clientId',
      'status',
      'total',
      'createdAt',
      'updatedAt',
    ]);
  });

  test('goes through all pages and sees every order once', async () => {
    const mine = await orders(23);

    const found = await pages({ limit: '5' });

    expect(found.map(({ length }) => length)).toEqual([5, 5, 5, 5, 3]);
    expect(found.flat()).toEqual(mine);
  });

  test('sees every order once while new ones come and old ones change their status', async () => {
    const mine = await orders(12, { status: 'PENDING' });
    let minute = 30;

    const found = await pages({ limit: '5' }, {}, async () => {
      await anOrder((minute += 1));
      for (let moved = 0; moved < 12; moved += 1) await anOrder(moved, { status: 'SHIPPED' });
    });

    expect(found.flat()).toEqual(mine);
  });

  test('finds a rare status among many others on one full page', async () => {
    await orders(50);
    const rare = await orders(3, { status: 'CANCELLED' }, 50);
    await orders(5, { client: 'client-2', status: 'CANCELLED' });

    expect(await pages({ status: 'CANCELLED', limit: '3' })).toEqual([rare]);
  });

  test('finds the orders of a customer, and of those the ones in a status', async () => {
    const lisas = await orders(4, { customer: 'lisa' });
    const cancelled = await orders(2, { customer: 'lisa', status: 'CANCELLED' }, 10);
    await orders(2, { customer: 'lisa', client: 'client-2' });

    expect(await pages({ customerId: 'lisa' })).toEqual([[...cancelled, ...lisas]]);
    expect(await pages({ customerId: 'lisa', status: 'CANCELLED', limit: '1' })).toEqual([
      [cancelled[0]],
      [cancelled[1]],
    ]);
  });

  test('pays for a page of its orders with four queries', async () => {
    await orders(2);
    await list();

    expect(queries()).toBe(4);
  });
});

test('where a thousand orders of other statuses lie in between, a page ends early and the next one goes on', async () => {
  const [only] = await orders(1, { status: 'CANCELLED', customer: 'lisa' });
  const clientId = asClientId('client-1');
  for (let number = 0; number < 1100; number += 1) {
    const { order } = newOrder({ orderId: orderIdOf(clientId, `many-${number}`), clientId });
    await tables.put(
      'Orders',
      orderItem({ ...order, createdAt: '2026-11-21T00:00:00.000Z', customer: { ...order.customer, id: 'lisa' } }),
    );
  }

  const found = await pages({ customerId: 'lisa', status: 'CANCELLED' });

  expect(found).toEqual([[], [only]]);
});

describe('staff', () => {
  test('are shown all orders, of all statuses and clients', async () => {
    const theirs = await orders(3);
    const others = await orders(3, { client: 'client-2', status: 'MANUAL_INTERVENTION' }, 10);

    expect(await pages({ limit: '4' }, { person: STAFF })).toEqual([
      [...others, theirs[0]],
      [theirs[1], theirs[2]],
    ]);
  });

  test('find the orders in a status with eight queries', async () => {
    await orders(5);
    const open = await orders(3, { client: 'client-2', status: 'MANUAL_INTERVENTION' }, 10);

    expect(await pages({ status: 'MANUAL_INTERVENTION' }, { person: STAFF })).toEqual([open]);
    expect(queries()).toBe(8);
  });

  test('find the orders of a client, and of its customer', async () => {
    await orders(3);
    const lisas = await orders(2, { client: 'client-2', customer: 'lisa' }, 10);
    const others = await orders(2, { client: 'client-2' }, 20);

    expect(await pages({ clientId: 'client-2' }, { person: STAFF })).toEqual([[...others, ...lisas]]);
    expect(await pages({ clientId: 'client-2', customerId: 'lisa' }, { person: STAFF })).toEqual([lisas]);
  });
});

describe('a span of time', () => {
  test('begins with `from` and ends before `to`', async () => {
    const [, third, second, first] = await orders(4);

    const found = await pages({ from: '2026-11-20T13:00:00Z', to: '2026-11-20T14:03:00+01:00' });

    expect(found).toEqual([[third, second, first]]);
  });

  test('takes dates, which stand for their first moment', async () => {
    const all = await orders(2);

    expect(await pages({ from: '2026-11-20', to: '2026-11-21' })).toEqual([all]);
    expect(await pages({ from: '2026-11-21' })).toEqual([[]]);
    expect(await pages({ to: '2026-11-20' })).toEqual([[]]);
  });

  test('holds on every page', async () => {
    const all = await orders(6);

    expect(await pages({ from: '2026-11-20T13:01:00Z', limit: '2' })).toEqual([
      all.slice(0, 2),
      all.slice(2, 4),
      all.slice(4, 5),
    ]);
  });
});
