import type { SubmitOrder } from '../../ops/api-client.ts';
import type { StackOutputs } from '../../ops/stack.ts';

/** A valid order; the parts that a test is about are given. */
export function anOrder(
  parts: { token?: string; postalCode?: string; items?: SubmitOrder['items'] } = {},
): SubmitOrder {
  return {
    customer: { id: 'customer-1', email: 'ada@example.com', name: 'Ada Lovelace' },
    items: parts.items ?? [{ sku: 'MUG-BLUE', quantity: 2 }],
    shippingAddress: {
      line1: '12 St James Square',
      city: 'London',
      postalCode: parts.postalCode ?? 'SW1Y 4JH',
      country: 'GB',
    },
    payment: { token: parts.token ?? 'tok_visa' },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
  readonly body: any;
}

export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** One HTTP request to the API; by default a submission without body, with the sample client's token. */
export async function request(outputs: StackOutputs, parts: RequestParts): Promise<Answer> {
  const { method = 'POST', path = '/orders', token = outputs.ApiToken, headers = {}, body } = parts;
  const response = await fetch(`${outputs.ApiUrl}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

export function submit(outputs: StackOutputs, body: unknown, idempotencyKey: string): Promise<Answer> {
  return request(outputs, { body, headers: { 'idempotency-key': idempotencyKey } });
}

export function getOrder(outputs: StackOutputs, orderId: string, token?: string): Promise<Answer> {
  return request(outputs, { method: 'GET', path: `/orders/${orderId}`, ...(token !== undefined && { token }) });
}
