import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { ChurningMap } from '../../churning-map.ts';
import { type EnvironmentEvents, ExecutionEnvironment } from './execution-environment.ts';
import { FunctionLog } from './function-log.ts';
import { type LambdaPlace, tenantSettings } from './function-settings.ts';
import type { Isolates } from './isolates.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { type PlatformLines, platformLines } from './platform-lines.ts';
import { exited, RESPONSE_LIMIT_BYTES, responseTooLarge } from './runtime-failure.ts';
import type { FunctionFailure, InvocationResult, LogLine } from './worker/protocol.ts';

/** How many invocations of one function a thread interleaves: what a Lambda Managed Instance runs per vCPU with Node.js. The rest waits. */
export const INTERLEAVED_LIMIT = 64;

/** Strict mode: one invocation per worker; with 16 workers of 30–60 MB each, one function stays below 1 GB. */
const STRICT_WORKER_LIMIT = 16;

/** The last 4 KB of an invocation's log, as Invoke returns them with LogType Tail. */
const LOG_TAIL_BYTES = 4096;

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly traceHeader: string;
  readonly clientContext?: string | undefined;
  readonly wantsLogTail?: boolean;
}

export interface InvocationOutcome {
  /** JSON text of the returned value, or of `{errorType, errorMessage, trace}`. */
  readonly payload: string;
  readonly failed: boolean;
  readonly logTail: string | undefined;
}

interface Pending {
  readonly request: InvocationRequest;
  readonly settle: (outcome: InvocationOutcome) => void;
  readonly tail: string[] | undefined;
  startedAt: number;
  initDurationMs: number | undefined;
  /** It has lost its thread once already. */
  givenBack: boolean;
}

interface Slot {
  readonly log: FunctionLog;
  environment: ExecutionEnvironment | undefined;
  /** Reported with the first invocation after it. */
  initDurationMs: number | undefined;
}

/** Runs one function: keeps its workers, gives each invocation its place in one of them, and writes log and metrics. */
export class FunctionRunner {
  private readonly host: Host;
  private readonly definition: LambdaFunction;
  private readonly place: LambdaPlace;
  private readonly isolates: Isolates;
  private readonly platform: PlatformLines;
  private readonly slots = new Set<Slot>();
  private readonly waiting: Pending[] = [];
  private readonly running = new ChurningMap<string, Pending>();
  private stopped = false;

  constructor(host: Host, definition: LambdaFunction, place: LambdaPlace, isolates: Isolates) {
    this.host = host;
    this.isolates = isolates;
    this.definition = definition;
    this.place = place;
    this.platform = platformLines(definition, () => host.clock.now());
  }

  /** Resolves with what the function answered; throws TooManyRequestsException when its reserved concurrency is used up. */
  run(request: InvocationRequest): Promise<InvocationOutcome> {
    this.throttle();
    return this.host.clock.work(
      () =>
        new Promise((settle) => {
          const tail = request.wantsLogTail ? [] : undefined;
          this.waiting.push({ request, settle, tail, startedAt: 0, initDurationMs: undefined, givenBack: false });
          this.dispatch();
          this.measure('ConcurrentExecutions', this.running.size + this.waiting.length, 'Count');
        }),
    );
  }

  /** Starts the first worker, so that the first invocation finds it loaded. Resolves when it is, or cannot be. */
  warm(): Promise<void> {
    return this.slots.size > 0 || this.stopped
      ? Promise.resolve()
      : new Promise((resolve) => this.startWorker(resolve));
  }

  /** Uses no worker any more, nor those that are about to start. What is in flight stays unanswered. */
  async stop(): Promise<void> {
    this.stopped = true;
    const slots = [...this.slots];
    this.slots.clear();
    for (const slot of slots) slot.environment?.abandon();
    await Promise.all(slots.map((slot) => slot.log.flushed()));
  }

