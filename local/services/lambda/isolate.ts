import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { Heartbeat } from './heartbeat.ts';
import type {
  AwsCall,
  AwsReply,
  Ending,
  FromWorker,
  FunctionFailure,
  Invocation,
  InvocationResult,
  IsolateSettings,
  LogLine,
  TenantSettings,
  ToWorker,
} from './worker/protocol.ts';

/** A function in an isolate, as the isolate sees it. */
export interface Tenant {
  /** Its module is loaded. */
  ready(): void;
  result(result: InvocationResult, heapMb: number): void;
  lines(lines: readonly LogLine[]): void;
  request(request: AwsCall): Promise<AwsReply>;
  /** Its process is over. */
  ending(ending: Ending): void;
  /** The isolate will end: no new invocations, while those in flight go on. */
  retired(): void;
  /** The thread is gone. `cause` is what brought it down where it is known to be this tenant's own. */
  gone(cause: FunctionFailure | undefined, status: number): void;
  /** Invocations in flight. */
  readonly load: number;
}

export interface IsolateOptions {
  readonly clock: Clock;
  readonly shared: boolean;
  /** `process.env` of the thread. */
  readonly variables: Readonly<Record<string, string>>;
}

type Unsent = { -readonly [Part in keyof Omit<ToWorker, 'nowMs'>]: ToWorker[Part][number][] };

/** A worker thread in which functions live: one, or several that share the SDK and the compiler's work on it. */
export class Isolate {
  readonly shared: boolean;
  private readonly clock: Clock;
  private readonly worker: Worker;
  private readonly heartbeat: Heartbeat;
  private readonly tenants = new Map<number, Tenant>();
  private readonly taskRoots = new Set<string>();
  private unsent: Unsent | undefined;
  private lastTenant = 0;
  private death: FunctionFailure | undefined;
  private state: 'open' | 'retired' | 'gone' = 'open';
  private readonly onGone: () => void;

  constructor(script: string, options: IsolateOptions, onGone: () => void) {
    this.clock = options.clock;
    this.shared = options.shared;
    this.onGone = onGone;
    this.heartbeat = new Heartbeat(
      () => this.isServing,
      () => void this.worker.terminate(),
    );
    const settings: IsolateSettings = {
      shared: options.shared,
      nowMs: this.clock.virtual ? this.clock.now() : undefined,
      beats: this.heartbeat.beats,
    };
    // `env` replaces the host's whole environment, and `execArgv` keeps the host's own loaders out of the worker.
    const execArgv = process.execArgv.filter((option) => option.startsWith('--cpu-prof'));
    this.worker = new Worker(script, { eval: true, workerData: settings, env: options.variables, execArgv });
    this.worker.on('message', (message: FromWorker) => this.receive(message));
    this.worker.on('error', (error) => {
      this.death = { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    });
    this.worker.on('exit', (status) => this.gone(status));
  }

  /** Whether a function of this directory can be put in. One module cannot be loaded for two functions. */
  takes(taskRoot: string): boolean {
    return this.state === 'open' && !this.taskRoots.has(taskRoot) && (this.shared || this.tenants.size === 0);
  }

  /** The id that Linux gives the thread, once it runs. */
  get thread(): number | undefined {
    return this.state === 'gone' ? undefined : this.heartbeat.thread;
  }

  get size(): number {
    return this.tenants.size;
  }

  /** Loads a function; returns the number by which its invocations name it. */
  admit(tenant: Tenant, settings: Omit<TenantSettings, 'tenant'>): number {
    this.lastTenant += 1;
    this.tenants.set(this.lastTenant, tenant);
    this.taskRoots.add(settings.taskRoot);
    this.toSend().tenants.push({ ...settings, tenant: this.lastTenant });
    return this.lastTenant;
  }

  invoke(invocation: Invocation): void {
    this.toSend().invocations.push(invocation);
    this.heartbeat.watch();
  }

  /** A function is over: nothing more is heard of it, and the thread ends as soon as the others have finished. */
  expel(tenant: number): void {
    this.tenants.delete(tenant);
    this.retire();
  }

  /** A function that could not be loaded: the others are not concerned. */
  dismiss(tenant: number): void {
    this.tenants.delete(tenant);
    if (this.tenants.size === 0) this.retire();
  }

  /** Ends the thread because the host ends. */
  async terminate(): Promise<void> {
    this.state = 'gone';
    this.heartbeat.stop();
    await this.worker.terminate();
  }

  private get isServing(): boolean {
    return this.shared && [...this.tenants.values()].some(({ load }) => load > 0);
  }

  private retire(): void {
    if (this.state !== 'open') return;
    this.state = 'retired';
    for (const tenant of this.tenants.values()) tenant.retired();
    this.endWhenDone();
  }

  private endWhenDone(): void {
    if (this.state === 'retired' && [...this.tenants.values()].every(({ load }) => load === 0)) {
      void this.worker.terminate();
    }
  }

  /** What the worker is told when this turn of the event loop ends: a message costs more than what is in it. */
  private toSend(): Unsent {
    if (!this.unsent) {
      this.unsent = { tenants: [], invocations: [], replies: [], woken: [] };
      setImmediate(() => this.send());
    }
    return this.unsent;
  }

  private send(): void {
    const message = this.unsent;
    this.unsent = undefined;
    if (this.state === 'gone') return;
    this.worker.postMessage({ nowMs: this.clock.virtual ? this.clock.now() : undefined, ...message });
  }

  private receive(message: FromWorker): void {
    if (this.state === 'gone') return;
    for (const [tenant, lines] of byTenant(message.lines)) this.tenants.get(tenant)?.lines(lines);
    for (const request of message.requests) {
      const sender = this.tenants.get(request.tenant ?? this.lastTenant);
      void sender?.request(request).then((reply) => this.toSend().replies.push(reply));
    }
    for (const { id, delayMs } of message.sleeps) {
      void this.clock.pass(delayMs).then(() => this.toSend().woken.push(id));
    }
    for (const tenant of message.ready) this.tenants.get(tenant)?.ready();
    for (const result of message.results) this.tenants.get(result.tenant)?.result(result, message.heapMb);
    if (message.ending) this.end(message.ending);
    this.endWhenDone();
  }

  private end(ending: Ending): void {
    // Nobody's code in particular: then it is the thread that has failed.
    if (ending.tenant === undefined) void this.worker.terminate();
    else this.tenants.get(ending.tenant)?.ending(ending);
  }

  private gone(status: number): void {
    this.heartbeat.stop();
    if (this.state === 'gone') return;
    this.state = 'gone';
    for (const tenant of this.tenants.values()) tenant.gone(this.shared ? undefined : this.death, status);
    this.tenants.clear();
    this.onGone();
  }
}

function byTenant(lines: readonly LogLine[]): Map<number, LogLine[]> {
  const found = new Map<number, LogLine[]>();
  for (const line of lines) {
    if (line.tenant === undefined) continue;
    const own = found.get(line.tenant);
    if (own) own.push(line);
    else found.set(line.tenant, [line]);
  }
  return found;
}
