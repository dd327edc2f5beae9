import type { TaskState } from '../../definition/workflow.ts';
import { LONGEST_SECONDS } from '../../definition/field-checks.ts';
import { orphan } from '../abort.ts';
import { HEARTBEAT_TIMEOUT, StateError, TIMEOUT, tooLarge } from '../errors.ts';
import { type Outcome, type Step, WAITING } from '../outcome.ts';
import { Payload } from '../payload.ts';
import type { Run } from '../run.ts';
import { makeToken } from '../task-token.ts';
import type { WaitingForTask } from '../walker.ts';
import { taskEvents } from './task-events.ts';

type TaskRun = Run<TaskState>;

/** Schedules the task; the call itself is made once the schedule is on its way to disk. */
export async function beginTask(run: TaskRun): Promise<Outcome> {
  const { state, visit, execution, engine } = run;
  const { machineName, name } = execution.header;
  const awaitsToken = state.resource.kind === 'service' && state.resource.pattern === 'waitForTaskToken';
  const token = awaitsToken ? makeToken({ machineName, executionName: name }, engine.host.uuid()) : undefined;
  const parameters = state.arguments ? await argumentsOf(run, token) : visit.input;
  if (parameters.tooLarge) throw tooLarge(state.name);
  const { timeoutSeconds, heartbeatSeconds } = await limitsOf(run);
  const credentials = (await run.evaluate(state.credentials, 'Credentials')) as { RoleArn?: string } | undefined;
  taskEvents(run).started(parameters, timeoutSeconds, heartbeatSeconds, credentials);
  const now = engine.host.clock.now();
  const waiting: WaitingForTask = {
    kind: 'task',
    parameters,
    token,
    timeoutDueMs: timeoutSeconds === undefined ? undefined : now + timeoutSeconds * 1000,
    heartbeatSeconds,
    heartbeatDueMs: undefined,
    submitted: false,
    childArn: undefined,
  };
  visit.waiting = waiting;
  // The heartbeat of a task that calls back starts when its call has been made.
  if (!awaitsToken && heartbeatSeconds !== undefined) waiting.heartbeatDueMs = now + heartbeatSeconds * 1000;
  continueTask(run, waiting);
  return WAITING;
}

/** What a service is called with must be an object; a function takes anything. */
async function argumentsOf(run: TaskRun, token: string | undefined): Promise<Payload> {
  const { arguments: template, resource } = run.state;
  const extras = { token };
  const value =
    resource.kind === 'service' && template?.kind === 'expression'
      ? await run.evaluateTyped(template, 'Arguments', 'object', extras)
      : await run.evaluate(template, 'Arguments', extras);
  return new Payload(value);
}

/** The times that a task has, which expressions may give. */
async function limitsOf(run: TaskRun): Promise<{ timeoutSeconds?: number; heartbeatSeconds?: number }> {
  const { state } = run;
  const bounds = { least: 1, most: LONGEST_SECONDS };
  const timeoutSeconds = await run.evaluateInteger(state.timeoutSeconds, 'TimeoutSeconds', bounds);
  const heartbeatSeconds = await run.evaluateInteger(state.heartbeatSeconds, 'HeartbeatSeconds', bounds);
  if (heartbeatSeconds !== undefined && timeoutSeconds !== undefined && heartbeatSeconds >= timeoutSeconds) {
    const problem = `The HeartbeatSeconds field must be smaller than TimeoutSeconds (${timeoutSeconds})`;
    throw run.misfit(`${problem} but was: ${heartbeatSeconds}`, 'HeartbeatSeconds');
  }
  return {
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
  };
}

/** Sets timers and makes the call, of a new task or of one that was under way when the host last ended. */
export function continueTask(run: TaskRun, waiting: WaitingForTask): void {
  const { execution, engine, visit } = run;
  const { clock } = engine.host;
  if (waiting.timeoutDueMs !== undefined) engine.arm(run, waiting.timeoutDueMs, () => timeOut(run, undefined));
  armHeartbeat(run, waiting);
  if (waiting.childArn !== undefined) awaitChild(run, waiting.childArn);
  if (waiting.submitted) return;
  const attempt = visit.attempt;
  const call = (): void => void makeCall(run, waiting, attempt);
  // A token leaves the host with the call, so what it refers to must be on disk first. Any other call may go out while the
  // commit is under way: its own effects are committed after it, in the same store.
  execution.calls.push(waiting.token === undefined ? call : () => void clock.work(() => execution.written).then(call));
}

