import { setTimeout as pause } from 'node:timers/promises';
import type { StackOutputs } from '../ops/stack.ts';
import type { Load } from './options.ts';
import { OrderApi } from './order-api.ts';
import { OrderWatch } from './order-watch.ts';

export interface Timings {
  /** Until the answer to POST /orders, per order; in an open loop from the moment in which it was due. */
  readonly submitMs: readonly number[];
  /** Until the order was seen in a terminal status, per order. */
  readonly endToEndMs: readonly number[];
  /** From the first submission to the last order's end. */
  readonly seconds: number;
}

/** An open loop looks this often for orders that are due. */
const TICK_MS = 5;

/** Sends orders and waits until each of them has ended. `label` makes their idempotency keys unique. */
export async function sendOrders(outputs: StackOutputs, load: Load, label: string): Promise<Timings> {
  const api = new OrderApi(outputs);
  const watch = new OrderWatch(outputs);
  const [submitMs, endToEndMs]: [number[], number[]] = [[], []];
  const one = async (number: number, dueMs: number): Promise<void> => {
    const orderId = await api.submit(number, `${label}-${number}`);
    submitMs.push(performance.now() - dueMs);
    await watch.ended(orderId);
    endToEndMs.push(performance.now() - dueMs);
  };
  const startedMs = performance.now();
  await (load.kind === 'closed' ? closedLoop(load, one) : openLoop(load, one));
  api.close();
  return { submitMs, endToEndMs, seconds: (performance.now() - startedMs) / 1000 };
}

type SendOne = (number: number, dueMs: number) => Promise<void>;

/** So many clients, each of which waits for its order to end before it sends the next. */
async function closedLoop({ orders, inFlight }: Load & { kind: 'closed' }, one: SendOne): Promise<void> {
  const numbers = Array.from({ length: orders }, (_, index) => index).values();
  const client = async (): Promise<void> => {
    for (const number of numbers) await one(number, performance.now());
  };
  await Promise.all(Array.from({ length: inFlight }, client));
}

/** Orders come at their rate, whatever became of those before: a host that falls behind is not given time. */
async function openLoop({ orders, perSecond }: Load & { kind: 'open' | 'burst' }, one: SendOne): Promise<void> {
  const startedMs = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < orders) {
    for (let dueMs = dueOf(sent.length); sent.length < orders && dueMs <= performance.now(); dueMs = dueOf(sent.length))
      sent.push(one(sent.length, dueMs));
    await pause(TICK_MS);
  }
  await Promise.all(sent);

  function dueOf(number: number): number {
    return startedMs + (number / perSecond) * 1000;
  }
}
