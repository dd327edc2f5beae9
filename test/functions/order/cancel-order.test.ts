import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { shipmentKeyOf } from '../../../core/ids.ts';
import { applyChange, type OrderChange } from '../../../core/order-change.ts';
import { eventItem, interventionItem, orderItem } from '../../../core/order-item.ts';
import type { Order } from '../../../core/order.ts';
import { handler } from '../../../functions/order/cancel-order.ts';
import { schemaValidator } from '../../../functions/shared/schema-validator.ts';
import answerSchema from '../../../schemas/cancel-order-answer.json' with { type: 'json' };
import common from '../../../schemas/common.json' with { type: 'json' };
import problemSchema from '../../../schemas/problem.json' with { type: 'json' };
import { CREATED_AT, ORDER_ID } from '../../orders.ts';
import { apiEvent, type ApiRequest } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';
import { lambdaContext } from '../lambda-context.ts';
import {
  givenOrder,
  givenStepFunctions,
  givenWaitingOrder,
  PAID,
  RESERVED,
  storedIntervention,
  storedOrder,
} from '../waiting-order.ts';

const ajv = schemaValidator([common]);
const isAnswer = ajv.compile(answerSchema);
const isProblem = ajv.compile(problemSchema);

const CLAIMED: OrderChange = { type: 'FulfillmentStarted', details: { shipmentKey: shipmentKeyOf(ORDER_ID, 1) } };

const stepFunctions = givenStepFunctions();
/** What happens right before the transaction of the cancellation, once. */
let justBefore: (() => Promise<void>) | undefined;
let tables: DynamoDbTables;
let logs: CapturedLogs;
beforeAll(async () => {
  tables = await dynamoDbTables(async (call) => {
    const isWriting = tables.sdk.commandCalls(TransactWriteCommand).length > 0;
    const first = isWriting ? justBefore : undefined;
    if (first) justBefore = undefined;
    await first?.();
    return call();
  });
});
beforeEach(async () => {
  await tables.clear();
  tables.sdk.resetHistory();
  justBefore = undefined;
  stepFunctions.given('RUNNING');
  logs = captureLogs();
});
afterEach(() => logs.restore());
afterAll(() => tables.close());

async function cancel(request: ApiRequest = {}) {
  const event = apiEvent('POST', `/orders/${ORDER_ID}/cancel`, { orderId: ORDER_ID, ...request });
  const { statusCode, body } = await handler(event, lambdaContext());
  const json = JSON.parse(body) as Record<string, unknown>;
  expect((statusCode === 202 ? isAnswer : isProblem)(json)).toBe(true);
  return { statusCode, json };
}

/** Somebody else changes the order. */
async function changeTo(order: Order, change: OrderChange): Promise<void> {
  const { order: changed, event } = applyChange(order, change, { now: CREATED_AT, causationId: 'saga' });
  await tables.put('Orders', orderItem(changed));
  await tables.put('Orders', eventItem(event));
}

test.each([
  ['PENDING', []],
  ['INVENTORY_RESERVED', [RESERVED]],
  ['PAYMENT_CONFIRMED', [RESERVED, PAID]],
])('an order that is %s is to be cancelled; the saga does it', async (status, changes) => {
  await givenOrder(tables, ...changes);

  const { statusCode, json } = await cancel();

  expect([statusCode, json]).toEqual([202, { orderId: ORDER_ID, status, cancelRequested: true }]);
  expect(await storedOrder(tables)).toMatchObject({ status, cancelRequested: true, version: changes.length + 2 });
});

test('the reason stays on the order: no event and no log line tells it', async () => {
  await givenOrder(tables, RESERVED);

  await cancel({ body: JSON.stringify({ reason: 'Ada has moved' }) });

  expect(await storedOrder(tables)).toMatchObject({ cancelReason: 'Ada has moved' });
  const events = (await tables.all<{ sk: string }>('Orders')).filter(({ sk }) => sk.startsWith('EVENT#'));
  expect(events).toHaveLength(3);
  expect(JSON.stringify(events)).not.toContain('Ada has moved');
  expect(logs.text()).not.toContain('Ada has moved');
});

