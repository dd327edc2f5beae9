import type { Host } from '../../aws-service.ts';
import { ChurningMap } from '../../churning-map.ts';
import { Engine, type Keeper } from './engine/engine.ts';
import { Execution, type ExecutionHeader } from './engine/execution.ts';
import { Payload } from './engine/payload.ts';
import { redrive, takeUp } from './engine/take-up.ts';
import { Walker } from './engine/walker.ts';
import { EventLog } from './history/event-log.ts';
import { Integrations } from './integrations/integrations.ts';
import type { MachineRecord, MachineStore } from './machine-store.ts';
import { executionArn, executionNamesOf, machineArn } from './operations/arns.ts';
import { failureOf } from './operations/describe-execution.ts';
import { ExecutionStore, type StoredExecution } from './persistence/execution-store.ts';
import { thaw } from './persistence/frames.ts';
import { Announcer } from './telemetry/announcer.ts';
import { ExecutionLogs } from './telemetry/execution-logs.ts';
import { measureRedrive } from './telemetry/metrics.ts';

/** The executions that run, in memory as long as they do; everything else about executions is read from disk. */
export class Executions implements Keeper {
  readonly store: ExecutionStore;
  readonly engine: Engine;
  private readonly host: Host;
  private readonly machines: MachineStore;
  private readonly announcer: Announcer;
  private readonly live = new ChurningMap<string, Execution>();
  private readonly endListeners = new Map<string, Set<() => void>>();
  private stopped = false;

  constructor(host: Host, machines: MachineStore) {
    this.host = host;
    this.machines = machines;
    this.store = new ExecutionStore(host.store);
    this.engine = new Engine(host, new Integrations(host), this);
    this.announcer = new Announcer(host, machines, this.store);
  }

  running(machine: string, name: string): Execution | undefined {
    return this.live.get(liveName(machine, name));
  }

  /** Running executions of a machine, newest first. */
  allRunning(machine: string): readonly Execution[] {
    return [...this.live.values()]
      .filter(({ header }) => header.machineName === machine)
      .sort((left, right) => right.header.startMs - left.header.startMs);
  }

  begin(machine: MachineRecord, name: string, inputText: string, traceHeader?: string): Execution {
    const { revisionId } = machine;
    const header = this.header(machine.name, name, revisionId, this.host.clock.now());
    const input = new Payload(JSON.parse(inputText), inputText);
    const execution = this.adopt(
      new Execution(header, this.machines.machine(machine.name, revisionId), input, this.now),
    );
    if (ExecutionLogs.wants(machine.logging)) execution.log.recent = [];
    execution.traceHeader = traceHeader;
    this.engine.begin(execution);
    return execution;
  }

  /** Takes an execution that has ended up again where it failed. */
  redrive(stored: StoredExecution): Execution {
    const execution = this.adopt(this.restore(stored));
    measureRedrive(this.host, execution.header.machineArn);
    void this.store.markLive(stored.machine, stored.name);
    redrive(this.engine, execution);
    return execution;
  }

  /** Goes on with what was running when the host last ended, and announces what had ended unannounced. */
  async takeUpAll(): Promise<void> {
    for (const [machine, name] of await this.store.live()) {
      const stored = this.store.read(machine, name);
      if (!stored) await this.store.forgetLive(machine, name);
      else if (stored.record.s === 'RUNNING') takeUp(this.engine, this.adopt(this.restore(stored)));
      else this.announcer.ended(this.restore(stored));
    }
  }

  /** Takes up nothing new; resolves when what has happened has been told. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.announcer.told();
  }

  /** One transition, one batch. */
  keep(execution: Execution): Promise<void> {
    // From here on it goes on at the next start, so nothing of it may be acknowledged.
    if (this.stopped) return new Promise(() => undefined);
    const { machineName, name } = execution.header;
    const key = liveName(machineName, name);
    // A walker that was moving when its execution was stopped has nothing to add.
    if (this.live.get(key) !== execution) return execution.written;
    const written = this.store.write(execution);
    if (execution.ended) {
      this.live.delete(key);
      if (this.endListeners.size > 0) this.tellEnd(execution.header.arn, written);
    }
    this.announcer.transition(execution, written);
    return written;
  }

  whenEnded(executionArn: string, listener: () => void): { cancel(): void } {
    const { machine, name } = executionNamesOf(executionArn);
    const listeners = this.endListeners.get(executionArn) ?? new Set();
    listeners.add(listener);
    this.endListeners.set(executionArn, listeners);
    // What is about to be taken up after a restart has not ended.
    const standing = this.running(machine, name) ? 'RUNNING' : this.store.read(machine, name)?.record.s;
    if (standing !== 'RUNNING') this.tellEnd(executionArn, Promise.resolve());
    const cancel = (): void => {
      listeners.delete(listener);
      if (listeners.size === 0) this.endListeners.delete(executionArn);
    };
    return { cancel };
  }

  /** Whoever waits for an end hears of it once it is on disk. */
  private tellEnd(executionArn: string, written: Promise<void>): void {
    const told = this.host.clock.work(() => written).then(() => this.endListeners.get(executionArn) ?? []);
    void told.then((listeners) => [...listeners].forEach((listener) => listener()));
  }

  private restore({ machine, name, record, log }: StoredExecution): Execution {
    const compiled = this.machines.machine(machine, record.r);
    const kept = new EventLog({
      count: record.n,
      chunkStarts: record.c ?? [],
      tail: record.l.map((event) => JSON.stringify(event)),
    });
    const root = thaw(record.f ?? { l: record.n }, new Walker(compiled, 0), log);
    const header = this.header(machine, name, record.r, record.b);
    const execution = new Execution(header, compiled, log.payload(1), this.now, kept, root);
    execution.status = record.s;
    execution.redriveCount = record.rd ?? 0;
    execution.redriveMs = record.rm;
    execution.timeoutDueMs = record.td;
    execution.traceHeader = record.th;
    this.store.known(execution, record.s);
    // What its variables take is not kept; the next Assign measures them.
    execution.assignedBytes = Infinity;
    execution.failure = failureOf(record, log);
    this.announcer.known(execution);
    if (ExecutionLogs.wants(this.machines.find(machine)?.logging)) execution.log.recent = [];
    return execution;
  }

  private header(machine: string, name: string, revisionId: string, startMs: number): ExecutionHeader {
    const { roleArn, unrestricted: fromWire } = this.machines.revision(machine, revisionId);
    // Whoever created the machine, a role of the template may do what its policies grant and nothing else.
    const unrestricted = fromWire && !this.host.knowsRole(roleArn);
    const names = {
      name,
      machineName: machine,
      arn: executionArn(this.host, machine, name),
      machineArn: machineArn(this.host, machine),
    };
    return { ...names, revisionId, roleArn, unrestricted, startMs };
  }

  private adopt(execution: Execution): Execution {
    this.live.set(liveName(execution.header.machineName, execution.header.name), execution);
    return execution;
  }

  private readonly now = (): number => this.host.clock.now();
}

function liveName(machine: string, name: string): string {
  return `${machine}/${name}`;
}
