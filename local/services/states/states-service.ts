import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import { readToken } from './engine/task-token.ts';
import { Executions } from './executions.ts';
import { ExpressionCompiler } from './jsonata/expression.ts';
import { checkLogRights } from './log-rights.ts';
import { MachineStore } from './machine-store.ts';
import { machineArn } from './operations/arns.ts';
import { ExecutionOperations } from './operations/execution-operations.ts';
import type { Input } from './operations/input.ts';
import { MachineOperations } from './operations/machine-operations.ts';
import { TagOperations } from './operations/tag-operations.ts';
import { TestStateOperation } from './operations/test-state-operation.ts';
import { TokenOperations } from './operations/token-operations.ts';
import { ExecutionRetention } from './persistence/execution-retention.ts';
import { stateMachineResource } from './state-machine-resource.ts';

type Operation = (input: Input, principal: Principal) => unknown;

/** AWS Step Functions: Standard workflows in JSONata, durable, with AWS's own histories. See docs/asl-support.md. */
export class StatesService implements AwsService {
  readonly names = ['states'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly machines: MachineStore;
  private readonly executions: Executions;
  private readonly retention: ExecutionRetention;
  private readonly operations: Readonly<Record<string, Operation>>;

  /** `keepExecutionsMs`: for how long after their end executions are kept; AWS's 90 days when absent. */
  constructor(host: Host, { keepExecutionsMs }: { readonly keepExecutionsMs?: number | undefined } = {}) {
    this.host = host;
    this.retention = new ExecutionRetention(host, keepExecutionsMs);
    const compiler = new ExpressionCompiler({
      now: () => host.clock.now(),
      random: () => host.random(),
      uuid: () => host.uuid(),
    });
    this.machines = new MachineStore(host.store, compiler);
    this.executions = new Executions(host, this.machines);
    const machines = new MachineOperations(host, this.machines, compiler);
    const executions = new ExecutionOperations(host, machines, this.executions);
    const tags = new TagOperations(this.machines);
    const tests = new TestStateOperation(host, compiler);
    const tokens = new TokenOperations(this.executions);
    this.resourceTypes = [stateMachineResource(machines, this.machines)];
    this.operations = {
      CreateStateMachine: (input) => machines.create(input),
      UpdateStateMachine: (input) => machines.update(input),
      DeleteStateMachine: (input) => machines.delete(input),
      DescribeStateMachine: (input) => machines.describe(input),
      ListStateMachines: (input) => machines.list(input),
      ValidateStateMachineDefinition: (input) => machines.validate(input),
      ListTagsForResource: (input) => tags.list(input),
      TagResource: (input) => tags.add(input),
      UntagResource: (input) => tags.remove(input),
      StartExecution: (input) => executions.start(input),
      StartSyncExecution: (input) => executions.startSync(input),
      DescribeExecution: (input) => executions.describe(input),
      DescribeStateMachineForExecution: (input) => executions.describeMachine(input),
      ListExecutions: (input) => executions.list(input),
      GetExecutionHistory: (input) => executions.history(input),
      StopExecution: (input) => executions.stop(input),
      RedriveExecution: (input) => executions.redrive(input),
      TestState: (input, principal) => tests.test(input, principal),
      SendTaskSuccess: (input) => tokens.success(input),
      SendTaskFailure: (input) => tokens.failure(input),
      SendTaskHeartbeat: (input) => tokens.heartbeat(input),
    };
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const perform = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (!perform) throw notServed(`the Step Functions operation ${operation}`);
    const members = (input ?? {}) as Input;
    this.host.authorize({ principal, action: `states:${operation}`, resource: this.resourceOf(operation, members) });
    return perform(members, principal);
  }

  async start(): Promise<void> {
    await this.machines.load();
    checkLogRights(this.host, this.machines);
    await this.executions.takeUpAll();
    this.retention.start();
  }

  stop(): Promise<void> {
    return this.executions.stop();
  }

  /** What IAM is asked about: the machine or execution that the request names; of a token, the machine it belongs to. */
  private resourceOf(operation: string, input: Input): string {
    const named = input['executionArn'] ?? input['stateMachineArn'] ?? input['resourceArn'];
    if (typeof named === 'string') return named;
    const token = typeof input['taskToken'] === 'string' ? readToken(input['taskToken']) : undefined;
    if (token) return machineArn(this.host, token.machineName);
    if (operation === 'CreateStateMachine') return machineArn(this.host, String(input['name']));
    return operation === 'ListStateMachines' ? machineArn(this.host, '*') : '*';
  }
}
