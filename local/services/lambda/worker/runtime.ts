import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { InvokeStore, type InvokeStoreBase } from '@aws/lambda-invoke-store';
import { AwsCalls } from './aws-calls.ts';
import { captureOutput, type RuntimeLog } from './console.ts';
import { Endings, toFailure } from './endings.ts';
import { followHostClock } from './host-date.ts';
import { HostSleep } from './host-sleep.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { makeContext } from './make-context.ts';
import { Outbox } from './outbox.ts';
import type { Invocation, IsolateSettings, TenantSettings, ToWorker } from './protocol.ts';
import { supplySdk } from './supply-sdk.ts';
import { sharedTenancy, soleTenancy, type Tenancy } from './tenancy.ts';

/** How often the isolate shows that its event loop turns. */
const BEAT_MS = 500;

/** Present when invocations interleave, as on Lambda Managed Instances; then nothing per invocation is in `process.env`. */
const interleaved = 'AWS_LAMBDA_MAX_CONCURRENCY' in process.env;

const { shared, nowMs: startMs, beats } = workerData as IsolateSettings;
const outbox = new Outbox((message) => parentPort?.postMessage(message));

interface Function {
  readonly settings: TenantSettings;
  readonly handler: Handler;
}

/** What the functions of this isolate have in common. */
interface Isolate {
  readonly tenancy: Tenancy;
  readonly store: InvokeStoreBase;
  readonly log: RuntimeLog;
  readonly endings: Endings;
}

async function main(): Promise<void> {
  const setNow = startMs === undefined ? undefined : followHostClock(startMs);
  // Kept on globalThis.awslambda: the copy that is bundled with the function finds this one there.
  const store = await InvokeStore.getInstanceAsync();
  const requestId = (): string | undefined => (store.hasContext() ? store.getRequestId() : undefined);
  const tenancy = shared ? sharedTenancy() : soleTenancy();
  const log = captureOutput(tenancy, outbox, requestId);
  const endings = new Endings(shared, { tenancy, outbox, log, requestId });
  const isolate = { tenancy, store, log, endings };
  silenceHostWarnings();
  showLife(new Int32Array(beats));

  const calls = new AwsCalls(
    (request) => outbox.request(request),
    () => tenancy.current()?.tenant,
  );
  const hostSleep = new HostSleep((sleep) => outbox.sleep(sleep));
  const functions = new Map<number, Function>();
  const load = async (settings: TenantSettings): Promise<void> => {
    supplySdk(settings, calls, setNow && hostSleep);
    functions.set(settings.tenant, { settings, handler: await loadHandler(settings) });
    outbox.ready(settings.tenant);
  };
  parentPort?.on('message', ({ nowMs, tenants, invocations, replies, woken }: ToWorker) => {
    if (nowMs !== undefined) setNow?.(nowMs);
    for (const reply of replies) calls.receive(reply);
    for (const id of woken) hostSleep.wake(id);
    for (const settings of tenants) {
      void tenancy.run(settings, () => load(settings).catch((error: unknown) => endings.notLoaded(error)));
    }
    // They come once the function is ready.
    for (const invocation of invocations) start(isolate, functions.get(invocation.tenant) as Function, invocation);
  });
}

function showLife(beats: Int32Array): void {
  setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref();
  // `<process>/task/<thread>`; Node.js itself does not know it.
  if (process.platform === 'linux')
    Atomics.store(beats, 1, Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
}

/**
 * The SDK warns that the Node.js it runs in is old: that is the host's, not the runtime for which the function is deployed,
 * and would stand in the log of every function. All other warnings are written as Node.js writes them.
 */
function silenceHostWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (!warning.message.startsWith('NodeVersionSupportWarning'))
      process.stderr.write(`${warning.stack ?? String(warning)}\n`);
  });
}

/** Runs one invocation in its own asynchronous context, so that loggers tell request and trace ids apart. */
function start({ tenancy, store, log }: Isolate, { settings, handler }: Function, invocation: Invocation): void {
  if (!interleaved) process.env['_X_AMZN_TRACE_ID'] = invocation.traceHeader;
  const ids = {
    [Symbol.for('_AWS_LAMBDA_REQUEST_ID')]: invocation.requestId,
    [Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID')]: invocation.traceHeader,
  };
  void tenancy.run(settings, () => store.run(ids, () => answer(settings, handler, invocation, log)));
}

async function answer(
  settings: TenantSettings,
  handler: Handler,
  invocation: Invocation,
  log: RuntimeLog,
): Promise<void> {
  const { requestId, tenant } = invocation;
  try {
    const value = await handler(JSON.parse(invocation.event), makeContext(settings, invocation));
    outbox.result({ tenant, requestId, json: toJson(value) });
  } catch (error) {
    const failure = toFailure(error);
    log.failure('Invoke Error', failure);
    outbox.result({ tenant, requestId, failure });
  }
}

/** A handler that returns nothing answers `null`. */
function toJson(value: unknown): string {
  try {
    // The declared type of JSON.stringify leaves out that it gives undefined for functions and undefined.
    return JSON.stringify(value) ?? 'null';
  } catch {
    throw Object.assign(new Error('Unable to stringify response body'), { name: 'Runtime.MarshalError' });
  }
}

void main();