test('asking again changes nothing, and sees again to the execution', async () => {
  await givenOrder(tables, RESERVED);
  await cancel();
  stepFunctions.given('FAILED');

  expect((await cancel()).statusCode).toBe(202);

  expect(stepFunctions.redriven()).toHaveLength(1);
  expect((await storedOrder(tables)).version).toBe(3);
});

describe('of a cancellation and a claim for shipping at the same moment the first write wins', () => {
  test('the claim', async () => {
    const order = await givenOrder(tables, RESERVED, PAID);
    justBefore = () => changeTo(order, CLAIMED);

    const { statusCode, json } = await cancel();

    expect([statusCode, json['orderStatus']]).toEqual([409, 'PAYMENT_CONFIRMED']);
    expect(await storedOrder(tables)).toMatchObject({ shipping: true, cancelRequested: false });
  });

  test('the cancellation, though the order was charged meanwhile', async () => {
    const order = await givenOrder(tables, RESERVED);
    justBefore = () => changeTo(order, PAID);

    const { statusCode, json } = await cancel();

    expect([statusCode, json['status']]).toEqual([202, 'PAYMENT_CONFIRMED']);
    expect(await storedOrder(tables)).toMatchObject({ shipping: false, cancelRequested: true });
  });
});

describe('an order that waits for people', () => {
  test('is decided in the same write, in the name of the client', async () => {
    await givenWaitingOrder(tables);

    const { statusCode, json } = await cancel();

    expect([statusCode, json['status']]).toEqual([202, 'PAYMENT_CONFIRMED']);
    const decidedBy = { kind: 'client', subject: 'client-1' };
    expect(await storedIntervention(tables)).toMatchObject({ status: 'DECIDED', decided: { decidedBy } });
    expect(tables.sdk.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  test('and was decided in this moment is cancelled where it is now', async () => {
    const { order } = await givenWaitingOrder(tables);
    justBefore = () =>
      changeTo(order, {
        type: 'ManualInterventionResolved',
        details: { intervention: 1, decision: 'RETRY', decidedBy: 'person' },
        to: 'PAYMENT_CONFIRMED',
        resolution: { decision: 'RETRY', failedStep: 'ShipOrder' },
      });

    expect((await cancel()).statusCode).toBe(202);

    expect(await storedOrder(tables)).toMatchObject({ status: 'PAYMENT_CONFIRMED', cancelRequested: true });
  });

  test('and came to that in this moment is decided all the same', async () => {
    const { order, record } = await givenWaitingOrder(tables);
    await tables.clear();
    const before = await givenOrder(tables, RESERVED, PAID);
    justBefore = async () => {
      await tables.put('Orders', orderItem({ ...order, version: before.version + 1 }));
      await tables.put('Orders', interventionItem(record));
    };

    expect((await cancel()).statusCode).toBe(202);

    expect(await storedIntervention(tables)).toMatchObject({
      status: 'DECIDED',
      decided: { decidedBy: { kind: 'client' } },
    });
  });

  test('of which staff have shipped the parcel is too late', async () => {
    const { order } = await givenWaitingOrder(tables);
    await tables.put('Orders', orderItem({ ...order, manualShipment: { carrier: 'Speedy', trackingNumber: 'SP1' } }));

    const { statusCode, json } = await cancel();

    expect([statusCode, json['orderStatus']]).toEqual([409, 'MANUAL_INTERVENTION']);
    expect((await storedIntervention(tables)).status).toBe('OPEN');
  });
});

describe('who asks', () => {
  test.each([
    ['another client', { clientId: 'client-2' }, 404],
    ['its client', { clientId: 'client-1' }, 202],
    ['staff', { person: { subject: 'ada', roles: ['staff'] as const } }, 202],
  ])('%s', async (_, sender, status) => {
    await givenOrder(tables, RESERVED);

    expect((await cancel(sender)).statusCode).toBe(status);
  });
});

test.each([
  ['nothing', null, 202],
  ['an empty text', '', 202],
  ['an empty object', '{}', 202],
  ['no object', '[]', 400],
  ['no JSON', 'please', 400],
  ['an empty reason', '{"reason":" "}', 400],
])('a body of %s is answered with its status', async (_, body, status) => {
  await givenOrder(tables);

  expect((await cancel({ body })).statusCode).toBe(status);
});
