import { describeLoad, type Load } from './load.ts';
import { type Percentiles, percentiles } from './percentiles.ts';
import { type Sent, sendOrders } from './send-orders.ts';
import type { System, Usage } from './system.ts';

/** Clients that send the orders before the measurement. */
const PREPARING_IN_FLIGHT = 64;
/** Orders that are prepared at a time, with a word on how far it is after each. */
const PREPARING_AT_A_TIME = 10_000;
/** So many reasons why orders failed are kept. */
const FAILURES_KEPT = 3;

/** CPU seconds per 1,000 orders. */
export interface Cost {
  readonly total: number;
  readonly parts: Readonly<Record<string, number>>;
  /** Of the process that sends the orders, which is no part of the total. */
  readonly client: number;
}

/** What one load was like. */
export interface Figures {
  readonly load: Load;
  /** Orders that were stored when it began, the warm-up. */
  readonly stored: number;
  readonly completed: number;
  /** Not accepted, or accepted and not ended. */
  readonly failed: number;
  readonly failures: readonly string[];
  /** Until the last order's end. */
  readonly seconds: number;
  /** Until the last event and mail, where there are any. */
  readonly secondsToRest: number;
  readonly ordersPerSecond: number;
  readonly ordersPerSecondToRest: number;
  readonly submitMs: Percentiles;
  readonly endToEndMs: Percentiles;
  /** What the client itself adds to the times of an open loop. */
  readonly lateMs: Percentiles;
  readonly cpuSecondsPer1000Orders: Cost;
  readonly memoryMb: number;
  readonly callsPerOrder: Readonly<Record<string, number>>;
}

/** Brings a system to so many stored orders, which warms it up as well. */
export async function prepare(system: System, orders: number, say: (line: string) => void): Promise<void> {
  for (let first = 0; first < orders; first += PREPARING_AT_A_TIME) {
    const some = Math.min(PREPARING_AT_A_TIME, orders - first);
    const load: Load = { kind: 'closed', orders: some, inFlight: PREPARING_IN_FLIGHT };
    const { failures } = await sendOrders(system, load, `before-${first}`);
    if (failures.length > 0) throw new Error(`${failures.length} orders of the warm-up have failed: ${failures[0]}`);
    if (orders > PREPARING_AT_A_TIME) say(`${system.name}: ${first + some} of ${orders} orders stored`);
  }
  await system.rest();
}

/** Sends a load to a system at rest and waits until it is at rest again. */
export async function measure(system: System, load: Load, stored: number, label: string): Promise<Figures> {
  const before = await readUsage(system);
  const startedMs = performance.now();
  const sent = await sendOrders(system, load, label);
  const secondsToRest = ((await system.rest()) - startedMs) / 1000;
  const after = await readUsage(system);
  const completed = sent.endToEndMs.length;
  return {
    load,
    stored,
    completed,
    ...failuresOf(sent),
    seconds: sent.seconds,
    secondsToRest,
    ordersPerSecond: completed / sent.seconds,
    ordersPerSecondToRest: completed / secondsToRest,
    submitMs: percentiles(sent.submitMs),
    endToEndMs: percentiles(sent.endToEndMs),
    lateMs: percentiles(sent.lateMs),
    cpuSecondsPer1000Orders: costOf(before, after, load.orders),
    memoryMb: after.memoryBytes / 1e6,
    callsPerOrder: callsPerOrder(before, after, load.orders),
  };
}

/** One line on how it went. */
export function summary(figures: Figures): string {
  const { load, stored, failed, submitMs, endToEndMs, cpuSecondsPer1000Orders: cost } = figures;
  return (
    `${describeLoad(load)}, ${stored.toLocaleString('en')} before: ${figures.ordersPerSecond.toFixed(0)}/s, submit p95 ${submitMs.p95.toFixed(0)} ms, ` +
    `end to end p95 ${endToEndMs.p95.toFixed(0)} ms, ${cost.total.toFixed(2)} CPU s per 1,000${failed > 0 ? `, ${failed} FAILED` : ''}`
  );
}

type Both = Usage & { readonly clientCpuSeconds: number };

async function readUsage(system: System): Promise<Both> {
  const usage = await system.usage();
  const { user, system: kernel } = process.cpuUsage();
  return { ...usage, clientCpuSeconds: (user + kernel) / 1_000_000 };
}

function failuresOf({ failures }: Sent): { failed: number; failures: readonly string[] } {
  return { failed: failures.length, failures: [...new Set(failures)].slice(0, FAILURES_KEPT) };
}

function costOf(before: Both, after: Both, orders: number): Cost {
  const per1000 = (seconds: number): number => (seconds / orders) * 1000;
  const parts = Object.entries(after.parts).map(
    ([name, seconds]) => [name, per1000(seconds - (before.parts[name] ?? 0))] as const,
  );
  return {
    total: per1000(after.cpuSeconds - before.cpuSeconds),
    parts: Object.fromEntries(parts),
    client: per1000(after.clientCpuSeconds - before.clientCpuSeconds),
  };
}

function callsPerOrder(before: Usage, after: Usage, orders: number): Record<string, number> {
  const rows = Object.entries(after.calls)
    .map(([name, count]) => [name, (count - (before.calls[name] ?? 0)) / orders] as const)
    // What happens less than once in a hundred orders is not an order's doing.
    .filter(([, perOrder]) => perOrder >= 0.01)
    .sort(([, left], [, right]) => right - left);
  return Object.fromEntries(rows);
}
