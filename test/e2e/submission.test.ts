import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { accessToken } from '../../ops/access-token.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, getOrder, request, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());

async function executionCount(): Promise<number> {
  const client = new SFNClient(clientConfiguration(host.outputs));
  let count = 0;
  for await (const page of paginateListExecutions({ client }, { stateMachineArn: host.outputs.StateMachineArn })) {
    count += page.executions?.length ?? 0;
  }
  return count;
}

describe('submitting an order', () => {
  it('answers 202 with the total from the catalogue and where to follow the order', async () => {
    const { status, headers, body } = await submit(
      host.outputs,
      anOrder({
        items: [
          { sku: 'MUG-BLUE', quantity: 2 },
          { sku: 'NOTEBOOK-A5', quantity: 1 },
          { sku: 'MUG-BLUE', quantity: 1 },
        ],
      }),
      'merged lines',
    );
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'PENDING', total: { amountMinor: 3 * 1290 + 990, currency: 'EUR' } });
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    await host.idle();
    const order = await getOrder(host.outputs, body.orderId);
    expect(order.body.items).toHaveLength(2);
  });

  it('gives the same answer to the same key and body, and starts the saga once', async () => {
    const first = await submit(host.outputs, anOrder(), 'twice');
    await host.idle();
    const started = await executionCount();
    const second = await submit(host.outputs, anOrder(), 'twice');
    await host.idle();
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(await executionCount()).toBe(started);
  });

  it('gives one order to a key that is sent many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(host.outputs, anOrder(), 'at once')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 202)).toBe(true);
  });

  it('refuses another body under the same key', async () => {
    await submit(host.outputs, anOrder(), 'other body');
    const { status, headers, body } = await submit(host.outputs, anOrder({ token: 'tok_declined' }), 'other body');
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(JSON.stringify(body)).toMatch(/Idempotency-Key/i);
  });

  it('names every unknown product', async () => {
    const items = [
      { sku: 'NO-SUCH', quantity: 1 },
      { sku: 'MUG-BLUE', quantity: 1 },
      { sku: 'NEITHER-THIS', quantity: 1 },
    ];
    const { status, text } = await submit(host.outputs, anOrder({ items }), 'unknown product');
    expect(status).toBe(422);
    expect(text).toMatch('NO-SUCH');
    expect(text).toMatch('NEITHER-THIS');
    expect(text).not.toMatch('MUG-BLUE');
  });

  it('names every field that is wrong, the header included', async () => {
    const wrong = {
      customer: { id: '', email: 'nobody', name: 'Ada' },
      items: [{ sku: 'MUG-BLUE', quantity: 0 }],
      shippingAddress: { line1: '1', city: 'London', postalCode: '1', country: 'England' },
      colour: 'red',
    };
    const { status, headers, body } = await request(host.outputs, { body: wrong });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    const fields = (body.errors as { field: string }[]).map(({ field }) => field).join(' ');
    for (const field of ['Idempotency-Key', 'email', 'quantity', 'country', 'payment', 'colour']) {
      expect(fields.toLowerCase()).toMatch(field.toLowerCase());
    }
  });

  it.each([
    ['no JSON', '{"customer":'],
    ['no object', '[]'],
    ['26 lines', anOrder({ items: Array.from({ length: 26 }, (_, index) => ({ sku: `SKU-${index}`, quantity: 1 })) })],
    ['no lines', anOrder({ items: [] })],
    ['a quantity of 1001', anOrder({ items: [{ sku: 'MUG-BLUE', quantity: 1001 }] })],
    ['a fraction of a mug', anOrder({ items: [{ sku: 'MUG-BLUE', quantity: 1.5 }] })],
  ])('refuses %s', async (_, body) => {
    const { status, headers } = await submit(host.outputs, body, 'invalid');
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch('application/problem+json');
  });

  it.each([[''], ['x'.repeat(256)]])('refuses the Idempotency-Key %j', async (key) => {
    const { status, text } = await submit(host.outputs, anOrder(), key);
    expect(status).toBe(400);
    expect(text).toMatch(/Idempotency-Key/i);
  });
});

describe('who may ask', () => {
  it('nobody without a token, or with a false one', async () => {
    const without = await request(host.outputs, { token: null, body: anOrder(), headers: { 'idempotency-key': 'a' } });
    const wrong = await request(host.outputs, { token: 'a.b.c', body: anOrder(), headers: { 'idempotency-key': 'a' } });
    for (const { status, headers } of [without, wrong]) {
      expect(status).toBe(401);
      expect(headers.get('content-type')).toMatch('application/problem+json');
    }
  });

  it('no client without the scope', async () => {
    const token = await accessToken(host.outputs, 'sample', ['orders/read']);
    const refused = await request(host.outputs, { token, body: anOrder(), headers: { 'idempotency-key': 'a' } });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    // The authorizer's answer is cached by token: it must hold for the routes that the token may use.
    expect((await getOrder(host.outputs, '00000000-0000-5000-8000-000000000000', token)).status).toBe(404);
  });

  it('no client for another client’s order', async () => {
    const { body } = await submit(host.outputs, anOrder(), 'mine');
    const trial = await accessToken(host.outputs, 'trial');
    expect((await getOrder(host.outputs, body.orderId, trial)).status).toBe(404);
    expect((await getOrder(host.outputs, body.orderId)).status).toBe(200);
  });

  it('no client more often than its plan allows', async () => {
    const token = await accessToken(host.outputs, 'trial');
    const path = '/orders/00000000-0000-5000-8000-000000000000';
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => request(host.outputs, { method: 'GET', path, token })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused[0]?.headers.get('content-type')).toMatch('application/problem+json');
  });

  it('anybody about health', async () => {
    const { status, body } = await request(host.outputs, { method: 'GET', path: '/health', token: null });
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });
});