async function makeCall(run: TaskRun, waiting: WaitingForTask, attempt: number): Promise<void> {
  const { engine, execution, state } = run;
  let step: Step;
  try {
    const result = await engine.integrations.call(execution.header, state.resource, waiting.parameters);
    const more = state.resource.kind === 'service' && state.resource.pattern !== 'requestResponse';
    step = more ? () => submitted(run, waiting, result) : () => succeed(run, result);
  } catch (error) {
    step = () => failTask(run, error);
  }
  engine.resume(run, attempt, step);
}

/** The task's result is there: from the call, or from SendTaskSuccess. */
export function succeed(run: TaskRun, result: Payload): Outcome {
  if (result.tooLarge) {
    const what = run.state.resource.kind === 'service' ? run.state.resource.service : run.state.resource.arn;
    const { error, errorCause } = tooLarge(what);
    throw taskEvents(run).failed(error, errorCause);
  }
  taskEvents(run).succeeded(result);
  return { result, output: result };
}

/** The call of a `.waitForTaskToken` or `.sync` task has been made; now the token, or the end of the child, is awaited. */
function submitted(run: TaskRun, waiting: WaitingForTask, result: Payload): Outcome {
  taskEvents(run).submitted(result);
  const now = run.engine.host.clock.now();
  waiting.submitted = true;
  if (waiting.token === undefined) waiting.childArn = (result.value as { ExecutionArn: string }).ExecutionArn;
  if (waiting.heartbeatSeconds !== undefined) waiting.heartbeatDueMs = now + waiting.heartbeatSeconds * 1000;
  run.visit.waiting = waiting;
  continueTask(run, waiting);
  return WAITING;
}

/** What became of the child is the result of the task, or its failure. */
function awaitChild(run: TaskRun, childArn: string): void {
  const { engine, execution, visit, state } = run;
  const { attempt } = visit;
  const take = async (): Promise<void> => {
    let step: Step;
    try {
      const result = await engine.integrations.resultOfChild(execution.header, state.resource, childArn);
      step = () => succeed(run, result);
    } catch (error) {
      step = () => failTask(run, error);
    }
    engine.resume(run, attempt, step);
  };
  visit.timers.push(engine.whenEnded(childArn, () => void engine.host.clock.work(take)));
}

/** SendTaskHeartbeat: the clock of HeartbeatSeconds starts anew. Leaves no event. */
export function heartbeat(run: TaskRun, waiting: WaitingForTask): void {
  if (waiting.heartbeatSeconds === undefined || waiting.heartbeatDueMs === undefined) return;
  waiting.heartbeatDueMs = run.engine.host.clock.now() + waiting.heartbeatSeconds * 1000;
  run.engine.save(run.execution);
}

function armHeartbeat(run: TaskRun, waiting: WaitingForTask): void {
  if (waiting.heartbeatDueMs === undefined) return;
  const { clock } = run.engine.host;
  run.engine.arm(run, waiting.heartbeatDueMs, () => {
    // A heartbeat has come in the meantime: wait for the next one.
    if (waiting.heartbeatDueMs !== undefined && waiting.heartbeatDueMs > clock.now()) {
      run.visit.waiting = waiting;
      if (waiting.timeoutDueMs !== undefined) run.engine.arm(run, waiting.timeoutDueMs, () => timeOut(run, undefined));
      armHeartbeat(run, waiting);
      return WAITING;
    }
    return timeOut(run, HEARTBEAT_TIMEOUT);
  });
}

/** Both limits show as States.Timeout; Catchers find a missed heartbeat under its own name too. */
function timeOut(run: TaskRun, alias: string | undefined): never {
  orphan(run.execution, run.visit);
  taskEvents(run).timedOut(TIMEOUT);
  throw new StateError(TIMEOUT, undefined, alias);
}

/** What a call threw becomes the failure of the task. */
export function failTask(run: TaskRun, error: unknown): never {
  if (error instanceof StateError) throw taskEvents(run).failed(error.error, error.errorCause);
  throw error;
}
