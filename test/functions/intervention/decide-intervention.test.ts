import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { interventionItem } from '../../../core/order-item.ts';
import type { Role } from '../../../core/role.ts';
import { handler } from '../../../functions/intervention/decide-intervention.ts';
import { schemaValidator } from '../../../functions/shared/schema-validator.ts';
import common from '../../../schemas/common.json' with { type: 'json' };
import interventionSchema from '../../../schemas/intervention.json' with { type: 'json' };
import problemSchema from '../../../schemas/problem.json' with { type: 'json' };
import { ORDER_ID } from '../../orders.ts';
import { apiEvent } from '../api-event.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';
import { lambdaContext } from '../lambda-context.ts';
import {
  EXECUTION_ARN,
  givenStepFunctions,
  givenWaitingOrder,
  storedIntervention,
  storedOrder,
  TOKEN,
} from '../waiting-order.ts';

const ajv = schemaValidator([common]);
const isIntervention = ajv.compile(interventionSchema);
const isProblem = ajv.compile(problemSchema);

const stepFunctions = givenStepFunctions();
let tables: DynamoDbTables;
let logs: CapturedLogs;
beforeAll(async () => (tables = await dynamoDbTables()));
beforeEach(async () => {
  await tables.clear();
  await givenWaitingOrder(tables);
  stepFunctions.given('RUNNING');
  logs = captureLogs();
});
afterEach(() => {
  const text = logs.text();
  logs.restore();
  expect(text).not.toContain(TOKEN);
});
afterAll(() => tables.close());

interface Sender {
  readonly key?: string | null;
  readonly subject?: string;
  readonly roles?: readonly Role[];
}

