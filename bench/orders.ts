import { parseArgs } from 'node:util';
import { checkInvariants, describeViolation } from '../ops/check-invariants.ts';
import { withLocalHost } from '../ops/local-host-process.ts';
import type { StackOutputs } from '../ops/stack.ts';
import { table } from '../ops/table.ts';
import { submitOrders } from './submit-orders.ts';

const USAGE = `Sends orders through a local host of its own and says what one of them costs.

  npm run bench -- [--orders N] [--in-flight N]

CPU and calls per order are the figures to compare: they hold on a noisy machine, where times do not.`;

/** Enough that compiled expressions, caches and workers are warm for nine orders in ten. */
const DEFAULT_ORDERS = '2000';
/** What a closed loop needs to keep two cores busy. */
const DEFAULT_IN_FLIGHT = '32';
/** Orders before the measurement, which start every function's worker. */
const WARM_UP_ORDERS = 50;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: DEFAULT_ORDERS },
    'in-flight': { type: 'string', default: DEFAULT_IN_FLIGHT },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await withLocalHost((outputs) => measure(outputs, Number(values.orders), Number(values['in-flight'])));

interface Usage {
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
  /** Linux only. */
  readonly mainThreadCpuSeconds?: number;
  readonly residentBytes: number;
}

async function measure(outputs: StackOutputs, orders: number, inFlight: number): Promise<void> {
  await submitOrders(outputs, WARM_UP_ORDERS, inFlight, 'warm-up');
  await settled(outputs);
  const before = await usage(outputs);
  const startedMs = performance.now();
  const { submitMs, endToEndMs } = await submitOrders(outputs, orders, inFlight, 'measured');
  const completedMs = performance.now();
  await settled(outputs);
  const after = await usage(outputs);
  const perThousand = (of: (usage: Usage) => number): string => (((of(after) - of(before)) / orders) * 1000).toFixed(2);
  console.log(
    table([
      ['figure', 'value'],
      ['orders', `${orders}, ${inFlight} in flight`],
      ['completed per second', (orders / ((completedMs - startedMs) / 1000)).toFixed(0)],
      ['CPU seconds per 1,000 orders', perThousand(({ cpuSeconds }) => cpuSeconds)],
      ['of them in the main thread', perThousand(({ mainThreadCpuSeconds }) => mainThreadCpuSeconds ?? NaN)],
      ['submit p50 / p95 / p99, ms', percentiles(submitMs)],
      ['end to end p50 / p95 / p99, ms', percentiles(endToEndMs)],
      ['resident memory, MB', (after.residentBytes / 1e6).toFixed(0)],
    ]),
  );
  console.log(`\n${callsPerOrder(before, after, orders)}\n`);
  const { violations } = await checkInvariants(outputs);
  for (const violation of violations) console.error(describeViolation(violation));
  console.log(violations.length === 0 ? 'All invariants hold.' : `${violations.length} invariants are broken.`);
  if (violations.length > 0) process.exitCode = 1;
}

/** Waits until the last event, audit line and mail are through. */
async function settled(outputs: StackOutputs): Promise<void> {
  const { violations } = await checkInvariants(outputs);
  if (violations[0]) throw new Error(describeViolation(violations[0]));
  await fetch(`${outputs.AwsEndpointUrl}/_local/idle`);
}

async function usage(outputs: StackOutputs): Promise<Usage> {
  return (await (await fetch(`${outputs.AwsEndpointUrl}/_local/usage`)).json()) as Usage;
}

function callsPerOrder(before: Usage, after: Usage, orders: number): string {
  const rows = Object.entries(after.calls)
    .map(([name, count]) => [name, (count - (before.calls[name] ?? 0)) / orders] as const)
    .filter(([, perOrder]) => perOrder >= 0.01)
    .sort(([, left], [, right]) => right - left)
    .map(([name, perOrder]) => [name, perOrder.toFixed(2)]);
  return table([['call', 'per order'], ...rows]);
}

function percentiles(values: readonly number[]): string {
  const sorted = [...values].sort((left, right) => left - right);
  return [0.5, 0.95, 0.99]
    .map((share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0))
    .join(' / ');
}
