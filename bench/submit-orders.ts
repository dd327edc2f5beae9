import { setTimeout as pause } from 'node:timers/promises';
import { isTerminal } from '../core/lifecycle.ts';
import { ApiClient } from '../ops/api-client.ts';
import { SAMPLE_CATALOGUE } from '../ops/catalogue.ts';
import type { StackOutputs } from '../ops/stack.ts';

/** Between two looks at an order; each look is a request that costs the host something as well. */
const LOOK_EVERY_MS = 250;

export interface Timings {
  /** Until the answer to POST /orders, per order. */
  readonly submitMs: readonly number[];
  /** Until the order was seen in a terminal status, per order. */
  readonly endToEndMs: readonly number[];
}

/** Sends orders in a closed loop of `inFlight` clients; each waits for its order to end before it sends the next. */
export async function submitOrders(
  outputs: StackOutputs,
  orders: number,
  inFlight: number,
  label: string,
): Promise<Timings> {
  const api = new ApiClient(outputs.ApiUrl, outputs.ApiToken ?? '');
  const timings = { submitMs: [] as number[], endToEndMs: [] as number[] };
  const numbers = Array.from({ length: orders }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const number of numbers) await one(api, number, `${label}-${number}`, timings);
    }),
  );
  return timings;
}

async function one(
  api: ApiClient,
  number: number,
  idempotencyKey: string,
  timings: { submitMs: number[]; endToEndMs: number[] },
): Promise<void> {
  // Every product but the scarce one, in turn, so that no single stock item is the bottleneck.
  const products = SAMPLE_CATALOGUE.slice(0, -1);
  const sku = products[number % products.length]?.sku ?? '';
  const startedMs = performance.now();
  const orderId = await api.submit(
    {
      customer: { id: `customer-${number}`, email: `customer-${number}@example.com`, name: 'Ada Lovelace' },
      items: [{ sku, quantity: 1 }],
      shippingAddress: { line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
      payment: { token: 'tok_visa' },
    },
    idempotencyKey,
  );
  timings.submitMs.push(performance.now() - startedMs);
  while (!isTerminal((await api.order(orderId)).status)) await pause(LOOK_EVERY_MS);
  timings.endToEndMs.push(performance.now() - startedMs);
}