async function decide(body: object | string, { key = 'key-1', subject = 'ada', roles = ['admin'] }: Sender = {}) {
  const event = apiEvent('POST', `/interventions/${ORDER_ID}/decision`, {
    orderId: ORDER_ID,
    person: { subject, roles },
    headers: { 'Content-Type': 'application/json', ...(key !== null && { 'idempotency-key': key }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { statusCode, body: text } = await handler(event, lambdaContext());
  expect(text).not.toContain(TOKEN);
  const json = JSON.parse(text) as Record<string, unknown>;
  expect((statusCode === 200 ? isIntervention : isProblem)(json)).toBe(true);
  return { statusCode, json };
}

async function errorsOf(body: object | string, sender?: Sender): Promise<Record<string, string>> {
  const { statusCode, json } = await decide(body, sender);
  expect(statusCode).toBe(400);
  const errors = json['errors'] as { field: string; message: string }[];
  return Object.fromEntries(errors.map(({ field, message }) => [field, message]));
}

const note = 'The carrier was called.';
const REFUND = { decision: 'REFUND_AND_CANCEL', note };

describe('a decision', () => {
  test('is recorded with who, when and why, together with what it means for the order', async () => {
    const { statusCode, json } = await decide(REFUND, { roles: ['staff', 'admin'] });

    expect(statusCode).toBe(200);
    const decidedBy = { kind: 'person', subject: 'ada', role: 'admin' };
    expect(json).toMatchObject({
      status: 'DECIDED',
      decided: { ...REFUND, decidedBy },
      orderStatus: 'PAYMENT_CONFIRMED',
    });
    expect(await storedIntervention(tables)).toMatchObject({ status: 'DECIDED', taskToken: TOKEN });
    expect(await storedOrder(tables)).toMatchObject({ status: 'PAYMENT_CONFIRMED', cancelRequested: true });
  });

  test.each([
    ['RETRY', {}],
    ['SHIPPED_MANUALLY', { carrier: 'Speedy', trackingNumber: 'SP 1' }],
    ['MARK_REFUNDED', { reference: 'bank transfer 4711' }],
    ['MARK_REFUNDED', { reference: 'bank transfer 4711', amountMinor: 0 }],
    ['WRITE_OFF', { reason: 'cheaper', amountMinor: 3480 }],
  ])('%s takes %j', async (decision, fields) => {
    expect((await decide({ decision, note, ...fields })).statusCode).toBe(200);
    expect((await storedIntervention(tables)).decided).toMatchObject({ decision, ...fields });
  });

  test('sees to it that a dead execution comes back to hear it', async () => {
    stepFunctions.given('ABORTED');

    expect((await decide(REFUND)).statusCode).toBe(200);

    expect(stepFunctions.redriven()).toEqual([EXECUTION_ARN]);
  });

  test('that is recorded, while its execution cannot be looked at, can be sent again', async () => {
    const silence = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    stepFunctions.sdk.on(DescribeExecutionCommand).rejects(silence);
    const first = await decide(REFUND);
    stepFunctions.given('RUNNING');

    const second = await decide(REFUND);

    expect([first.statusCode, second.statusCode]).toEqual([503, 200]);
    expect((await storedOrder(tables)).version).toBe(5);
  });
});

describe('every wrong field is named at once, and how to put it right', () => {
  test('of a request that has nothing', async () => {
    expect(await errorsOf({}, { key: null })).toEqual({
      'Idempotency-Key': expect.stringContaining('is missing'),
      decision: expect.stringContaining('is missing; it must be one of RETRY'),
      note: expect.stringContaining('is missing; it must be why'),
    });
  });

  test('of one that is no JSON', async () => {
    expect(await errorsOf('RETRY')).toEqual({ body: 'is not JSON; send one JSON object' });
  });

  test.each([
    ['SHIPPED_MANUALLY', ['carrier', 'trackingNumber']],
    ['MARK_REFUNDED', ['reference']],
    ['WRITE_OFF', ['reason']],
  ])('of %s: what it needs', async (decision, fields) => {
    const errors = await errorsOf({ decision, note });

    expect(Object.keys(errors)).toEqual(fields);
    for (const message of Object.values(errors)) expect(message).toMatch(/^is missing; it must be /);
  });

  test.each([
    ['RETRY', ['carrier', 'trackingNumber', 'reference', 'reason', 'amountMinor']],
    ['REFUND_AND_CANCEL', ['carrier', 'trackingNumber', 'reference', 'reason', 'amountMinor']],
    ['SHIPPED_MANUALLY', ['reference', 'reason', 'amountMinor']],
    ['MARK_REFUNDED', ['carrier', 'trackingNumber', 'reason']],
    ['WRITE_OFF', ['carrier', 'trackingNumber', 'reference']],
  ])('of %s: what belongs to another decision', async (decision, fields) => {
    const all = { carrier: 'Speedy', trackingNumber: 'SP1', reference: '4711', reason: 'cheaper', amountMinor: 1 };

    const errors = await errorsOf({ decision, note, ...all });

    expect(Object.keys(errors).sort()).toEqual([...fields].sort());
    for (const message of Object.values(errors)) expect(message).toMatch(/^must be left out: it belongs to /);
  });

  test('of values', async () => {
    const values = { carrier: ' ', trackingNumber: 'SP1 ', note: '', by: 'ada' };

    expect(Object.keys(await errorsOf({ decision: 'SHIPPED_MANUALLY', ...values })).sort()).toEqual([
      ...['by', 'carrier', 'note', 'trackingNumber'],
    ]);
    expect(Object.keys(await errorsOf({ decision: 'GIVE_UP', note }))).toEqual(['decision']);
  });

  test.each([-1, 0.5, 3481, '1'])('of an amount that is %j', async (amountMinor) => {
    const errors = await errorsOf({ decision: 'WRITE_OFF', note, reason: 'cheaper', amountMinor });

    expect(errors['amountMinor']).toMatch(/whole number .* 0 to (3480|the order's total)/);
    expect((await storedIntervention(tables)).status).toBe('OPEN');
  });
});

test.each([
  ['MARK_REFUNDED', { reference: '4711' }],
  ['WRITE_OFF', { reason: 'cheaper' }],
])('%s disposes of money: it takes an admin, and says so', async (decision, fields) => {
  const { statusCode, json } = await decide({ decision, note, ...fields }, { roles: ['staff'] });

  expect([statusCode, json['requiredRole'], json['detail']]).toEqual([403, 'admin', expect.stringContaining('admin')]);
  expect((await storedIntervention(tables)).status).toBe('OPEN');
});
describe('a decision that was made', () => {
  test('is answered again to the same key and body, though the saga has heard of it', async () => {
    const first = await decide(REFUND);
    const record = await storedIntervention(tables);
    const { taskToken: _token, ...closed } = {
      ...record,
      status: 'CLOSED',
      closedAt: '2026-11-21T00:00:00.000Z',
    } as const;
    await tables.put('Orders', interventionItem(closed));

    expect(await decide({ note, decision: 'REFUND_AND_CANCEL' })).toEqual(first);
  });

  test('keeps no key in the clear, and shows none', async () => {
    const { json } = await decide(REFUND, { key: 'my secret key' });

    expect(JSON.stringify(await storedIntervention(tables))).not.toContain('my secret key');
    expect(json['decided']).not.toHaveProperty('request');
  });

  test('is not another one under the same key', async () => {
    await decide(REFUND);

    expect((await decide({ ...REFUND, note: 'other' })).statusCode).toBe(422);
  });

  test.each([
    ['another key', { key: 'key-2' }],
    ['the same key of somebody else', { subject: 'grace' }],
  ])('is told to %s: who, what and when', async (_, sender) => {
    await decide(REFUND);

    const { statusCode, json } = await decide(REFUND, sender);

    expect(statusCode).toBe(409);
    expect(json['decided']).toEqual({
      decision: 'REFUND_AND_CANCEL',
      decidedBy: { kind: 'person', subject: 'ada', role: 'admin' },
      decidedAt: (await storedIntervention(tables)).decided?.decidedAt,
    });
  });
});

test('of two at once one wins, and one order is changed once', async () => {
  const answers = await Promise.all([
    decide(REFUND, { subject: 'ada' }),
    decide({ decision: 'RETRY', note }, { subject: 'grace', key: 'key-2' }),
  ]);

  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  const lost = answers.find(({ statusCode }) => statusCode === 409);
  const { decided } = await storedIntervention(tables);
  expect(lost?.json['decided']).toMatchObject({ decision: decided?.decision, decidedBy: decided?.decidedBy });
  expect((await storedOrder(tables)).version).toBe(5);
});

test('of one request that comes twice at once both are answered alike', async () => {
  const answers = await Promise.all([decide(REFUND), decide(REFUND)]);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect((await storedOrder(tables)).version).toBe(5);
});
