import { AwsError } from '../../../aws-error.ts';
import type { TaskState } from '../definition/workflow.ts';
import { failTask, heartbeat, succeed } from '../engine/actions/task.ts';
import { StateError } from '../engine/errors.ts';
import type { Execution } from '../engine/execution.ts';
import type { Step } from '../engine/outcome.ts';
import { LARGEST_PAYLOAD_BYTES, Payload } from '../engine/payload.ts';
import type { Run } from '../engine/run.ts';
import { readToken } from '../engine/task-token.ts';
import type { Walker, WaitingForTask } from '../engine/walker.ts';
import type { Executions } from '../executions.ts';
import { type Input, missing, optionalText, requiredText } from './input.ts';

/** AWS's limits for what SendTaskFailure says. */
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

interface WaitingTask {
  readonly execution: Execution;
  readonly run: Run<TaskState>;
  readonly waiting: WaitingForTask;
}

/** What answers a task token. */
export class TokenOperations {
  private readonly executions: Executions;

  constructor(executions: Executions) {
    this.executions = executions;
  }

  async success(input: Input): Promise<object> {
    const task = this.task(input);
    const text = optionalText(input, 'output', LARGEST_PAYLOAD_BYTES);
    if (text === undefined) throw missing('output');
    const output = new Payload(taskOutput(text), text);
    return this.answer(task, () => succeed(task.run, output));
  }

  async failure(input: Input): Promise<object> {
    const task = this.task(input);
    const failure = new StateError(
      optionalText(input, 'error', LONGEST_ERROR),
      optionalText(input, 'cause', LONGEST_CAUSE),
    );
    return this.answer(task, () => failTask(task.run, failure));
  }

  async heartbeat(input: Input): Promise<object> {
    const { run, waiting, execution } = this.task(input);
    heartbeat(run, waiting);
    await execution.onDisk();
    return {};
  }

  /** Acknowledged when what it led to is on disk. */
  private async answer({ run, execution }: WaitingTask, step: Step): Promise<object> {
    this.executions.engine.resume(run, run.visit.attempt, step);
    await execution.onDisk();
    return {};
  }

  private task(input: Input): WaitingTask {
    const text = requiredText(input, 'taskToken');
    const token = readToken(text);
    if (!token) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    const { machineName, executionName } = token;
    const execution = this.executions.running(machineName, executionName);
    const walker = execution && waitingFor(execution.root, text);
    if (execution && walker) {
      const run = this.executions.engine.run(execution, walker) as Run<TaskState>;
      return { execution, run, waiting: run.visit.waiting as WaitingForTask };
    }
    if (execution || this.executions.store.read(machineName, executionName)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
  }
}

/** The walker that waits for this token. */
function waitingFor(walker: Walker, token: string): Walker | undefined {
  const waiting = walker.ended ? undefined : walker.visit?.waiting;
  if (waiting?.kind === 'task') return waiting.token === token ? walker : undefined;
  if (waiting?.kind !== 'children') return undefined;
  for (const child of waiting.children) {
    const found = child && waitingFor(child, token);
    if (found) return found;
  }
  return undefined;
}

function taskOutput(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}
