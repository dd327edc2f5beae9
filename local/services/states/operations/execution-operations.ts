import { AwsError, notServed } from '../../../aws-error.ts';
import type { Host } from '../../../aws-service.ts';
import type { ExecutionStatus } from '../engine/execution.ts';
import { LARGEST_PAYLOAD_BYTES } from '../engine/payload.ts';
import type { Executions } from '../executions.ts';
import type { StoredExecution } from '../persistence/execution-store.ts';
import { executionArn, executionNamesOf } from './arns.ts';
import { describeExecution, notRedrivable } from './describe-execution.ts';
import {
  type Input,
  invalid,
  makePageToken,
  optionalText,
  pageSize,
  readPageToken,
  requiredText,
  seconds,
  validName,
} from './input.ts';
import type { MachineOperations } from './machine-operations.ts';

/** AWS's limits for what StopExecution says. */
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

/** AWS's limit for the trace header of StartExecution. */
const LONGEST_TRACE_HEADER = 256;

/** Operations on executions. */
export class ExecutionOperations {
  private readonly host: Host;
  private readonly machines: MachineOperations;
  private readonly executions: Executions;

  constructor(host: Host, machines: MachineOperations, executions: Executions) {
    this.host = host;
    this.machines = machines;
    this.executions = executions;
  }

