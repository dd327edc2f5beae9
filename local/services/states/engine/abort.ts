import type { Execution } from './execution.ts';
import type { Visit, Walker } from './walker.ts';

/**
 * Ends walkers that nobody needs any more, and whatever runs below them. AWS writes an event for every state and iteration
 * that is cut, and lets all of them follow the last event of the branch that failed; `previousEventId` undefined writes none.
 */
export function abortWalkers(
  execution: Execution,
  walkers: readonly (Walker | undefined)[],
  previousEventId: number | undefined,
): void {
  for (const walker of walkers) if (walker && !walker.ended) abortWalker(execution, walker, previousEventId);
}

function abortWalker(execution: Execution, walker: Walker, previousEventId: number | undefined): void {
  const { visit } = walker;
  walker.ended = 'aborted';
  // What has not entered its first state has left no event.
  if (!visit) return;
  quiet(visit);
  orphan(execution, visit);
  const above = walker.parent?.visit?.state;
  if (previousEventId !== undefined && above?.type === 'Map' && !above.distributed) {
    execution.event(walker, previousEventId, 'MapIterationAborted', above.name, walker.index);
  }
  if (visit.waiting?.kind === 'children') abortWalkers(execution, visit.waiting.children, previousEventId);
  const { type } = visit.state;
  if (previousEventId !== undefined && (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map')) {
    execution.event(walker, previousEventId, `${type}StateAborted`);
  }
}

/** Nothing of this visit may wake anybody any more. */
export function quiet(visit: Visit): void {
  for (const timer of visit.timers) timer.cancel();
  visit.timers = [];
}

/** The same for a walker and all below it, when the execution has ended. */
export function quietAll(execution: Execution, walker: Walker): void {
  const { visit } = walker;
  if (!visit) return;
  quiet(visit);
  if (!walker.ended) orphan(execution, visit);
  if (visit.waiting?.kind === 'children')
    visit.waiting.children.forEach((child) => child && quietAll(execution, child));
}

/** The execution that a `.sync` task waits for has nobody to wait for it any more. */
export function orphan(execution: Execution, { waiting }: Visit): void {
  if (waiting?.kind === 'task' && waiting.childArn !== undefined) execution.orphans.push(waiting.childArn);
}
