import { AwsError } from '../../../aws-error.ts';
import type { Host } from '../../../aws-service.ts';
import { tagsOf } from './tag-operations.ts';
import { refusal } from '../definition/diagnostics.ts';
import { validateDefinition } from '../definition/validate.ts';
import { variableReferences } from '../definition/variable-references.ts';
import type { ExpressionCompiler } from '../jsonata/expression.ts';
import {
  type LoggingConfiguration,
  type MachineRecord,
  type MachineStore,
  type Revision,
  revisionIdOf,
} from '../machine-store.ts';
import { machineArn, machineNameOf } from './arns.ts';
import { refuseExtras, refuseOtherTypes, roleArnOf } from './machine-input.ts';
import {
  definitionOf,
  type Input,
  invalid,
  makePageToken,
  pageSize,
  readPageToken,
  requiredText,
  seconds,
  validName,
} from './input.ts';

/** AWS's limit of diagnostics per answer, which is the default too. */
const MOST_DIAGNOSTICS = 100;

/** What a machine is made of, whether it comes over the wire or from the template. */
export interface MachineDefinition {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly unrestricted: boolean;
  readonly logging?: LoggingConfiguration | undefined;
  readonly tracing?: boolean | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly fromTemplate: boolean;
}

/** Operations on state machines. */
export class MachineOperations {
  private readonly host: Host;
  private readonly machines: MachineStore;
  private readonly compiler: ExpressionCompiler;

  constructor(host: Host, machines: MachineStore, compiler: ExpressionCompiler) {
    this.host = host;
    this.machines = machines;
    this.compiler = compiler;
  }

  /** Makes a machine, or a new revision of it. */
  async define(machine: MachineDefinition, before: MachineRecord | undefined): Promise<MachineRecord> {
    this.refuseInvalid(machine.definition);
    const { name, definition, roleArn, unrestricted, logging, tracing, tags, fromTemplate } = machine;
    const now = this.host.clock.now();
    const revisionId = revisionIdOf(definition, roleArn);
    const revision: Revision = { revisionId, definition, roleArn, unrestricted, updateMs: now };
    const record: MachineRecord = {
      name,
      arn: machineArn(this.host, name),
      creationMs: before?.creationMs ?? now,
      revisionId,
      logging,
      tracing,
      tags,
      fromTemplate,
    };
    await this.machines.put(record, revision);
    return record;
  }

  async create(input: Input): Promise<object> {
    const name = validName(requiredText(input, 'name'));
    const definition = definitionOf(input);
    const roleArn = roleArnOf(requiredText(input, 'roleArn'));
    if (input['type'] === 'EXPRESS') {
      throw new AwsError('StateMachineTypeNotSupported', 'The local host serves state machines of type STANDARD only.');
    }
    refuseExtras(input);
    const existing = this.machines.find(name);
    if (existing) return this.createAgain(existing, definition, input);
    const record = await this.define(
      {
        name,
        definition,
        roleArn,
        unrestricted: true,
        logging: input['loggingConfiguration'] as LoggingConfiguration | undefined,
        tracing: (input['tracingConfiguration'] as { enabled?: boolean } | undefined)?.enabled,
        tags: tagsOf(input['tags']),
        fromTemplate: false,
      },
      undefined,
    );
    return { stateMachineArn: record.arn, creationDate: seconds(record.creationMs) };
  }

  async update(input: Input): Promise<object> {
    refuseExtras(input);
    const record = this.existing(input['stateMachineArn']);
    const before = this.machines.revision(record.name, record.revisionId);
    const { definition: newDefinition, roleArn: newRole } = input;
    if (
      newDefinition === undefined &&
      newRole === undefined &&
      !input['loggingConfiguration'] &&
      !input['tracingConfiguration']
    ) {
      throw new AwsError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    }
    const updated = await this.define(
      {
        name: record.name,
        definition: newDefinition === undefined ? before.definition : definitionOf(input),
        roleArn: newRole === undefined ? before.roleArn : roleArnOf(requiredText(input, 'roleArn')),
        unrestricted: before.unrestricted,
        logging: (input['loggingConfiguration'] as LoggingConfiguration | undefined) ?? record.logging,
        tracing: (input['tracingConfiguration'] as { enabled?: boolean } | undefined)?.enabled ?? record.tracing,
        tags: record.tags,
        fromTemplate: record.fromTemplate,
      },
      record,
    );
    return { updateDate: seconds(this.host.clock.now()), revisionId: updated.revisionId };
  }

