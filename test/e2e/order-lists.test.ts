import { accessToken } from '../../ops/access-token.ts';
import { anOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { expectInvariants } from './staff.ts';

let host: HostProcess;
let trialToken: string;
/** Orders of the sample client, the newest first. */
let mine: string[];
let rejected: string;
let theirs: string;
beforeAll(async () => {
  host = await runHost();
  trialToken = await accessToken(host.outputs, 'trial');
  mine = [];
  for (let number = 0; number < 12; number += 1) mine.unshift(await submitted(`lists ${number}`));
  rejected = await submitted('lists rejected', { items: [{ sku: 'LIMITED-PRINT', quantity: 21 }] });
  mine.unshift(rejected);
  await aMinuteLater();
  const answer = await request(host.outputs, {
    token: trialToken,
    headers: { 'idempotency-key': 'theirs' },
    body: anOrder(),
  });
  theirs = answer.body.orderId as string;
  await host.idle();
});
afterAll(() => host.dispose());
afterEach(() => expectInvariants(host));

/** Submits an order, a minute after the one before: on the virtual clock no time passes by itself. */
async function submitted(key: string, parts: Parameters<typeof anOrder>[0] = {}): Promise<string> {
  await aMinuteLater();
  return (await submit(host.outputs, anOrder(parts), key)).body.orderId as string;
}

async function aMinuteLater(): Promise<void> {
  await fetch(`${host.outputs.AwsEndpointUrl}/_local/clock/advance?by=1m`, { method: 'POST' });
}

interface Caller {
  readonly token?: string | undefined;
}
const asStaff = (): Caller => ({ token: host.outputs.StaffToken });
const get = (path: string, { token = host.outputs.ApiToken }: Caller = {}) =>
  request(host.outputs, { method: 'GET', path, token: token ?? null });
const idsIn = (body: { orders: { orderId: string }[] }) => body.orders.map(({ orderId }) => orderId);

/** The ids on all pages of a list. */
async function pages(query: string, caller?: Caller): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await get(`/orders?${query}${cursor}`, caller);
    expect(status).toBe(200);
    found.push(idsIn(body));
    if (body.nextCursor === null) return found;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

describe('a client', () => {
  test('sees its own orders, newest first, page by page', async () => {
    const found = await pages('limit=5');

    expect(found.map(({ length }) => length)).toEqual([5, 5, 3]);
    expect(found.flat()).toEqual(mine);
  });

  test('goes on where it was while new orders come in', async () => {
    const first = await get('/orders?limit=6');
    mine.unshift(await submitted('lists while reading'));
    await host.idle();
    const second = await get(`/orders?limit=100&cursor=${first.body.nextCursor}`);

    expect([...idsIn(first.body), ...idsIn(second.body)]).toEqual(mine.slice(1));
    expect(idsIn((await get('/orders?limit=1')).body)).toEqual([mine[0]]);
  });

  test('finds orders by status and by customer', async () => {
    expect(await pages('status=REJECTED')).toEqual([[rejected]]);
    expect((await pages('status=COMPLETED&limit=100')).flat()).toEqual(mine.filter((id) => id !== rejected));
    expect((await pages('customerId=customer-1&status=REJECTED')).flat()).toEqual([rejected]);
    expect(await pages('customerId=nobody')).toEqual([[]]);
  });

  test('finds orders by when they were made', async () => {
    const { body } = await get(`/orders/${mine[3]}`);

    const since = (await pages(`limit=100&from=${body.createdAt}`)).flat();
    const before = (await pages(`limit=100&to=${body.createdAt}`)).flat();

    expect(since).toContain(mine[3]);
    expect([...since, ...before].sort()).toEqual([...mine].sort());
    expect(before.filter((id) => since.includes(id))).toEqual([]);
  });

  test('is told of every wrong parameter, and how to put it right', async () => {
    const { status, headers, body } = await get('/orders?status=LOST&limit=1000&from=yesterday&colour=red&cursor=abc');

    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect((body.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      'colour',
      'cursor',
      'from',
      'limit',
      'status',
    ]);
  });

  test('cannot use a cursor of another list', async () => {
    const { body } = await get('/orders?limit=1');

    for (const answer of [
      await get(`/orders?limit=1&status=COMPLETED&cursor=${body.nextCursor}`),
      await get(`/orders?limit=1&cursor=${body.nextCursor}`, asStaff()),
    ]) {
      expect([answer.status, answer.body.errors]).toEqual([400, [expect.objectContaining({ field: 'cursor' })]]);
    }
  });

  test('does not see the orders of another client', async () => {
    expect((await pages('limit=100')).flat()).not.toContain(theirs);
    expect(await pages('', { token: trialToken })).toEqual([[theirs]]);
    expect((await get(`/orders/${theirs}/tracking`)).status).toBe(404);
  });
});

describe('staff', () => {
  test('see all orders, of all clients, and each of them', async () => {
    expect((await pages('limit=4', asStaff())).flat()).toEqual([...new Set([...mine.slice(0, 1), theirs, ...mine])]);
    expect((await get(`/orders/${theirs}`, asStaff())).body).toMatchObject({ orderId: theirs });
  });

  test('find orders by status, client and customer', async () => {
    const client = host.outputs.TrialClientId;

    expect(await pages('status=REJECTED', asStaff())).toEqual([[rejected]]);
    expect(await pages(`clientId=${client}`, asStaff())).toEqual([[theirs]]);
    expect(await pages(`clientId=${client}&customerId=customer-1&status=COMPLETED`, asStaff())).toEqual([[theirs]]);
    const { status, text } = await get('/orders?customerId=customer-1', asStaff());
    expect(status).toBe(400);
    expect(text).toContain('customers belong to a client application');
  });
});

describe('a parcel', () => {
  const news = (orderId: string, body: unknown, token = host.outputs.StaffToken) =>
    request(host.outputs, { method: 'PATCH', path: `/orders/${orderId}/fulfilment`, token: token ?? null, body });

  test('is followed from the carrier to the customer, whatever its news do on the way', async () => {
    const [orderId = ''] = mine;
    const before = await get(`/orders/${orderId}/tracking`);
    expect(before.body.shipment).toMatchObject({ trackingNumber: expect.any(String) as string, deliveryStatus: null });
    const inTransit = { status: 'IN_TRANSIT', occurredAt: '2026-01-01T08:00:00Z' };

    // The newer news come first, and everything comes twice.
    for (const one of [{ status: 'DELIVERED' }, inTransit, { status: 'DELIVERED' }, inTransit]) {
      expect((await news(orderId, one)).status).toBe(200);
    }

    const { body } = await get(`/orders/${orderId}/tracking`);
    expect(body.shipment).toMatchObject({
      deliveryStatus: 'DELIVERED',
      history: [{ status: 'IN_TRANSIT', at: '2026-01-01T08:00:00.000Z' }, { status: 'DELIVERED' }],
    });
    await host.idle();
    const { timeline } = (await get(`/orders/${orderId}`)).body as { timeline: { type: string }[] };
    expect(timeline.filter(({ type }) => type === 'ShipmentUpdated')).toHaveLength(2);
  });

  test('cannot go back, nor be where there is none', async () => {
    const [, , orderId = ''] = mine;
    await news(orderId, { status: 'RETURNED' });

    expect((await news(orderId, { status: 'IN_TRANSIT' })).status).toBe(409);
    expect((await news(rejected, { status: 'IN_TRANSIT' })).status).toBe(409);
    expect((await get(`/orders/${rejected}/tracking`)).body).toEqual({
      orderId: rejected,
      status: 'REJECTED',
      shipment: null,
    });
    expect((await news('8f14e45f-ceea-5467-9575-3f1c2f0e9b11', { status: 'IN_TRANSIT' })).status).toBe(404);
  });

  test('is told of by staff only', async () => {
    const [, , , orderId = ''] = mine;

    expect((await news(orderId, { status: 'DELIVERED' }, host.outputs.ApiToken)).status).toBe(403);
  });
});
