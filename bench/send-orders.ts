import { setTimeout as pause } from 'node:timers/promises';
import type { Load } from './load.ts';
import type { System } from './system.ts';

/** What became of the orders of one load. */
export interface Sent {
  /** Until the answer to the submission, per accepted order; in an open loop from the moment in which it was due. */
  readonly submitMs: readonly number[];
  /** Until the order was seen in a terminal status, likewise. */
  readonly endToEndMs: readonly number[];
  /** How late an order was sent: what the client itself adds to the times of an open loop. */
  readonly lateMs: readonly number[];
  /** From the first submission to the last order's end. */
  readonly seconds: number;
  /** Not accepted, or accepted and not ended: why. */
  readonly failures: readonly string[];
}

/** Sends orders and waits until each of them has ended. `label` makes their idempotency keys unique. */
export async function sendOrders(system: System, load: Load, label: string): Promise<Sent> {
  const [submitMs, endToEndMs, lateMs, failures]: [number[], number[], number[], string[]] = [[], [], [], []];
  const one = async (number: number, dueMs: number): Promise<void> => {
    try {
      lateMs.push(performance.now() - dueMs);
      const orderId = await system.submit(number, `${label}-${number}`);
      submitMs.push(performance.now() - dueMs);
      await system.ended(orderId);
      endToEndMs.push(performance.now() - dueMs);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  };
  const startedMs = performance.now();
  await (load.kind === 'closed' ? closedLoop(load, one) : openLoop(load, one));
  return { submitMs, endToEndMs, lateMs, failures, seconds: (performance.now() - startedMs) / 1000 };
}

type SendOne = (number: number, dueMs: number) => Promise<void>;

async function closedLoop({ orders, inFlight }: Load & { kind: 'closed' }, one: SendOne): Promise<void> {
  const numbers = Array.from({ length: orders }, (_, index) => index).values();
  const client = async (): Promise<void> => {
    for (const number of numbers) await one(number, performance.now());
  };
  await Promise.all(Array.from({ length: inFlight }, client));
}

/**
 * A system that falls behind is not given time, and an order that had to wait for the client counts from the moment in which
 * it was due: nothing that a real customer would have waited for is left out.
 */
async function openLoop({ orders, perSecond }: Load & { kind: 'open' | 'burst' }, one: SendOne): Promise<void> {
  const startedMs = performance.now();
  const dueOf = (number: number): number => startedMs + (number / perSecond) * 1000;
  const sent: Promise<void>[] = [];
  while (sent.length < orders) {
    for (let dueMs = dueOf(sent.length); sent.length < orders && dueMs <= performance.now(); dueMs = dueOf(sent.length))
      sent.push(one(sent.length, dueMs));
    await pause(Math.max(0, dueOf(sent.length) - performance.now()));
  }
  await Promise.all(sent);
}
