import type { Machine } from '../definition/workflow.ts';
import { type Detail, EventLog } from '../history/event-log.ts';
import type { Payload } from './payload.ts';
import { StateError, RUNTIME } from './errors.ts';
import { Walker } from './walker.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** AWS's limit of events per execution. */
export const MOST_EVENTS = 25_000;

/** What never changes while an execution runs. */
export interface ExecutionHeader {
  readonly name: string;
  readonly arn: string;
  readonly machineName: string;
  readonly machineArn: string;
  /** The revision of the machine that it was started with, and goes on with whatever happens to the machine. */
  readonly revisionId: string;
  readonly roleArn: string;
  /** Machines that came over the wire with a role that the template does not have call without restriction. */
  readonly unrestricted: boolean;
  readonly startMs: number;
}

/** One execution: its log, its walkers and how it ended. It knows nothing of states; it only keeps count. */
export class Execution {
  readonly header: ExecutionHeader;
  readonly machine: Machine;
  readonly input: Payload;
  readonly log: EventLog;
  readonly root: Walker;
  status: ExecutionStatus = 'RUNNING';
  stopMs: number | undefined;
  /** What a failed, aborted or timed-out execution says of its end. */
  failure: { readonly error?: string | undefined; readonly cause?: string | undefined } | undefined;
  redriveCount = 0;
  redriveMs: number | undefined;
  /** Members of the context object that TestState lays down. */
  givenContext: object | undefined;
  /** When the machine's own TimeoutSeconds are over. */
  timeoutDueMs: number | undefined;
  timeoutTimer: { cancel(): void } | undefined;
  /** Walkers on the move. Only when there is none is the execution's state whole, and may be written. */
  moving = 0;
  /** Calls to make once the state from which they follow has been written. */
  calls: (() => void)[] = [];
  /** The X-Ray header that StartExecution was given, told back by DescribeExecution. */
  traceHeader: string | undefined;
  /** At least the bytes of its variables; see variable-limit.ts. */
  assignedBytes = 0;
  /** Child executions whose `.sync` task is over before they are: they are stopped with the next write. */
  orphans: string[] = [];
  /** Resolves when everything so far is on disk. */
  written: Promise<void> = Promise.resolve();
  private saveListeners: ((written: Promise<void>) => void)[] = [];
  private readonly now: () => number;

  constructor(
    header: ExecutionHeader,
    machine: Machine,
    input: Payload,
    now: () => number,
    log = new EventLog(),
    root?: Walker,
  ) {
    this.header = header;
    this.machine = machine;
    this.input = input;
    this.now = now;
    this.log = log;
    this.root = root ?? new Walker(machine, 0);
  }

  get ended(): boolean {
    return this.status !== 'RUNNING';
  }

  /** Called with every write. */
  saved(written: Promise<void>): void {
    this.written = written;
    const listeners = this.saveListeners;
    this.saveListeners = [];
    for (const listener of listeners) listener(written);
  }

  /** Resolves when what has happened until now is on disk. */
  onDisk(): Promise<void> {
    if (this.moving === 0) return this.written;
    return new Promise((resolve) => this.saveListeners.push(resolve));
  }

  /** Writes an event that follows `previousEventId` and returns its id. */
  event(walker: Walker, previousEventId: number, type: string, ...details: Detail[]): number {
    if (walker.silent) return (walker.silentEvents += 1);
    if (this.log.count >= MOST_EVENTS - 1 && !type.startsWith('Execution')) {
      throw new StateError(RUNTIME, `The execution reached the maximum number of history events (${MOST_EVENTS}).`);
    }
    return this.log.append(type, this.now() - this.header.startMs, previousEventId, details);
  }

  /** Writes the next event on a walker's path. */
  step(walker: Walker, type: string, ...details: Detail[]): number {
    walker.lastEvent = this.event(walker, walker.lastEvent, type, ...details);
    return walker.lastEvent;
  }
}
