import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { PeerReady } from './start.ts';

/**
 * One order of each fate on a peer, and one twice: that the saga compensates, and that a key makes one order.
 *
 *   npm run fates -- dbos|dbos-tuned|restate|restate-tuned
 */
const FATES: Readonly<
  Record<string, { expected: string; sku: string; quantity: number; token: string; times: number }>
> = {
  paid: { expected: 'COMPLETED', sku: 'MUG-BLUE', quantity: 2, token: 'tok_visa', times: 1 },
  declined: { expected: 'PAYMENT_FAILED', sku: 'MUG-BLUE', quantity: 3, token: 'tok_declined', times: 1 },
  // There are 20 of them.
  'too-many': { expected: 'REJECTED', sku: 'LIMITED-PRINT', quantity: 21, token: 'tok_visa', times: 1 },
  twice: { expected: 'COMPLETED', sku: 'LIMITED-PRINT', quantity: 20, token: 'tok_visa', times: 2 },
};
const PATIENCE_MS = 10_000;

const child = spawn(process.execPath, ['--import', 'tsx', 'start.ts', ...process.argv.slice(2)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')])) as [unknown];
if (typeof line !== 'string') throw new Error(`The peer did not start: exit code ${String(line)}.`);
const peer = JSON.parse(line) as PeerReady;
try {
  for (const [key, { sku, quantity, token, times }] of Object.entries(FATES))
    for (let time = 0; time < times; time += 1) await submit(key, sku, quantity, token);
  const statuses = await untilAllEnded();
  for (const [key, { expected }] of Object.entries(FATES)) {
    console.log(`${key}: ${statuses[key]}`);
    if (statuses[key] !== expected) process.exitCode = 1;
  }
  const check = (await (await fetch(`${peer.controlUrl}/check`)).json()) as { orders: number; violations: string[] };
  console.log(`${check.orders} orders, ${check.violations.length} rules broken`, ...check.violations);
  if (check.orders !== Object.keys(FATES).length || check.violations.length > 0) process.exitCode = 1;
} finally {
  child.stdin.end();
}

async function submit(key: string, sku: string, quantity: number, token: string): Promise<void> {
  const response = await fetch(peer.submitUrl.replace('{key}', key), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(!peer.submitUrl.includes('{key}') && { 'idempotency-key': key }),
    },
    body: JSON.stringify({
      customer: { id: 'customer-1' },
      items: [{ sku, quantity }],
      shippingAddress: { city: 'London' },
      payment: { token },
    }),
  });
  console.log(`${key}: ${response.status} ${await response.text()}`);
}

async function untilAllEnded(): Promise<Record<string, string>> {
  const orderIds = Object.keys(FATES);
  for (const deadlineMs = performance.now() + PATIENCE_MS; ;) {
    const response = await fetch(`${peer.controlUrl}/ended`, { method: 'POST', body: JSON.stringify({ orderIds }) });
    const { ended } = (await response.json()) as { ended: Record<string, string> };
    if (Object.keys(ended).length === orderIds.length || performance.now() > deadlineMs) return ended;
  }
}
