import { parentPort, workerData } from 'node:worker_threads';
import { InvokeStore, type InvokeStoreBase } from '@aws/lambda-invoke-store';
import { AwsCalls } from './aws-calls.ts';
import { captureOutput, type RuntimeLog } from './console.ts';
import { followHostClock } from './host-date.ts';
import { HostSleep } from './host-sleep.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { makeContext } from './make-context.ts';
import { Outbox } from './outbox.ts';
import type { FunctionFailure, Invocation, ToWorker, WorkerSettings } from './protocol.ts';
import { supplySdk } from './supply-sdk.ts';

/** Exit status of Lambda's Node.js runtime after an unhandled rejection and after an uncaught exception. */
const REJECTION_STATUS = 128;
const EXCEPTION_STATUS = 129;

/** Present when invocations interleave, as on Lambda Managed Instances; then nothing per invocation is in `process.env`. */
const interleaved = 'AWS_LAMBDA_MAX_CONCURRENCY' in process.env;

const settings = workerData as WorkerSettings;
const outbox = new Outbox((message) => parentPort?.postMessage(message));

async function main(): Promise<void> {
  const setNow = settings.nowMs === undefined ? undefined : followHostClock(settings.nowMs);
  // Kept on globalThis.awslambda: the copy that is bundled with the function finds this one there.
  const store = await InvokeStore.getInstanceAsync();
  const log = captureOutput(settings, outbox, () => (store.hasContext() ? store.getRequestId() : undefined));
  const end = (heading: string, failure: FunctionFailure, status: number): void => {
    log.failure(heading, failure);
    outbox.fatal({ ...failure, requestId: store.hasContext() ? store.getRequestId() : undefined });
    process.exit(status);
  };
  process.on('exit', () => outbox.flush());
  silenceHostWarnings();
  process.on('unhandledRejection', (reason) => {
    const errorMessage = reason instanceof Error ? reason.toString() : String(reason);
    const failure = { ...toFailure(reason), errorType: 'Runtime.UnhandledPromiseRejection', errorMessage };
    end('Unhandled Promise Rejection', failure, REJECTION_STATUS);
  });
  process.on('uncaughtException', (error) => end('Uncaught Exception', toFailure(error), EXCEPTION_STATUS));

  try {
    const calls = new AwsCalls((request) => outbox.request(request));
    const hostSleep = new HostSleep((sleep) => outbox.sleep(sleep));
    supplySdk(settings, calls, setNow && hostSleep);
    // A module may call AWS while it loads, so replies are read before; invocations come once it is ready.
    parentPort?.on('message', ({ nowMs, replies, woken }: ToWorker) => {
      if (nowMs !== undefined) setNow?.(nowMs);
      for (const reply of replies) calls.receive(reply);
      for (const id of woken) hostSleep.wake(id);
    });
    const handler = await loadHandler(settings);
    parentPort?.on('message', ({ invocations }: ToWorker) => {
      for (const invocation of invocations) start(store, handler, invocation, log);
    });
    outbox.ready();
  } catch (error) {
    end('Uncaught Exception', toFailure(error), 1);
  }
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
function start(store: InvokeStoreBase, handler: Handler, invocation: Invocation, log: RuntimeLog): void {
  if (!interleaved) process.env['_X_AMZN_TRACE_ID'] = invocation.traceHeader;
  const ids = {
    [Symbol.for('_AWS_LAMBDA_REQUEST_ID')]: invocation.requestId,
    [Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID')]: invocation.traceHeader,
  };
  void store.run(ids, () => answer(handler, invocation, log));
}

async function answer(handler: Handler, invocation: Invocation, log: RuntimeLog): Promise<void> {
  const { requestId } = invocation;
  try {
    const value = await handler(JSON.parse(invocation.event), makeContext(settings, invocation));
    outbox.result({ requestId, json: toJson(value) });
  } catch (error) {
    const failure = toFailure(error);
    log.failure('Invoke Error', failure);
    outbox.result({ requestId, failure });
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

/** The three members that Lambda makes of whatever was thrown. */
function toFailure(thrown: unknown): FunctionFailure {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

void main();
