import type { Clock } from '../../clock.ts';
import { Deadlines } from './deadlines.ts';
import type { Isolate, Tenant } from './isolate.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { exited, timedOut } from './runtime-failure.ts';
import type {
  AwsCall,
  AwsReply,
  Ending,
  FunctionFailure,
  Invocation,
  InvocationResult,
  LogLine,
  TenantSettings,
} from './worker/protocol.ts';

/** Lambda gives a function 10 s to load its module; after that it may use the timeout of the invocation once more. */
const INIT_LIMIT_MS = 10_000;

export interface EnvironmentEvents {
  /** It takes invocations. */
  ready(initDurationMs: number): void;
  /** Called once per invocation, but for those that are given back. */
  result(result: Omit<InvocationResult, 'tenant'>, heapMb: number): void;
  lines(lines: readonly LogLine[]): void;
  /** The function calls AWS. */
  request(request: AwsCall): Promise<AwsReply>;
  /** It takes no more invocations; those in flight may still have their result. `failure` is why it could not be loaded. */
  ended(failure?: FunctionFailure): void;
  /** The function has brought its thread to an end, or may have: it shall be alone from now on. */
  separate(): void;
  /** Through no fault of theirs these invocations lost their thread. */
  givenBack(requestIds: readonly string[]): void;
}

/** The module of a function loaded in an isolate: what Lambda calls an execution environment. */
export class ExecutionEnvironment implements Tenant {
  private readonly definition: LambdaFunction;
  private readonly events: EnvironmentEvents;
  private readonly isolate: Isolate;
  private readonly tenant: number;
  private readonly deadlines: Deadlines;
  private readonly initLimit: NodeJS.Timeout;
  private readonly inFlight = new Set<string>();
  private readonly startedAt = performance.now();
  private state: 'loading' | 'ready' | 'retired' | 'ended' = 'loading';

  constructor(
    isolate: Isolate,
    start: { clock: Clock; definition: LambdaFunction; settings: Omit<TenantSettings, 'tenant'> },
    events: EnvironmentEvents,
  ) {
    const { clock, definition, settings } = start;
    this.definition = definition;
    this.events = events;
    this.deadlines = new Deadlines(clock, definition.timeoutMs, (requestId) => this.expire(requestId));
    // Real time, since the module loads in real time whatever the host's clock says.
    this.initLimit = setTimeout(() => this.expireInit(), INIT_LIMIT_MS + definition.timeoutMs);
    this.isolate = isolate;
    this.tenant = isolate.admit(this, settings);
  }

  get load(): number {
    return this.inFlight.size;
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** Hands an invocation over. */
  invoke(invocation: Omit<Invocation, 'tenant'>): void {
    this.inFlight.add(invocation.requestId);
    this.deadlines.begin(invocation.requestId);
    this.isolate.invoke({ ...invocation, tenant: this.tenant });
  }

  /** The host ends. What is in flight stays unanswered, as when the process is killed: whoever waits for it takes it up at the next start. */
  abandon(): void {
    this.state = 'ended';
    clearTimeout(this.initLimit);
    this.deadlines.stop();
  }

  ready(): void {
    if (this.state !== 'loading') return;
    clearTimeout(this.initLimit);
    this.state = 'ready';
    this.events.ready(performance.now() - this.startedAt);
  }

  lines(lines: readonly LogLine[]): void {
    this.events.lines(lines);
  }

  request(request: AwsCall): Promise<AwsReply> {
    return this.events.request(request);
  }

  result(result: InvocationResult, heapMb: number): void {
    if (!this.inFlight.delete(result.requestId)) return;
    this.deadlines.end(result.requestId);
    this.events.result(result, heapMb);
  }

  ending({ failure, requestId, status }: Ending): void {
    if (this.state === 'ended') return;
    if (this.state === 'loading') return this.failToLoad(failure ?? exited(status)('-'));
    this.fail(failure, requestId, exited(status));
    this.leave();
  }

  retired(): void {
    if (this.state === 'ended' || this.state === 'retired') return;
    this.state = 'retired';
    clearTimeout(this.initLimit);
    this.events.ended();
  }

  gone(cause: FunctionFailure | undefined, status: number): void {
    if (this.state === 'ended') return;
    if (this.state === 'loading' && cause) return this.failToLoad(cause);
    if (this.isolate.shared) this.giveBack();
    else this.fail(cause, undefined, exited(status));
  }

  private expire(requestId: string): void {
    const failure = timedOut(requestId, this.definition.timeoutMs);
    this.result({ tenant: this.tenant, requestId, failure }, 0);
    this.fail(undefined, undefined, exited(undefined));
    this.leave();
  }

  private expireInit(): void {
    this.failToLoad(timedOut('-', INIT_LIMIT_MS + this.definition.timeoutMs));
  }

  private failToLoad(failure: FunctionFailure): void {
    this.end();
    this.isolate.dismiss(this.tenant);
    this.events.ended(failure);
  }

  /** It is over for this function; whoever shares its thread finishes first. */
  private leave(): void {
    if (this.isolate.shared) this.events.separate();
    this.isolate.expel(this.tenant);
  }

  /** The one invocation that brought the process down is told why; the others only that it ended. */
  private fail(
    cause: FunctionFailure | undefined,
    requestId: string | undefined,
    others: (requestId: string) => FunctionFailure,
  ): void {
    this.end();
    const guilty = cause && (requestId ?? (this.inFlight.size === 1 ? [...this.inFlight][0] : undefined));
    for (const one of this.inFlight) {
      const failure = cause && one === guilty ? cause : others(one);
      this.events.result({ requestId: one, failure }, 0);
    }
    this.inFlight.clear();
    this.events.ended();
  }

  /** Nobody knows which function it was: those that were at work run again, each in a thread of its own. */
  private giveBack(): void {
    this.end();
    if (this.inFlight.size > 0) this.events.separate();
    const requestIds = [...this.inFlight];
    this.inFlight.clear();
    this.events.ended();
    this.events.givenBack(requestIds);
  }

  private end(): void {
    this.state = 'ended';
    clearTimeout(this.initLimit);
    this.deadlines.stop();
  }
}