  /** The name is the key: starting a running execution again with the same input is the same start. */
  async start(input: Input): Promise<object> {
    const machine = this.machines.existing(input['stateMachineArn']);
    const name = validName(optionalText(input, 'name', 80) ?? this.host.uuid());
    const text = executionInput(optionalText(input, 'input', LARGEST_PAYLOAD_BYTES) ?? '{}');
    const traceHeader = optionalText(input, 'traceHeader', LONGEST_TRACE_HEADER);
    const running = this.executions.running(machine.name, name);
    if (running ? running.input.text !== text : this.executions.store.has(machine.name, name)) {
      const arn = executionArn(this.host, machine.name, name);
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = running ?? this.executions.begin(machine, name, text, traceHeader);
    await execution.onDisk();
    return { executionArn: execution.header.arn, startDate: seconds(execution.header.startMs) };
  }

  /** Only Express workflows, which the host has not, run in the call itself. */
  startSync(input: Input): never {
    this.machines.existing(input['stateMachineArn']);
    const problem = 'This operation is not supported by this type of state machine';
    throw new AwsError('StateMachineTypeNotSupported', problem);
  }

  async describe(input: Input): Promise<object> {
    const stored = await this.stored(input['executionArn']);
    const deleted = this.machines.find(stored.machine) === undefined;
    const description = describeExecution(stored, this.host, { nowMs: this.host.clock.now(), deleted });
    if (input['includedData'] !== 'METADATA_ONLY') return description;
    const { input: _, output, ...metadata } = description;
    const left = { included: false };
    return { ...metadata, inputDetails: left, ...(output !== undefined && { outputDetails: left }) };
  }

  async describeMachine(input: Input): Promise<object> {
    const { machine, record } = await this.stored(input['executionArn']);
    return this.machines.describeRevision(machine, record.r);
  }

  async history(input: Input): Promise<object> {
    const { machine, name, record, log } = await this.stored(input['executionArn']);
    const size = pageSize(input);
    const reverse = input['reverseOrder'] === true;
    const includeData = input['includeExecutionData'] !== false;
    const request = `history ${machine} ${name} ${reverse}`;
    const from = Number(readPageToken(input, request, this.host.clock.now()) ?? (reverse ? record.n : 1));
    const events: object[] = [];
    let id = from;
    for (; events.length < size && id >= 1 && id <= record.n; id += reverse ? -1 : 1)
      events.push(log.event(id, includeData));
    const more = id >= 1 && id <= record.n;
    return { events, ...(more && { nextToken: makePageToken(request, id, this.host.clock.now()) }) };
  }

  async list(input: Input): Promise<object> {
    if (input['mapRunArn'] !== undefined) throw notServed('the executions of a Map Run (mapRunArn)');
    // Both filters are for Map Runs: "If you provide a stateMachineArn …, the API returns a validation exception."
    if (input['redriveFilter'] !== undefined) throw invalid("Value at 'redriveFilter' needs a 'mapRunArn'");
    if (input['statusFilter'] === 'PENDING_REDRIVE')
      throw invalid("The 'statusFilter' PENDING_REDRIVE needs a 'mapRunArn'");
    const machine = this.machines.existing(input['stateMachineArn']).name;
    const status = statusFilter(input['statusFilter']);
    const size = pageSize(input);
    const request = `executions ${machine} ${status ?? ''}`;
    const after = readPageToken(input, request, this.host.clock.now());
    const executions: object[] = [];
    let last: string | undefined;
    let more = false;
    for await (const [key, name] of this.names(machine, status, after as string | undefined)) {
      const stored = this.executions.store.read(machine, name);
      if (!stored || (status && stored.record.s !== status)) continue;
      more = executions.length === size;
      if (more) break;
      executions.push(this.listed(stored));
      last = key;
    }
    return {
      executions,
      ...(more && last !== undefined && { nextToken: makePageToken(request, last, this.host.clock.now()) }),
    };
  }

  /** Stopping what has ended already changes nothing. */
  async stop(input: Input): Promise<object> {
    const { machine, name } = executionNamesOf(requiredText(input, 'executionArn'));
    const error = optionalText(input, 'error', LONGEST_ERROR);
    const cause = optionalText(input, 'cause', LONGEST_CAUSE);
    const running = this.executions.running(machine, name);
    if (!running) return { stopDate: seconds((await this.stored(input['executionArn'])).record.e as number) };
    this.executions.engine.stop(running, error, cause);
    await running.onDisk();
    return { stopDate: seconds(running.stopMs as number) };
  }

  async redrive(input: Input): Promise<object> {
    const stored = await this.stored(input['executionArn']);
    const deleted = this.machines.find(stored.machine) === undefined;
    const reason = notRedrivable(stored.record, { nowMs: this.host.clock.now(), deleted });
    if (reason !== undefined) {
      throw new AwsError('ExecutionNotRedrivable', `Execution is not redrivable: '${reason}'`);
    }
    const execution = this.executions.redrive(stored);
    await execution.onDisk();
    return { redriveDate: seconds(execution.redriveMs as number) };
  }

  private async *names(
    machine: string,
    status: ExecutionStatus | undefined,
    after: string | undefined,
  ): AsyncGenerator<readonly [string, string]> {
    if (status !== 'RUNNING') {
      yield* this.executions.store.names(machine, status, after);
      return;
    }
    const names = this.executions.allRunning(machine).map(({ header }) => header.name);
    for (const name of names.slice(after === undefined ? 0 : names.indexOf(after) + 1)) yield [name, name];
  }

  private listed(stored: StoredExecution): object {
    const {
      executionArn: arn,
      stateMachineArn,
      name,
      status,
      startDate,
      stopDate,
      redriveCount,
      redriveDate,
    } = describeExecution(stored, this.host);
    return { executionArn: arn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate };
  }

  /** What is on disk of an execution; of a running one, once its latest transition is. */
  private async stored(arn: unknown): Promise<StoredExecution> {
    const { machine, name } = executionNamesOf(arn);
    await this.executions.running(machine, name)?.onDisk();
    const stored = this.executions.store.read(machine, name);
    if (!stored) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(arn)}'`);
    return stored;
  }
}

const STATUSES: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

function statusFilter(value: unknown): ExecutionStatus | undefined {
  if (value === undefined || value === null) return undefined;
  const status = STATUSES.find((one) => one === value);
  if (status !== undefined) return status;
  const allowed = [...STATUSES, 'PENDING_REDRIVE'].join(', ');
  throw invalid(
    `Value '${JSON.stringify(value)}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [${allowed}]`,
  );
}

function executionInput(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
  return text;
}
