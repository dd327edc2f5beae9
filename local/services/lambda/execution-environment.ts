import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { Deadlines } from './deadlines.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { exited, timedOut } from './runtime-failure.ts';
import type {
  AwsReply,
  AwsRequest,
  FromWorker,
  FunctionFailure,
  Invocation,
  InvocationResult,
  LogLine,
  WorkerSettings,
} from './worker/protocol.ts';

/** Lambda gives a function 10 s to load its module; after that it may use the timeout of the invocation once more. */
const INIT_LIMIT_MS = 10_000;

export interface EnvironmentEvents {
  /** It takes invocations. */
  ready(initDurationMs: number): void;
  /** Called once per invocation. */
  result(result: InvocationResult, heapMb: number): void;
  lines(lines: readonly LogLine[]): void;
  /** The function calls AWS. */
  request(request: AwsRequest): Promise<AwsReply>;
  /** It takes no more invocations; all in flight have had their result. */
  ended(failure: FunctionFailure): void;
}

interface Unsent {
  readonly invocations: Invocation[];
  readonly replies: AwsReply[];
  readonly woken: number[];
}

/** One worker with the module of a function loaded: what Lambda calls an execution environment. */
export class ExecutionEnvironment {
  private readonly worker: Worker;
  private readonly clock: Clock;
  private readonly definition: LambdaFunction;
  private readonly events: EnvironmentEvents;
  private readonly deadlines: Deadlines;
  private readonly initLimit: NodeJS.Timeout;
  private readonly inFlight = new Set<string>();
  private readonly startedAt = performance.now();
  private unsent: Unsent | undefined;
  private dying: (FunctionFailure & { readonly requestId?: string | undefined }) | undefined;
  private state: 'loading' | 'ready' | 'ended' = 'loading';

  constructor(
    script: string,
    start: { clock: Clock; definition: LambdaFunction; settings: WorkerSettings; variables: Record<string, string> },
    events: EnvironmentEvents,
  ) {
    const { clock, definition, settings, variables } = start;
    this.clock = clock;
    this.definition = definition;
    this.events = events;
    // `env` replaces the host's whole environment, and `execArgv` keeps the host's own loaders out of the worker.
    this.worker = new Worker(script, { eval: true, workerData: settings, env: variables, execArgv: [] });
    this.worker.on('message', (message: FromWorker) => this.receive(message));
    this.worker.on('error', (error) => {
      this.dying ??= { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    });
    this.worker.on('exit', (status) => this.fail(this.dying, exited(status)));
    this.deadlines = new Deadlines(clock, definition.timeoutMs, (requestId) => this.expire(requestId));
    // Real time, since the module loads in real time whatever the host's clock says.
    this.initLimit = setTimeout(() => this.expireInit(), INIT_LIMIT_MS + definition.timeoutMs);
  }

  get load(): number {
    return this.inFlight.size;
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** Hands an invocation over. */
  invoke(invocation: Invocation): void {
    this.inFlight.add(invocation.requestId);
    this.deadlines.begin(invocation.requestId);
    this.toSend().invocations.push(invocation);
  }

  /**
   * Ends the worker because the host ends; resolves when its thread is gone. What is in flight stays unanswered, as when
   * the process is killed: whoever waits for it takes it up at the next start.
   */
  async terminate(): Promise<void> {
    this.state = 'ended';
    clearTimeout(this.initLimit);
    this.deadlines.stop();
    await this.worker.terminate();
  }

  /** What the worker is told when this turn of the event loop ends: a message costs more than what is in it. */
  private toSend(): Unsent {
    if (!this.unsent) {
      this.unsent = { invocations: [], replies: [], woken: [] };
      setImmediate(() => this.send());
    }
    return this.unsent;
  }

  private send(): void {
    const message = this.unsent;
    this.unsent = undefined;
    if (this.state === 'ended') return;
    this.worker.postMessage({ nowMs: this.clock.virtual ? this.clock.now() : undefined, ...message });
  }

  private receive(message: FromWorker): void {
    if (this.state === 'ended') return;
    if (message.lines.length > 0) this.events.lines(message.lines);
    for (const request of message.requests) {
      void this.events.request(request).then((reply) => this.toSend().replies.push(reply));
    }
    for (const { id, delayMs } of message.sleeps) {
      void this.clock.pass(delayMs).then(() => this.toSend().woken.push(id));
    }
    for (const result of message.results) this.finish(result, message.heapMb);
    if (message.fatal) this.dying = message.fatal;
    if (message.ready) {
      clearTimeout(this.initLimit);
      this.state = 'ready';
      this.events.ready(performance.now() - this.startedAt);
    }
  }

  private finish(result: InvocationResult, heapMb: number): void {
    if (!this.inFlight.delete(result.requestId)) return;
    this.deadlines.end(result.requestId);
    this.events.result(result, heapMb);
  }

  private expire(requestId: string): void {
    this.finish({ requestId, failure: timedOut(requestId, this.definition.timeoutMs) }, 0);
    this.fail(undefined, exited(undefined));
    void this.worker.terminate();
  }

  private expireInit(): void {
    this.fail({ ...timedOut('-', INIT_LIMIT_MS + this.definition.timeoutMs) }, exited(undefined));
    void this.worker.terminate();
  }

  /** The one invocation that brought the process down is told why; the others only that it ended. */
  private fail(
    cause: (FunctionFailure & { readonly requestId?: string | undefined }) | undefined,
    others: (requestId: string) => FunctionFailure,
  ): void {
    if (this.state === 'ended') return;
    const wasLoading = this.state === 'loading';
    this.state = 'ended';
    clearTimeout(this.initLimit);
    this.deadlines.stop();
    const guilty = cause && (cause.requestId ?? (this.inFlight.size === 1 ? [...this.inFlight][0] : undefined));
    for (const requestId of this.inFlight) {
      const failure = cause && requestId === guilty ? withoutId(cause) : others(requestId);
      this.events.result({ requestId, failure }, 0);
    }
    this.inFlight.clear();
    this.events.ended(cause && wasLoading ? withoutId(cause) : others('-'));
  }
}

function withoutId({ errorType, errorMessage, trace }: FunctionFailure): FunctionFailure {
  return { errorType, errorMessage, ...(trace && { trace }) };
}
