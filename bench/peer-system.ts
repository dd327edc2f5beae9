import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EndWatch } from './end-watch.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { orderRequest } from './order-request.ts';
import { readFamilies } from './process-usage.ts';
import type { System, Usage } from './system.ts';

/** As bench/peers/peer-settings.ts has them; that package is not installed with the rest. */
export const PEER_NAMES = ['dbos', 'dbos-tuned', 'restate', 'restate-tuned'] as const;

const PACKAGE_DIRECTORY = fileURLToPath(new URL('peers', import.meta.url));
const START = ['--import', 'tsx', 'start.ts'];
/** What the engine still has to note down after the last order has ended, takes less than this. */
const REST_MS = 500;

/** The line with which bench/peers/start.ts says that it serves. */
interface PeerReady {
  readonly versions: string;
  readonly submitUrl: string;
  readonly controlUrl: string;
  readonly processes: Readonly<Record<string, number>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Installs the package of the peers where it is not installed. Throws when something is missing, and says what to do. */
export function preparePeers(): void {
  if (!existsSync(`${PACKAGE_DIRECTORY}/node_modules`)) {
    console.log('Installing bench/peers (npm ci) …');
    const install = ['ci', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', install, { cwd: PACKAGE_DIRECTORY, stdio: 'inherit' });
    if (status !== 0) throw new Error('npm ci in bench/peers has failed: the peers cannot be measured.');
  }
  const checked = spawnSync(process.execPath, [...START, '--check'], { cwd: PACKAGE_DIRECTORY, encoding: 'utf8' });
  if (checked.status !== 0) throw new Error(checked.stderr.trim());
}

/** Starts a peer with the same saga, with its own PostgreSQL, over empty state. */
export async function startPeerSystem(name: string, options: readonly string[] = []): Promise<System> {
  const { child, ready } = await startPeer(name, options);
  const { versions, settings, submitUrl, controlUrl, processes } = ready;
  const http = new KeepAliveClient();
  const endedUrl = new URL(`${controlUrl}/ended`);
  const watch = new EndWatch(async (orderIds) => {
    const answer = (await http.post(endedUrl, JSON.stringify({ orderIds }), {}, 200)) as { ended: object };
    return Object.keys(answer.ended);
  });
  return {
    name,
    description: { versions, settings },
    async submit(number, idempotencyKey) {
      // Where the key is part of the address, a header of that name is refused.
      const headers: Record<string, string> = submitUrl.includes('{key}') ? {} : { 'idempotency-key': idempotencyKey };
      await http.post(new URL(submitUrl.replace('{key}', idempotencyKey)), orderRequest(number), headers, 202);
      return idempotencyKey;
    },
    ended: (orderId) => watch.ended(orderId),
    usage: () => usageOf(processes),
    async rest() {
      const atMs = performance.now();
      await pause(REST_MS);
      return atMs;
    },
    check: (orders) => check(controlUrl, orders),
    async close() {
      http.close();
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function startPeer(name: string, options: readonly string[]): Promise<{ child: ChildProcess; ready: PeerReady }> {
  const child = spawn(process.execPath, [...START, name, ...options], {
    cwd: PACKAGE_DIRECTORY,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [printed, errors] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = await new Promise<PeerReady>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const line = /^\{.*\}$/m.exec(printed)?.[0];
      if (line !== undefined) resolve(JSON.parse(line) as PeerReady);
    });
    child.once('close', () => reject(new Error(`${name} did not start:\n${errors}`)));
  });
  return { child, ready };
}

async function usageOf(processes: Readonly<Record<string, number>>): Promise<Usage> {
  const families = Object.entries(await readFamilies(processes));
  return {
    cpuSeconds: families.reduce((sum, [, { cpuSeconds }]) => sum + cpuSeconds, 0),
    parts: Object.fromEntries(families.map(([name, { cpuSeconds }]) => [name, cpuSeconds])),
    memoryBytes: families.reduce((sum, [, { memoryBytes }]) => sum + memoryBytes, 0),
    calls: {},
  };
}

async function check(controlUrl: string, orders: number): Promise<readonly string[]> {
  const response = await fetch(`${controlUrl}/check`);
  if (!response.ok) return [`the check itself has failed: ${await response.text()}`];
  const answer = (await response.json()) as { orders: number; violations: string[] };
  const missing = answer.orders === orders ? [] : [`${orders} orders were accepted, and there are ${answer.orders}`];
  return [...answer.violations, ...missing];
}
