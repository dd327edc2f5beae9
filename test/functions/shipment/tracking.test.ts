import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { shipmentKeyOf } from '../../../core/ids.ts';
import { orderKey } from '../../../core/item-keys.ts';
import { type OrderItem, orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { handler as getTracking } from '../../../functions/shipment/get-tracking.ts';
import { handler as updateFulfilment } from '../../../functions/shipment/update-fulfilment.ts';
import { CLIENT, newOrder, ORDER_ID } from '../../orders.ts';
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
const parcel = { key: shipmentKeyOf(ORDER_ID, 1), carrier: 'Sandbox Post', trackingNumber: 'SP1' };

async function anOrder(parts: Partial<Order> = { status: 'COMPLETED', shipment: parcel }) {
  await tables.put('Orders', orderItem({ ...newOrder().order, ...parts }));
}

async function send(body: unknown, orderId: string = ORDER_ID) {
  const request = { orderId, person: STAFF, body: JSON.stringify(body) };
  const answer = await updateFulfilment(apiEvent('PATCH', `/orders/${orderId}/fulfilment`, request), lambdaContext());
  return { status: answer.statusCode, text: answer.body, body: JSON.parse(answer.body) as Record<string, unknown> };
}

async function track(caller: Pick<ApiRequest, 'clientId' | 'person'> = { clientId: CLIENT }) {
  const event = apiEvent('GET', `/orders/${ORDER_ID}/tracking`, { orderId: ORDER_ID, ...caller });
  const answer = await getTracking(event, lambdaContext());
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const stored = () => tables.get<OrderItem>('Orders', orderKey(ORDER_ID));
const writes = () => tables.sdk.commandCalls(TransactWriteCommand).length;

describe('news of a parcel', () => {
  test('are recorded with their event, and answered with the tracking', async () => {
    await anOrder();

    const { status, body } = await send({ status: 'IN_TRANSIT', occurredAt: '2026-11-21T10:00:00+01:00' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ shipment: { deliveryStatus: 'IN_TRANSIT', trackingNumber: 'SP1' } });
    expect(await stored()).toMatchObject({ version: 2, status: 'COMPLETED' });
    expect(await tables.get('Orders', { ...orderKey(ORDER_ID), sk: 'EVENT#000002' })).toMatchObject({
      type: 'ShipmentUpdated',
      causationId: 'api-request/request-1',
      data: { deliveryStatus: 'IN_TRANSIT', at: '2026-11-21T09:00:00.000Z' },
    });
  });

  test('that come again are answered the same, and write nothing', async () => {
    await anOrder();
    const first = await send({ status: 'DELIVERED', occurredAt: '2026-11-21T10:00:00Z' });

    const second = await send({ status: 'DELIVERED', occurredAt: '2026-11-21T10:00:00Z' });

    expect(second).toEqual(first);
    expect(writes()).toBe(1);
  });

  test('that come at the same time are recorded once', async () => {
    await anOrder();

    const answers = await Promise.all(Array.from({ length: 5 }, () => send({ status: 'DELIVERED' })));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await stored()).toMatchObject({ version: 2 });
  });

  test('that come in the wrong order end in the same place as in the right one', async () => {
    const inTransit = { status: 'IN_TRANSIT', occurredAt: '2026-11-21T10:00:00Z' };
    const delivered = { status: 'DELIVERED', occurredAt: '2026-11-22T10:00:00Z' };
    const ends = [];
    for (const news of [
      [inTransit, delivered, inTransit],
      [delivered, inTransit, delivered],
    ]) {
      await anOrder();
      for (const one of news) expect((await send(one)).status).toBe(200);
      ends.push((await track()).body);
      await tables.clear();
    }

    expect(ends[0]).toMatchObject({ shipment: { deliveryStatus: 'DELIVERED', history: [{}, {}] } });
    expect(ends[1]).toEqual(ends[0]);
  });

  test('that would take the parcel back are refused, and say where it is', async () => {
    await anOrder();
    await send({ status: 'DELIVERED' });

    const { status, text } = await send({ status: 'IN_TRANSIT' });

    expect(status).toBe(409);
    expect(text).toContain('its parcel is DELIVERED already');
    expect(await stored()).toMatchObject({ shipment: { delivery: { status: 'DELIVERED' } } });
  });

  test('of an order that is not shipped are refused, and say what it is', async () => {
    await anOrder({});

    const { status, text } = await send({ status: 'IN_TRANSIT' });

    expect(status).toBe(409);
    expect(text).toContain('The order is PENDING');
  });

  test('of no order are not found', async () => {
    expect((await send({ status: 'IN_TRANSIT' })).status).toBe(404);
    expect((await send({ status: 'IN_TRANSIT' }, 'no-order')).status).toBe(404);
  });

  test.each([
    [{ status: 'LOST', occurredAt: 'today', colour: 'red' }, ['colour', 'status', 'occurredAt']],
    [{}, ['status']],
  ])('such as %j are refused, naming every field', async (body, fields) => {
    const answer = await send(body);

    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { field: string }[]).map(({ field }) => field)).toEqual(fields);
  });
});

describe('the tracking', () => {
  test('of an order without a parcel has no shipment', async () => {
    await anOrder({});

    expect(await track()).toEqual({ status: 200, body: { orderId: ORDER_ID, status: 'PENDING', shipment: null } });
  });

  test('is for the client of the order and for staff, and for nobody else', async () => {
    await anOrder();

    expect((await track({ person: STAFF })).status).toBe(200);
    expect((await track({ clientId: 'client-2' })).status).toBe(404);
  });
});
