import type { Host } from '../../../aws-service.ts';
import type { Execution, ExecutionStatus } from '../engine/execution.ts';
import type { MachineStore } from '../machine-store.ts';
import { notRedrivable } from '../operations/describe-execution.ts';
import type { ExecutionStore } from '../persistence/execution-store.ts';
import { ExecutionLogs } from './execution-logs.ts';
import { measureStatus } from './metrics.ts';
import { type StatusChange, StatusEvents } from './status-events.ts';

/** Tells metrics, log group and default bus what becomes of executions, once it is on disk. */
export class Announcer {
  private readonly host: Host;
  private readonly machines: MachineStore;
  private readonly store: ExecutionStore;
  private readonly statusEvents: StatusEvents;
  private readonly logs: ExecutionLogs;
  /** How many events of an execution its log group has been told; an execution that is not in here has just begun. */
  private readonly seen = new WeakMap<Execution, number>();
  private readonly telling = new Set<Promise<void>>();

  constructor(host: Host, machines: MachineStore, store: ExecutionStore) {
    this.host = host;
    this.machines = machines;
    this.store = store;
    this.statusEvents = new StatusEvents(host);
    this.logs = new ExecutionLogs(host);
  }

  /** Everything until now has been told before (or is lost to the logs with the process that died). */
  known(execution: Execution): void {
    this.seen.set(execution, execution.log.count);
  }

  /** Called with every write of an execution. */
  transition(execution: Execution, written: Promise<void>): void {
    const { machineArn, machineName, startMs } = execution.header;
    const from = this.seen.get(execution);
    this.seen.set(execution, execution.log.count);
    const changes: StatusChange[] = [];
    if (from === undefined) {
      measureStatus(this.host, machineArn, 'RUNNING');
      changes.push(statusChange(execution, 'RUNNING'));
    }
    if (execution.ended) {
      measureStatus(this.host, machineArn, execution.status, (execution.stopMs as number) - startMs);
      changes.push(statusChange(execution, execution.status));
    }
    const logs = ExecutionLogs.wants(this.machines.find(machineName)?.logging);
    if (changes.length > 0 || logs) this.track(() => this.tell(execution, from ?? 0, changes, written));
  }

  /** Tells of an end that was not told before the host went down. */
  ended(execution: Execution): void {
    this.track(() =>
      this.tell(execution, execution.log.count, [statusChange(execution, execution.status)], Promise.resolve()),
    );
  }

  /** Resolves when all has been told. */
  async told(): Promise<void> {
    while (this.telling.size > 0) await Promise.all(this.telling);
  }

  private track(tell: () => Promise<void>): void {
    const told: Promise<void> = this.host.clock.work(tell).finally(() => this.telling.delete(told));
    this.telling.add(told);
  }

  private async tell(
    execution: Execution,
    from: number,
    changes: readonly StatusChange[],
    written: Promise<void>,
  ): Promise<void> {
    const { machineName, name, arn } = execution.header;
    const { count } = execution.log;
    await written;
    this.writeLogs(execution, from, count);
    for (const change of changes) {
      try {
        await this.statusEvents.publish(change);
        if (change.status !== 'RUNNING') await this.store.forgetLive(machineName, name);
      } catch (error) {
        // An end stays marked as live, and so is told at the next start.
        this.host.report(`states: the default bus did not take the status of ${arn}: ${(error as Error).message}`);
      }
    }
  }

  private writeLogs(execution: Execution, from: number, to: number): void {
    const { machineName, name, arn } = execution.header;
    const logging = this.machines.find(machineName)?.logging;
    if (!ExecutionLogs.wants(logging) || (logging.level !== 'ALL' && execution.log.lastFailure <= from)) return;
    const stored = this.store.read(machineName, name);
    if (!stored) return;
    const ids = Array.from({ length: to - from }, (_, index) => from + index + 1);
    const events = ids.map((id) => stored.log.event(id, logging.includeExecutionData ?? false));
    this.logs.write(logging, machineName, arn, events);
  }
}

function statusChange(execution: Execution, status: ExecutionStatus): StatusChange {
  const { header, input, root, log, stopMs, failure, redriveCount, redriveMs } = execution;
  const running = status === 'RUNNING';
  const reason = running ? undefined : notRedrivable(status, log.count);
  return {
    executionArn: header.arn,
    stateMachineArn: header.machineArn,
    name: header.name,
    status,
    startMs: header.startMs,
    stopMs: running ? undefined : stopMs,
    input: input.text,
    output: status === 'SUCCEEDED' ? root.output?.text : undefined,
    error: running ? undefined : failure?.error,
    cause: running ? undefined : failure?.cause,
    redriveCount,
    redriveMs,
    redriveStatus: running || reason !== undefined ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    redriveStatusReason: reason,
  };
}
