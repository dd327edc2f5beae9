import type { StackOutputs } from '../ops/stack.ts';
import { table } from '../ops/table.ts';

/** What the host says of itself, see local/meter.ts. */
export interface Usage {
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
  readonly mainThreadCpuSeconds?: number;
  readonly functionThreadsCpuSeconds?: number;
  readonly residentBytes: number;
  /** Of this process, which sends the orders. */
  readonly clientCpuSeconds: number;
}

export async function readUsage(outputs: StackOutputs): Promise<Usage> {
  const host = (await (await fetch(`${outputs.AwsEndpointUrl}/_local/usage`)).json()) as Usage;
  const { user, system } = process.cpuUsage();
  return { ...host, clientCpuSeconds: (user + system) / 1_000_000 };
}

/** CPU seconds per 1,000 orders, by part. The parts that only Linux can tell apart are NaN elsewhere. */
export interface Cost {
  readonly host: number;
  /** The services. */
  readonly main: number;
  readonly functions: number;
  /** V8's compilers and collectors, LevelDB. */
  readonly rest: number;
  readonly client: number;
}

export function costOf(before: Usage, after: Usage, orders: number): Cost {
  const per = (of: (usage: Usage) => number | undefined): number =>
    (((of(after) ?? NaN) - (of(before) ?? NaN)) / orders) * 1000;
  const host = per(({ cpuSeconds }) => cpuSeconds);
  const main = per(({ mainThreadCpuSeconds }) => mainThreadCpuSeconds);
  const functions = per(({ functionThreadsCpuSeconds }) => functionThreadsCpuSeconds);
  return { host, main, functions, rest: host - main - functions, client: per((usage) => usage.clientCpuSeconds) };
}

export function callsPerOrder(before: Usage, after: Usage, orders: number): Record<string, number> {
  const rows = Object.entries(after.calls)
    .map(([name, count]) => [name, (count - (before.calls[name] ?? 0)) / orders] as const)
    .filter(([, perOrder]) => perOrder >= 0.01)
    .sort(([, left], [, right]) => right - left);
  return Object.fromEntries(rows);
}

export function callsTable(calls: Readonly<Record<string, number>>): string {
  return table([['call', 'per order'], ...Object.entries(calls).map(([name, count]) => [name, count.toFixed(2)])]);
}
