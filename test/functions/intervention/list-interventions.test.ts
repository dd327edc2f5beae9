import { interventionItem } from '../../../core/order-item.ts';
import { asOrderId } from '../../../core/ids.ts';
import type { InterventionRecord, InterventionStatus } from '../../../core/intervention.ts';
import { handler as getIntervention } from '../../../functions/intervention/get-intervention.ts';
import { handler as listInterventions } from '../../../functions/intervention/list-interventions.ts';
import { schemaValidator } from '../../../functions/shared/schema-validator.ts';
import common from '../../../schemas/common.json' with { type: 'json' };
import interventionSchema from '../../../schemas/intervention.json' with { type: 'json' };
import listSchema from '../../../schemas/intervention-list.json' with { type: 'json' };
import { ORDER_ID } from '../../orders.ts';
import { apiEvent } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';
import { lambdaContext } from '../lambda-context.ts';
import { givenWaitingOrder, TOKEN } from '../waiting-order.ts';

const ajv = schemaValidator([common]);
const isIntervention = ajv.compile(interventionSchema);
const isList = ajv.compile(listSchema);
const person = { subject: 'ada', roles: ['staff'] as const };

let tables: DynamoDbTables;
let logs: CapturedLogs;
beforeAll(async () => (tables = await dynamoDbTables()));
beforeEach(async () => {
  await tables.clear();
  logs = captureLogs();
});
afterEach(() => logs.restore());
afterAll(() => tables.close());

async function list(query: Record<string, string> = {}) {
  const { statusCode, body } = await listInterventions(
    apiEvent('GET', '/interventions', { person, query }),
    lambdaContext(),
  );
  expect(body).not.toContain(TOKEN);
  const json = JSON.parse(body) as {
    interventions: { orderId: string; openedAt: string }[];
    nextCursor: string | null;
    errors?: { field: string; message: string }[];
  };
  return { statusCode, json };
}

/** Puts an intervention of its own order, opened in the given minute. */
async function given(minute: number, status: InterventionStatus = 'OPEN'): Promise<InterventionRecord> {
  const { record } = await givenWaitingOrder(tables);
  const two = String(minute).padStart(2, '0');
  const one: InterventionRecord = {
    ...record,
    orderId: asOrderId(`8f14e45f-ceea-5467-9575-3f1c2f0e9b${two}`),
    openedAt: `2026-11-20T13:${two}:00.000Z`,
    status,
  };
  await tables.put('Orders', interventionItem(one));
  return one;
}

async function givenMinutes(minutes: readonly number[]): Promise<void> {
  for (const minute of minutes) await given(minute);
  await tables.remove('Orders', { pk: `ORDER#${ORDER_ID}`, sk: 'INTERVENTION#001' });
}

const minutesOf = ({ json }: Awaited<ReturnType<typeof list>>) =>
  json.interventions.map(({ openedAt }) => Number(openedAt.slice(14, 16)));

test('who has waited longest comes first; every page but the last leads to the next', async () => {
  await givenMinutes([30, 10, 50, 20, 40]);

  const first = await list({ limit: '2' });
  const second = await list({ limit: '2', cursor: first.json.nextCursor ?? '' });
  const third = await list({ limit: '2', cursor: second.json.nextCursor ?? '' });

  expect([first, second, third].map(minutesOf)).toEqual([[10, 20], [30, 40], [50]]);
  expect(third.json.nextCursor).toBeNull();
  for (const { json } of [first, second, third]) expect(isList(json)).toBe(true);
});

test('a page that is exactly full is the last one when nothing follows', async () => {
  await givenMinutes([10, 20]);

  expect((await list({ limit: '2' })).json.nextCursor).toBeNull();
});

test('what is decided between two pages moves none of the others', async () => {
  await givenMinutes([10, 20, 30]);
  const first = await list({ limit: '1' });
  await given(10, 'DECIDED');
  await tables.remove('Orders', { pk: `ORDER#${ORDER_ID}`, sk: 'INTERVENTION#001' });

  expect(minutesOf(await list({ limit: '5', cursor: first.json.nextCursor ?? '' }))).toEqual([20, 30]);
  expect(minutesOf(await list())).toEqual([20, 30]);
  expect(minutesOf(await list({ status: 'DECIDED' }))).toEqual([10]);
});

test('a cursor belongs to its status, and is refused elsewhere and when it is none', async () => {
  await givenMinutes([10, 20]);
  const cursor = (await list({ limit: '1' })).json.nextCursor ?? '';

  for (const query of [{ cursor, status: 'CLOSED' }, { cursor: 'nonsense' }, { cursor: '' }]) {
    const { statusCode, json } = await list(query);
    expect([statusCode, json.errors?.map(({ field }) => field)]).toEqual([400, ['cursor']]);
  }
});

test('every wrong parameter is named', async () => {
  const { statusCode, json } = await list({ status: 'LOST', limit: '101', page: '2' });

  expect([statusCode, json.errors?.map(({ field }) => field).sort()]).toEqual([400, ['limit', 'page', 'status']]);
});

test('an order shows its latest intervention, and the earlier ones behind it, without their tokens', async () => {
  const { record } = await givenWaitingOrder(tables);
  const decided = { decision: 'RETRY', decidedBy: { kind: 'deadline' }, decidedAt: record.openedAt } as const;
  const { taskToken: _token, ...first } = { ...record, status: 'CLOSED', decided, closedAt: record.openedAt } as const;
  await tables.put('Orders', interventionItem(first));
  await tables.put('Orders', interventionItem({ ...record, number: 2 }));

  const event = apiEvent('GET', `/interventions/${ORDER_ID}`, { person, orderId: ORDER_ID });
  const { statusCode, body } = await getIntervention(event, lambdaContext());
  const json = JSON.parse(body) as unknown;

  expect([statusCode, isIntervention(json), body.includes(TOKEN)]).toEqual([200, true, false]);
  expect(json).toMatchObject({
    ...{ number: 2, status: 'OPEN', orderStatus: 'MANUAL_INTERVENTION' },
    earlier: [{ number: 1, status: 'CLOSED', decided }],
  });
});

test.each([ORDER_ID, 'nonsense'])('%s, to which nobody was called, is not found', async (orderId) => {
  const event = apiEvent('GET', `/interventions/${orderId}`, { person, orderId });

  expect((await getIntervention(event, lambdaContext())).statusCode).toBe(404);
});
