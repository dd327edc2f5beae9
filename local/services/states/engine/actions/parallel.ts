import type { ParallelState } from '../../definition/workflow.ts';
import { type StateError, tooLarge } from '../errors.ts';
import { type Outcome, WAITING } from '../outcome.ts';
import { Payload } from '../payload.ts';
import type { Run } from '../run.ts';
import { Walker, type WaitingForChildren } from '../walker.ts';

/** Sets all branches off with the same input. */
export async function beginParallel(run: Run<ParallelState>): Promise<Outcome> {
  const { state, visit, walker, execution, engine } = run;
  const input = state.arguments ? new Payload(await run.evaluate(state.arguments, 'Arguments')) : visit.input;
  if (input.tooLarge) throw tooLarge(state.name);
  const started = execution.step(walker, 'ParallelStateStarted');
  const children = state.branches.map((branch, index) => new Walker(branch, started, { parent: walker, index }));
  visit.waiting = { kind: 'children', children, items: undefined, maxConcurrency: 0, toleratedFailures: 0 };
  for (const child of children) {
    engine.launch(execution, child, engine.enter(execution, child, child.workflow.startAt, input));
  }
  return WAITING;
}

/** A branch has come to its end; when it is the last one, the state is done. */
export function branchSucceeded(run: Run<ParallelState>, waiting: WaitingForChildren): Outcome {
  if (!waiting.children.every((child) => child?.reported)) return WAITING;
  const result = new Payload(waiting.children.map((child) => child?.output?.value));
  run.walker.lastEvent = Math.max(...waiting.children.map((child) => child?.lastEvent ?? 0));
  run.execution.event(run.walker, run.walker.lastEvent, 'ParallelStateSucceeded');
  return { result, output: result };
}

/** One failed branch fails the state and ends the others. */
export function branchFailed(
  run: Run<ParallelState>,
  waiting: WaitingForChildren,
  branch: Walker,
  failure: StateError,
): never {
  run.engine.abort(run.execution, waiting.children, failure, branch.lastEvent);
  run.walker.lastEvent = branch.lastEvent;
  throw failure;
}
