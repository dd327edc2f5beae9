import type { Execution } from './execution.ts';
import type { Visit, Walker } from './walker.ts';

/** Ends walkers that nobody needs any more, and whatever runs below them, with the events that AWS writes. */
export function abortWalkers(execution: Execution, walkers: readonly (Walker | undefined)[]): void {
  for (const walker of walkers) if (walker && !walker.ended) abortWalker(execution, walker);
}

function abortWalker(execution: Execution, walker: Walker): void {
  const { visit } = walker;
  // What has not entered its first state has left no event that another could follow.
  if (!visit) {
    walker.ended = 'aborted';
    return;
  }
  quiet(visit);
  if (visit.waiting?.kind === 'children') abortWalkers(execution, visit.waiting.children);
  walker.ended = 'aborted';
  const { type } = visit.state;
  if (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map') {
    execution.step(walker, `${type}StateAborted`);
  }
  const above = walker.parent?.visit?.state;
  if (above?.type === 'Map' && !above.distributed) {
    execution.event(walker, walker.lastEvent, 'MapIterationAborted', above.name, walker.index);
  }
}

/** Nothing of this visit may wake anybody any more. */
export function quiet(visit: Visit): void {
  for (const timer of visit.timers) timer.cancel();
  visit.timers = [];
}

/** The same for a walker and all below it. */
export function quietAll(walker: Walker): void {
  const { visit } = walker;
  if (!visit) return;
  quiet(visit);
  if (visit.waiting?.kind === 'children') visit.waiting.children.forEach((child) => child && quietAll(child));
}
