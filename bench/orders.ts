import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkInvariants, describeViolation } from '../ops/check-invariants.ts';
import { withLocalHost } from '../ops/local-host-process.ts';
import type { StackOutputs } from '../ops/stack.ts';
import { table } from '../ops/table.ts';
import { type BenchOptions, type Load, readBenchOptions, USAGE } from './options.ts';
import { describeProfiles, profilingOptions } from './profile.ts';
import { sendOrders, type Timings } from './send-orders.ts';
import { callsPerOrder, callsTable, type Cost, costOf, readUsage } from './usage.ts';

/** Clients that send the orders before the measurement. */
const PREPARING_IN_FLIGHT = 64;
/** With so many stored, reading them all to check the invariants takes longer than the measurement: then it is left out. */
const MOST_CHECKED_ORDERS = 20_000;
/** Events, audit lines and mails follow one another with short pauses: rest is when nothing has come for this long. */
const REST_MS = 500;

const options = readBenchOptions(process.argv.slice(2));
if (options === 'help') console.log(USAGE);
else await bench(options);

interface Figures {
  readonly load: Load;
  readonly stored: number;
  readonly ordersPerSecond: number;
  /** The same until the last event and mail. */
  readonly ordersPerSecondToRest: number;
  readonly submitMs: Percentiles;
  readonly endToEndMs: Percentiles;
  readonly cpuSecondsPer1000Orders: Cost;
  readonly residentMb: number;
  readonly callsPerOrder: Readonly<Record<string, number>>;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

async function bench({ load, warmUp, stored, jsonFile, profileDirectory }: BenchOptions): Promise<void> {
  const directory = profileDirectory === undefined ? undefined : resolve(profileDirectory);
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const nodeOptions = directory === undefined ? [] : profilingOptions(directory);
  const figures = await withLocalHost(async (outputs) => {
    const before = Math.max(warmUp, stored);
    if (before > 0) {
      await sendOrders(outputs, { kind: 'closed', orders: before, inFlight: PREPARING_IN_FLIGHT }, 'before');
    }
    await rest(outputs);
    const measured = await measure(outputs, load, before);
    print(measured);
    await check(outputs, before + load.orders);
    return measured;
  }, nodeOptions);
  if (directory !== undefined) console.log(`\n${await describeProfiles(directory)}`);
  if (jsonFile !== undefined)
    await writeFile(jsonFile, `${JSON.stringify({ machine: machine(), ...figures }, null, 2)}\n`);
}

async function measure(outputs: StackOutputs, load: Load, stored: number): Promise<Figures> {
  const before = await readUsage(outputs);
  const startedMs = performance.now();
  const timings: Timings = await sendOrders(outputs, load, 'measured');
  await rest(outputs);
  const restSeconds = (performance.now() - startedMs - REST_MS) / 1000;
  const after = await readUsage(outputs);
  return {
    load,
    stored,
    ordersPerSecond: load.orders / timings.seconds,
    ordersPerSecondToRest: load.orders / restSeconds,
    submitMs: percentiles(timings.submitMs),
    endToEndMs: percentiles(timings.endToEndMs),
    cpuSecondsPer1000Orders: costOf(before, after, load.orders),
    residentMb: after.residentBytes / 1e6,
    callsPerOrder: callsPerOrder(before, after, load.orders),
  };
}

/** Waits until the last event, audit line and mail are through. */
async function rest(outputs: StackOutputs): Promise<void> {
  const calls = async (): Promise<number> =>
    Object.values((await readUsage(outputs)).calls).reduce((sum, count) => sum + count, 0);
  for (let last = -1, now = await calls(); now !== last;) {
    await fetch(`${outputs.AwsEndpointUrl}/_local/idle`);
    await pause(REST_MS);
    [last, now] = [now, await calls()];
  }
}

async function check(outputs: StackOutputs, orders: number): Promise<void> {
  if (orders > MOST_CHECKED_ORDERS) return console.log(`\nThe invariants of ${orders} orders were not checked.`);
  const { violations } = await checkInvariants(outputs);
  for (const violation of violations) console.error(describeViolation(violation));
  console.log(violations.length === 0 ? '\nAll invariants hold.' : `\n${violations.length} invariants are broken.`);
  if (violations.length > 0) process.exitCode = 1;
}

function print(figures: Figures): void {
  const { load, cpuSecondsPer1000Orders: cost } = figures;
  const how = load.kind === 'closed' ? `${load.inFlight} in flight` : `${load.perSecond} per second (${load.kind})`;
  const times = ({ p50, p95, p99 }: Percentiles): string => [p50, p95, p99].map((ms) => ms.toFixed(0)).join(' / ');
  console.log(
    table([
      ['figure', 'value'],
      ['orders', `${load.orders}, ${how}, ${figures.stored} before`],
      ['completed per second', figures.ordersPerSecond.toFixed(0)],
      ['the same with their last events and mails', figures.ordersPerSecondToRest.toFixed(0)],
      ['CPU seconds per 1,000 orders', cost.host.toFixed(2)],
      ['  services (main thread)', cost.main.toFixed(2)],
      ['  functions', cost.functions.toFixed(2)],
      ['  V8 compilers and collectors, LevelDB', cost.rest.toFixed(2)],
      ['CPU seconds of this client', cost.client.toFixed(2)],
      ['submit p50 / p95 / p99, ms', times(figures.submitMs)],
      ['end to end p50 / p95 / p99, ms', times(figures.endToEndMs)],
      ['resident memory, MB', figures.residentMb.toFixed(0)],
    ]),
  );
  console.log(`\n${callsTable(figures.callsPerOrder)}`);
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function machine(): object {
  return {
    processor: cpus()[0]?.model,
    processors: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    measuredAt: new Date().toISOString(),
  };
}
