import type { MapState, State, TaskState, WaitState } from '../definition/workflow.ts';
import { beginAction } from './actions/actions.ts';
import { startIterations } from './actions/map.ts';
import { continueTask } from './actions/task.ts';
import { continueWait } from './actions/wait.ts';
import type { Engine } from './engine.ts';
import type { Execution } from './execution.ts';
import { WAITING } from './outcome.ts';
import type { Run } from './run.ts';
import type { Walker, WaitingForChildren } from './walker.ts';

/** Goes on with an execution that was running when the host last ended: timers are set for when they were due, calls that
 * were under way are made again (a task runs at least once), tokens still count. */
export function takeUp(engine: Engine, execution: Execution): void {
  engine.armTimeout(execution);
  takeUpWalker(engine, execution, execution.root);
  engine.save(execution);
}

function takeUpWalker(engine: Engine, execution: Execution, walker: Walker): void {
  if (walker.ended || !walker.visit) return;
  const run = engine.run(execution, walker);
  const { waiting } = run.visit;
  switch (waiting?.kind) {
    case 'time':
      return continueWait(run as Run<WaitState>, waiting.dueMs);
    case 'retry':
      return engine.waitToRetry(run, waiting.dueMs);
    case 'task':
      return continueTask(run as Run<TaskState>, waiting);
    case 'children':
      return takeUpChildren(engine, run, waiting);
    case undefined:
      throw new Error(`${execution.header.arn} stands in ${run.state.name} and waits for nothing.`);
  }
}

function takeUpChildren(engine: Engine, run: Run<State>, waiting: WaitingForChildren): void {
  for (const child of waiting.children) if (child) takeUpWalker(engine, run.execution, child);
  // Iterations that have not begun, or of which nothing is kept, begin now.
  if (run.state.type === 'Map') startIterations(run as Run<MapState>, waiting, run.walker.lastEvent);
}

/**
 * RedriveExecution: goes on at the state that failed or was aborted, in every branch that did not succeed. Retriers count
 * from zero, and the times of states and of the machine begin anew.
 */
export function redrive(engine: Engine, execution: Execution): void {
  const now = engine.host.clock.now();
  execution.status = 'RUNNING';
  execution.stopMs = undefined;
  execution.failure = undefined;
  execution.redriveCount += 1;
  execution.redriveMs = now;
  const { timeoutSeconds } = execution.machine;
  execution.timeoutDueMs = timeoutSeconds === undefined ? undefined : now + timeoutSeconds * 1000;
  const redriven = execution.event(execution.root, 0, 'ExecutionRedriven', execution.redriveCount);
  engine.armTimeout(execution);
  redriveWalker(engine, execution, execution.root, redriven);
}

function redriveWalker(engine: Engine, execution: Execution, walker: Walker, redriven: number): void {
  if (walker.ended === 'succeeded') return;
  walker.ended = undefined;
  walker.reported = false;
  const run = engine.run(execution, walker);
  const { visit, state } = run;
  visit.retries = [];
  visit.decided = true;
  const { waiting } = visit;
  const again = waiting?.kind === 'children' && waiting.children.some((child) => child?.visit) ? waiting : undefined;
  if (!again) {
    visit.waiting = undefined;
    walker.lastEvent = redriven;
    return engine.launch(execution, walker, () => beginAction(run));
  }
  if (state.type === 'Map') forgetUnbegun(again);
  for (const child of again.children) if (child) redriveWalker(engine, execution, child, redriven);
  if (state.type === 'Map') {
    engine.launch(execution, walker, () => {
      startIterations(run as Run<MapState>, again, redriven);
      return WAITING;
    });
  }
}

/** An iteration that failed before its first state has nothing to go on from. */
function forgetUnbegun(waiting: WaitingForChildren): void {
  waiting.children.forEach((child, index) => {
    if (child && !child.visit && child.ended !== 'succeeded') waiting.children[index] = undefined;
  });
}