  /** Deleting what does not exist succeeds, as on AWS. Executions that run go on to their end. */
  async delete(input: Input): Promise<object> {
    const name = machineNameOf(input['stateMachineArn']);
    if (this.machines.find(name)) await this.machines.remove(name);
    return {};
  }

  describe(input: Input): object {
    return this.description(this.existing(input['stateMachineArn']));
  }

  /** The machine as an execution runs it, which may be an earlier revision. */
  describeRevision(name: string, revisionId: string): object {
    const { definition, roleArn, updateMs } = this.machines.revision(name, revisionId);
    const record = this.machines.find(name);
    return {
      stateMachineArn: machineArn(this.host, name),
      name,
      definition,
      roleArn,
      updateDate: seconds(updateMs),
      revisionId,
      loggingConfiguration: record?.logging ?? { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: record?.tracing ?? false },
      ...this.references(definition),
    };
  }

  private references(definition: string): object {
    const references = variableReferences(definition, this.compiler);
    return Object.keys(references).length > 0 ? { variableReferences: references } : {};
  }

  list(input: Input): object {
    const size = pageSize(input);
    const from = Number(readPageToken(input, 'machines', this.host.clock.now()) ?? 0);
    const sorted = [...this.machines.all].sort((left, right) => left.creationMs - right.creationMs);
    const page = sorted.slice(from, from + size);
    const stateMachines = page.map(({ arn, name, creationMs }) => ({
      stateMachineArn: arn,
      name,
      type: 'STANDARD',
      creationDate: seconds(creationMs),
    }));
    const more = from + size < sorted.length;
    return { stateMachines, ...(more && { nextToken: makePageToken('machines', from + size, this.host.clock.now()) }) };
  }

  validate(input: Input): object {
    refuseOtherTypes(input['type']);
    const diagnostics = validateDefinition(requiredText(input, 'definition'), this.compiler);
    const most = pageSize(input, MOST_DIAGNOSTICS);
    if (!['ERROR', 'WARNING', undefined].includes(input['severity'] as string | undefined)) {
      throw invalid(
        "Value at 'severity' failed to satisfy constraint: Member must satisfy enum value set: [ERROR, WARNING]",
      );
    }
    const failed = diagnostics.some(({ severity }) => severity === 'ERROR');
    const asked = diagnostics.filter(({ severity }) => severity === 'ERROR' || input['severity'] === 'WARNING');
    return { result: failed ? 'FAIL' : 'OK', diagnostics: asked.slice(0, most), truncated: asked.length > most };
  }

  find(name: string): MachineRecord | undefined {
    return this.machines.find(name);
  }

  existing(arn: unknown): MachineRecord {
    const record = this.machines.find(machineNameOf(arn));
    if (!record) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
    return record;
  }

  private description(record: MachineRecord): object {
    const { updateMs: _, ...rest } = this.machines.revision(record.name, record.revisionId);
    return {
      stateMachineArn: record.arn,
      name: record.name,
      status: 'ACTIVE',
      definition: rest.definition,
      roleArn: rest.roleArn,
      type: 'STANDARD',
      creationDate: seconds(record.creationMs),
      loggingConfiguration: record.logging ?? { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: record.tracing ?? false },
      revisionId: record.revisionId,
      ...this.references(rest.definition),
    };
  }

  /** CreateStateMachine is idempotent: the same machine again is the same answer. Another role or other tags are ignored. */
  private createAgain(existing: MachineRecord, definition: string, input: Input): object {
    const { definition: before } = this.machines.revision(existing.name, existing.revisionId);
    const tracing = (input['tracingConfiguration'] as { enabled?: boolean } | undefined)?.enabled;
    const same =
      before === definition &&
      JSON.stringify(existing.logging) === JSON.stringify(input['loggingConfiguration']) &&
      existing.tracing === tracing;
    if (!same) {
      throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${existing.arn}'`);
    }
    return { stateMachineArn: existing.arn, creationDate: seconds(existing.creationMs) };
  }

  private refuseInvalid(definition: string): void {
    const errors = validateDefinition(definition, this.compiler).filter(({ severity }) => severity === 'ERROR');
    if (errors.length > 0) throw new AwsError('InvalidDefinition', refusal(errors));
  }
}
