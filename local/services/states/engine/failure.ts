import type { State } from '../definition/workflow.ts';
import { EvaluationError, RUNTIME, type StateError } from './errors.ts';
import { retrierFor, retryDelayMs } from './retry.ts';
import type { Run } from './run.ts';

/** Writes that an evaluation failed, once per attempt. */
export function logEvaluation({ execution, walker, visit }: Run<State>, failure: StateError): void {
  if (!(failure instanceof EvaluationError)) return;
  const { error, errorCause, location } = failure;
  const first = !visit.decided && walker.lastEvent === visit.enteredEventId;
  const previous = first ? visit.previousEventId : walker.lastEvent;
  walker.lastEvent = execution.event(walker, previous, 'EvaluationFailed', error, errorCause, location, failure.state);
}

/**
 * Writes that a Parallel or Map state failed, once no Retrier takes the error. AWS leaves it out for States.Runtime, which
 * ends the execution as a whole.
 */
export function logStateFailed({ execution, walker, state }: Run<State>, { error }: StateError): void {
  const { type } = state;
  if ((type === 'Map' || type === 'Parallel') && error !== RUNTIME) execution.step(walker, `${type}StateFailed`);
}

/** The task with which a branch or an iteration fails shows as aborted there; the event is nobody's previous one. */
export function logTaskCut({ execution, walker, state }: Run<State>, { error }: StateError): void {
  if (walker.parent && state.type === 'Task' && error !== RUNTIME) {
    execution.event(walker, walker.lastEvent, 'TaskStateAborted');
  }
}

/** Uses up an attempt of the Retrier that takes the error; the delay until then, or undefined when none does. */
export function takeRetry({ visit, state, engine }: Run<State>, failure: StateError): number | undefined {
  const found = retrierFor(state.retriers, visit.retries, failure);
  if (!found) return undefined;
  const retries = state.retriers.map((_, index) => visit.retries[index] ?? 0);
  const used = retries[found.index] ?? 0;
  retries[found.index] = used + 1;
  visit.retries = retries;
  return retryDelayMs(found.retrier, used, () => engine.host.random());
}
