import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { orderKey } from '../core/item-keys.ts';
import type { OrderId } from '../core/ids.ts';
import { isTerminal, type OrderStatus } from '../core/lifecycle.ts';
import { checkInvariants, describeViolation } from '../ops/check-invariants.ts';
import { startLocalHost } from '../ops/local-host-process.ts';
import { clientConfiguration, type StackOutputs } from '../ops/stack.ts';
import { EndWatch, type Look } from './end-watch.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { mailsOwed } from './kills/check-promises.ts';
import { orderRequest } from './order-request.ts';
import type { System, Usage } from './system.ts';

export const OWN_NAME = 'order-saga';

/**
 * Events, audit lines and mails follow one another with pauses: rest is when nothing has come for this long. The longest pause is
 * that of a consumer of a stream which waits a second for its batch to fill.
 */
const REST_MS = 2000;
/** The error of the moment in which the last of them came. */
const REST_LOOK_MS = 50;

/** What the host says of itself, see local/meter.ts. */
interface HostUsage {
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
  readonly mainThreadCpuSeconds?: number;
  readonly functionThreadsCpuSeconds?: number;
  readonly residentBytes: number;
}

/** The house's own: a local host in a process of its own, over a new data directory. */
export async function startOwnSystem(
  hostOptions: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): Promise<System> {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-bench-'));
  const host = await startLocalHost(directory, hostOptions, nodeOptions);
  const { outputs } = host;
  const [http, watch] = [new KeepAliveClient(), new EndWatch(lookInto(outputs))];
  const [url, authorization] = [new URL(`${outputs.ApiUrl}/orders`), `Bearer ${outputs.ApiToken}`];
  return {
    name: OWN_NAME,
    description: { versions: `Node.js ${process.version}`, settings: { hostOptions } },
    async submit(number, idempotencyKey) {
      const headers = { authorization, 'idempotency-key': idempotencyKey };
      const answer = (await http.post(url, orderRequest(number), headers, 202)) as { orderId: string };
      return answer.orderId;
    },
    ended: (orderId) => watch.ended(orderId),
    usage: async () => usageOf(await readHostUsage(outputs)),
    rest: () => rest(outputs),
    check: (orders) => check(outputs, orders),
    async close() {
      http.close();
      // Twice when the bench is told to end: by that, and by the orders that fail then.
      await host.end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function lookInto(outputs: StackOutputs): Look {
  const client = new DynamoDBClient(clientConfiguration(outputs));
  const table = outputs.OrdersTableName;
  return async (orderIds) => {
    const Keys = orderIds.map((orderId) => {
      const { pk, sk } = orderKey(orderId as OrderId);
      return { pk: { S: pk }, sk: { S: sk } };
    });
    const ProjectionExpression = 'orderId, #status';
    const request = { Keys, ProjectionExpression, ExpressionAttributeNames: { '#status': 'status' } };
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: request } }));
    const orders = Responses?.[table] ?? [];
    return orders.filter(({ status }) => isTerminal(status?.S as OrderStatus)).map(({ orderId }) => orderId?.S ?? '');
  };
}

async function readHostUsage(outputs: StackOutputs): Promise<HostUsage> {
  return (await (await fetch(`${outputs.AwsEndpointUrl}/_local/usage`)).json()) as HostUsage;
}

/** The services run in the main thread. Only Linux can tell the parts apart. */
function usageOf(usage: HostUsage): Usage {
  const { calls, cpuSeconds, mainThreadCpuSeconds: main, functionThreadsCpuSeconds: functions } = usage;
  const parts =
    main === undefined || functions === undefined
      ? {}
      : {
          services: main,
          functions,
          // V8's compilers and collectors, and LevelDB's compaction.
          'V8 and LevelDB': cpuSeconds - main - functions,
        };
  return { calls, cpuSeconds, parts, memoryBytes: usage.residentBytes };
}

/** Rest is when neither the host has anything to do nor any call has been made for a while. */
async function rest(outputs: StackOutputs): Promise<number> {
  await fetch(`${outputs.AwsEndpointUrl}/_local/idle`);
  let [calls, lastCallMs] = [-1, performance.now()];
  for (;;) {
    const now = Object.values((await readHostUsage(outputs)).calls).reduce((sum, count) => sum + count, 0);
    if (now !== calls) [calls, lastCallMs] = [now, performance.now()];
    else if (performance.now() - lastCallMs > REST_MS) return lastCallMs;
    await pause(REST_LOOK_MS);
  }
}

/** The shared invariants, that nothing accepted is missing, and that every mail was sent. */
async function check(outputs: StackOutputs, orders: number): Promise<readonly string[]> {
  const { snapshot, violations } = await checkInvariants(outputs);
  const completed = snapshot.orders.filter(({ status }) => status === 'COMPLETED').length;
  return [
    ...violations.map(describeViolation),
    ...mailsOwed(snapshot),
    ...(completed === orders ? [] : [`${orders} orders were accepted, and ${completed} are COMPLETED`]),
  ];
}