  private throttle(): void {
    const { concurrency } = this.definition.reserved;
    if (concurrency === undefined || this.running.size + this.waiting.length < concurrency) return;
    this.measure('Throttles', 1, 'Count');
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
    });
  }

  private dispatch(): void {
    if (this.stopped) return;
    const perWorker = this.place.isolation === 'invocation' ? 1 : INTERLEAVED_LIMIT;
    for (const slot of this.slots) {
      const { environment } = slot;
      while (environment?.isReady && environment.load < perWorker && this.waiting.length > 0) {
        this.begin(this.waiting.shift() as Pending, slot, environment);
      }
    }
    const loading = [...this.slots].filter((slot) => !slot.environment?.isReady).length;
    const limit = this.place.isolation === 'invocation' ? STRICT_WORKER_LIMIT : 1;
    const wanted = Math.min(limit - this.slots.size, Math.ceil(this.waiting.length / perWorker) - loading);
    for (let started = 0; started < wanted; started += 1) this.startWorker();
  }

  private begin(pending: Pending, slot: Slot, environment: ExecutionEnvironment): void {
    const { requestId, event, traceHeader, clientContext } = pending.request;
    pending.startedAt = performance.now();
    pending.initDurationMs = slot.initDurationMs;
    slot.initDurationMs = undefined;
    this.running.set(requestId, pending);
    this.writeOwn(slot, pending, this.platform.start(requestId));
    environment.invoke({ requestId, event, timeoutMs: this.definition.timeoutMs, traceHeader, clientContext });
  }

  private startWorker(settled: () => void = () => {}): void {
    const log = new FunctionLog(this.host, this.definition, this.host.uuid());
    const slot: Slot = { log, environment: undefined, initDurationMs: undefined };
    this.slots.add(slot);
    const events: EnvironmentEvents = {
      ready: (initDurationMs) => {
        slot.initDurationMs = initDurationMs;
        settled();
        this.dispatch();
      },
      result: (result, usedMb) => this.finish(slot, result, usedMb),
      lines: (lines) => this.keepLines(slot, lines),
      request: async (request) => {
        const { status, headers, body } = await this.place.respond(request);
        return { id: request.id, status, headers, body };
      },
      ended: (failure) => {
        settled();
        this.replace(slot, failure);
      },
      separate: () => this.isolates.separate(this.definition.name),
      givenBack: (requestIds) => this.takeBack(slot, requestIds),
    };
    void this.load(slot, events).catch((error: unknown) => events.ended(cannotStart(error)));
  }

  private async load(slot: Slot, events: EnvironmentEvents): Promise<void> {
    const { definition } = this;
    const { clock } = this.host;
    const settings = tenantSettings(definition, this.place, this.host, slot.log.stream);
    const isolate = await this.isolates.isolateFor(definition, settings);
    if (this.slots.has(slot)) {
      slot.environment = new ExecutionEnvironment(isolate(), { clock, definition, settings }, events);
    }
  }

  /** A worker is not used any more. What waits for a module that cannot be loaded fails with it; the rest gets a new worker. */
  private replace(slot: Slot, failure: FunctionFailure | undefined): void {
    this.slots.delete(slot);
    if (failure) {
      for (const pending of this.waiting.splice(0)) {
        pending.startedAt = performance.now();
        this.running.set(pending.request.requestId, pending);
        this.writeOwn(slot, pending, this.platform.start(pending.request.requestId));
        this.finish(slot, { requestId: pending.request.requestId, failure }, 0);
      }
    }
    this.dispatch();
  }

  /** Runs invocations once more whose thread another function may have brought down; a second time it was their own. */
  private takeBack(slot: Slot, requestIds: readonly string[]): void {
    for (const requestId of requestIds) {
      const pending = this.running.get(requestId);
      if (!pending) continue;
      if (pending.givenBack) {
        this.finish(slot, { requestId, failure: exited(undefined)(requestId) }, 0);
      } else {
        pending.givenBack = true;
        this.running.delete(requestId);
        this.waiting.unshift(pending);
      }
    }
    this.dispatch();
  }

  private finish(slot: Slot, result: Omit<InvocationResult, 'tenant'>, usedMb: number): void {
    const pending = this.running.get(result.requestId);
    if (!pending) return;
    this.running.delete(result.requestId);
    const json = result.json ?? 'null';
    const failure = result.failure ?? (Buffer.byteLength(json) > RESPONSE_LIMIT_BYTES ? responseTooLarge() : undefined);
    const durationMs = performance.now() - pending.startedAt;
    const { initDurationMs } = pending;
    this.writeOwn(slot, pending, this.platform.end(result.requestId, { durationMs, initDurationMs, usedMb, failure }));
    this.measure('Invocations', 1, 'Count');
    this.measure('Errors', failure ? 1 : 0, 'Count');
    this.measure('Duration', durationMs, 'Milliseconds');
    pending.settle({
      payload: failure ? JSON.stringify(failure) : json,
      failed: failure !== undefined,
      logTail: pending.tail && Buffer.from(pending.tail.join('\n')).subarray(-LOG_TAIL_BYTES).toString('base64'),
    });
    this.dispatch();
  }

  private writeOwn(slot: Slot, pending: Pending, lines: readonly string[]): void {
    for (const line of lines) {
      slot.log.line(line);
      pending.tail?.push(line);
    }
  }

  private keepLines(slot: Slot, lines: readonly LogLine[]): void {
    slot.log.write(lines);
    for (const { requestId, text } of lines) if (requestId) this.running.get(requestId)?.tail?.push(text);
  }

  private measure(name: string, value: number, unit: string): void {
    const dimensions = { FunctionName: this.definition.name };
    this.host.measure({ namespace: 'AWS/Lambda', name, dimensions, value, unit });
  }
}

function cannotStart(error: unknown): FunctionFailure {
  return { errorType: 'Runtime.InitError', errorMessage: error instanceof Error ? error.message : String(error) };
}
