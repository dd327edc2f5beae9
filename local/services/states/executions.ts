import type { Host } from '../../aws-service.ts';
import { Engine, type Keeper } from './engine/engine.ts';
import { Execution, type ExecutionHeader } from './engine/execution.ts';
import { Payload } from './engine/payload.ts';
import { redrive, takeUp } from './engine/take-up.ts';
import { Walker } from './engine/walker.ts';
import { EventLog } from './history/event-log.ts';
import { Integrations } from './integrations/integrations.ts';
import type { MachineRecord, MachineStore } from './machine-store.ts';
import { executionArn, machineArn } from './operations/arns.ts';
import { describeExecution } from './operations/describe-execution.ts';
import type { ExecutionRecord } from './persistence/execution-record.ts';
import { ExecutionStore, type StoredExecution } from './persistence/execution-store.ts';
import { thaw } from './persistence/frames.ts';
import { ExecutionLogs } from './telemetry/execution-logs.ts';
import { measureRedrive, measureStatus } from './telemetry/metrics.ts';
import { StatusEvents } from './telemetry/status-events.ts';

/** The executions that run, in memory as long as they do; everything else about executions is read from disk. */
export class Executions implements Keeper {
  readonly store: ExecutionStore;
  readonly engine: Engine;
  private readonly host: Host;
  private readonly machines: MachineStore;
  private readonly statusEvents: StatusEvents;
  private readonly logs: ExecutionLogs;
  private readonly live = new Map<string, Execution>();
  /** How far the log group of the machine has been told, per execution. */
  private readonly logged = new WeakMap<Execution, number>();
  /** Executions that the bus has been told are running. */
  private readonly announced = new WeakSet<Execution>();
  private readonly telling = new Set<Promise<void>>();
  private stopped = false;

  constructor(host: Host, machines: MachineStore) {
    this.host = host;
    this.machines = machines;
    this.store = new ExecutionStore(host.store);
    this.engine = new Engine(host, new Integrations(host), this);
    this.statusEvents = new StatusEvents(host);
    this.logs = new ExecutionLogs(host);
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

  begin(machine: MachineRecord, name: string, inputText: string): Execution {
    const { revisionId } = machine;
    const header = this.header(machine.name, name, revisionId, this.host.clock.now());
    const input = new Payload(JSON.parse(inputText), inputText);
    const execution = this.adopt(
      new Execution(header, this.machines.machine(machine.name, revisionId), input, this.now),
    );
    measureStatus(this.host, header.machineArn, 'RUNNING');
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
      else void this.host.clock.work(() => this.announce(stored));
    }
  }

  /** Takes up nothing new; resolves when what has happened has been told. */
  async stop(): Promise<void> {
    this.stopped = true;
    while (this.telling.size > 0) await Promise.all(this.telling);
  }

  /** One transition, one batch. */
  keep(execution: Execution): Promise<void> {
    // From here on it goes on at the next start, so nothing of it may be acknowledged.
    if (this.stopped) return new Promise(() => undefined);
    const { machineName, name, machineArn: arn, startMs } = execution.header;
    const key = liveName(machineName, name);
    // A walker that was moving when its execution was stopped has nothing to add.
    if (this.live.get(key) !== execution) return execution.written;
    const written = this.store.write(execution);
    if (execution.ended) {
      this.live.delete(key);
      measureStatus(this.host, arn, execution.status, (execution.stopMs as number) - startMs);
    }
    const told: Promise<void> = this.host.clock
      .work(() => this.tell(execution, written))
      .finally(() => this.telling.delete(told));
    this.telling.add(told);
    return written;
  }

  /** After the commit the world may know. */
  private async tell(execution: Execution, written: Promise<void>): Promise<void> {
    const { machineName, name } = execution.header;
    const begins = !this.announced.has(execution);
    const { ended } = execution;
    this.announced.add(execution);
    await written;
    const stored = begins || ended ? this.store.read(machineName, name) : undefined;
    this.writeLogs(execution, stored);
    if (!stored) return;
    if (begins) await this.publish(stored, 'RUNNING');
    if (ended) await this.announce(stored);
  }

  private async announce(stored: StoredExecution): Promise<void> {
    if (await this.publish(stored, stored.record.s)) await this.store.forgetLive(stored.machine, stored.name);
  }

  /** True when the bus has taken the event; what it has not is announced at the next start. */
  private async publish(stored: StoredExecution, status: ExecutionRecord['s']): Promise<boolean> {
    const description = describeExecution(stored, this.host);
    const running = status === 'RUNNING';
    try {
      await this.statusEvents.publish({
        executionArn: description.executionArn,
        stateMachineArn: description.stateMachineArn,
        name: stored.name,
        status,
        startMs: stored.record.b,
        stopMs: running ? undefined : stored.record.e,
        input: description.input,
        output: running ? undefined : description.output,
        error: running ? undefined : description.error,
        cause: running ? undefined : description.cause,
        redriveCount: description.redriveCount,
        redriveMs: stored.record.rm,
        redriveStatus: running ? 'NOT_REDRIVABLE' : description.redriveStatus,
        redriveStatusReason: running ? undefined : description.redriveStatusReason,
      });
      return true;
    } catch (error) {
      this.host.report(
        `states: the default bus did not take the status of ${description.executionArn}: ${(error as Error).message}`,
      );
      return false;
    }
  }

  private writeLogs(execution: Execution, known: StoredExecution | undefined): void {
    const { machineName, name, arn } = execution.header;
    const logging = this.machines.find(machineName)?.logging;
    if (!ExecutionLogs.wants(logging)) return;
    const from = this.logged.get(execution) ?? 0;
    const { count, lastFailure } = execution.log;
    this.logged.set(execution, count);
    if (logging.level !== 'ALL' && lastFailure <= from) return;
    const stored = known ?? this.store.read(machineName, name);
    if (!stored) return;
    const ids = Array.from({ length: count - from }, (_, index) => from + index + 1).filter(
      (id) => id <= stored.record.n,
    );
    const events = ids.map((id) => stored.log.event(id, logging.includeExecutionData ?? false));
    this.logs.write(logging, machineName, arn, events);
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
    this.store.known(execution, record.s);
    this.announced.add(execution);
    this.logged.set(execution, record.n);
    return execution;
  }

  private header(machine: string, name: string, revisionId: string, startMs: number): ExecutionHeader {
    const { roleArn, unrestricted } = this.machines.revision(machine, revisionId);
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
