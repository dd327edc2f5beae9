import type { Store } from '../../store.ts';
import { compileMachine } from './definition/compile.ts';
import type { AslMachine } from './definition/asl.ts';
import type { Machine } from './definition/workflow.ts';
import type { ExpressionCompiler } from './jsonata/expression.ts';
import { machineKey, machineRange, revisionKey } from './persistence/keys.ts';
import { derivedUuid } from '../derived-uuid.ts';

export interface LoggingConfiguration {
  readonly level?: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

/** What an execution is started with and keeps, whatever becomes of the machine. */
export interface Revision {
  readonly revisionId: string;
  readonly definition: string;
  readonly roleArn: string;
  /** Whether it came over the wire: then nothing restricts it, unless its role is one of the template. */
  readonly unrestricted: boolean;
  readonly updateMs: number;
}

export interface MachineRecord {
  readonly name: string;
  readonly arn: string;
  readonly creationMs: number;
  readonly revisionId: string;
  readonly logging?: LoggingConfiguration | undefined;
  readonly tracing?: boolean | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Machines of the template exist as long as the template has them; those of the wire until they are deleted. */
  readonly fromTemplate: boolean;
}

/** The state machines, and every revision that an execution may still run. */
export class MachineStore {
  private readonly store: Store;
  private readonly compiler: ExpressionCompiler;
  private readonly machines = new Map<string, MachineRecord>();
  private readonly revisions = new Map<string, Revision>();
  private readonly compiled = new Map<string, Machine>();

  constructor(store: Store, compiler: ExpressionCompiler) {
    this.store = store;
    this.compiler = compiler;
  }

  /** Reads the machines that came over the wire; those of the template make themselves known. */
  async load(): Promise<void> {
    for await (const [, text] of this.store.range(machineRange)) {
      const record = JSON.parse(text) as MachineRecord;
      if (!record.fromTemplate && !this.machines.has(record.name)) this.machines.set(record.name, record);
    }
  }

  get all(): readonly MachineRecord[] {
    return [...this.machines.values()];
  }

  find(name: string): MachineRecord | undefined {
    return this.machines.get(name);
  }

  /** What was kept of a machine at an earlier start. */
  kept(name: string): MachineRecord | undefined {
    const text = this.store.get(machineKey(name));
    return text === undefined ? undefined : (JSON.parse(text) as MachineRecord);
  }

  /** Creates or changes a machine; acknowledged when it is on disk. */
  put(machine: MachineRecord, revision: Revision): Promise<void> {
    this.machines.set(machine.name, machine);
    this.revisions.set(revisionKey(machine.name, revision.revisionId), revision);
    return this.store.write([
      { key: machineKey(machine.name), value: JSON.stringify(machine) },
      { key: revisionKey(machine.name, revision.revisionId), value: JSON.stringify(revision) },
    ]);
  }

  /** The machine goes; its revisions stay for the executions that run them. */
  remove(name: string): Promise<void> {
    this.machines.delete(name);
    return this.store.write([{ key: machineKey(name), value: undefined }]);
  }

  revision(machine: string, revisionId: string): Revision {
    const key = revisionKey(machine, revisionId);
    const known = this.revisions.get(key);
    if (known) return known;
    const text = this.store.get(key);
    if (text === undefined) throw new Error(`The state machine ${machine} lacks its revision ${revisionId}.`);
    const revision = JSON.parse(text) as Revision;
    this.revisions.set(key, revision);
    return revision;
  }

  /** The definition of a revision, compiled once. */
  machine(name: string, revisionId: string): Machine {
    const key = revisionKey(name, revisionId);
    const known = this.compiled.get(key);
    if (known) return known;
    const machine = compileMachine(JSON.parse(this.revision(name, revisionId).definition) as AslMachine, this.compiler);
    this.compiled.set(key, machine);
    return machine;
  }
}

/** One id per definition and role, in the form of a UUID: the same template makes the same revision at every start. */
export function revisionIdOf(definition: string, roleArn: string): string {
  return derivedUuid(`${roleArn}\n${definition}`);
}
