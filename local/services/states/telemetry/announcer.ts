import type { Host } from '../../../aws-service.ts';
import type { Execution, ExecutionStatus } from '../engine/execution.ts';
import { historyEvent } from '../history/event-log.ts';
import type { LoggingConfiguration, MachineStore } from '../machine-store.ts';
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
  /** Executions of which the world has heard. */
  private readonly begun = new WeakSet<Execution>();
  private readonly telling = new Set<Promise<void>>();

  constructor(host: Host, machines: MachineStore, store: ExecutionStore) {
    this.host = host;
    this.machines = machines;
    this.store = store;
    this.statusEvents = new StatusEvents(host);
    this.logs = new ExecutionLogs(host);
  }

  /** An execution that was known before: from disk. */
  known(execution: Execution): void {
    this.begun.add(execution);
  }

  /** Called with every write of an execution. */
  transition(execution: Execution, written: Promise<void>): void {
    const { machineArn, machineName, startMs } = execution.header;
    const changes: StatusChange[] = [];
    if (!this.begun.has(execution)) {
      this.begun.add(execution);
      measureStatus(this.host, machineArn, 'RUNNING');
      changes.push(statusChange(execution, 'RUNNING'));
    }
    if (execution.ended) {
      measureStatus(this.host, machineArn, execution.status, (execution.stopMs as number) - startMs);
      changes.push(statusChange(execution, execution.status));
    }
    const logging = this.machines.find(machineName)?.logging;
    if (execution.log.recent && ExecutionLogs.wants(logging)) this.writeLogs(execution, logging);
    if (changes.length > 0) this.track(() => this.tell(execution, changes, written));
  }

  /** Tells of an end that was not told before the host went down. */
  ended(execution: Execution): void {
    this.track(() => this.tell(execution, [statusChange(execution, execution.status)], Promise.resolve()));
  }

  /** Resolves when all has been told. */
  async told(): Promise<void> {
    while (this.telling.size > 0) await Promise.all(this.telling);
  }

  private track(tell: () => Promise<void>): void {
    const told: Promise<void> = this.host.clock.work(tell).finally(() => this.telling.delete(told));
    this.telling.add(told);
  }

  private async tell(execution: Execution, changes: readonly StatusChange[], written: Promise<void>): Promise<void> {
    const { machineName, name, arn } = execution.header;
    await written;
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

  private writeLogs(execution: Execution, logging: LoggingConfiguration): void {
    const { machineName, name, arn, startMs } = execution.header;
    const { firstId, events } = execution.log.takeRecent();
    const includeData = logging.includeExecutionData ?? false;
    // Payloads may lie in earlier events; without them the events say enough themselves.
    const kept = includeData ? this.store.read(machineName, name) : undefined;
    const payloadOf = (id: number): string => kept?.log.text(id) ?? '';
    const told = events.map((event, index) => historyEvent(event, firstId + index, startMs, payloadOf, includeData));
    this.logs.write(logging, machineName, arn, told);
  }
}

function statusChange(execution: Execution, status: ExecutionStatus): StatusChange {
  const { header, input, root, log, stopMs, failure, redriveCount, redriveMs } = execution;
  const running = status === 'RUNNING';
  const reason = notRedrivable({ s: status, n: log.count, b: header.startMs, e: stopMs });
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
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason,
  };
}
