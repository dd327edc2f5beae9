import type { State } from '../definition/workflow.ts';
import { EvaluationError, type StateError } from './errors.ts';
import { retrierFor, retryDelayMs } from './retry.ts';
import type { Run } from './run.ts';

/** Writes what the failure of a state shows in the history, besides what its action has written. */
export function logFailure({ execution, walker, visit, state }: Run<State>, failure: StateError): void {
  if (failure instanceof EvaluationError) {
    const { error, errorCause, location } = failure;
    const first = !visit.decided && walker.lastEvent === visit.enteredEventId;
    const previous = first ? visit.previousEventId : walker.lastEvent;
    walker.lastEvent = execution.event(
      walker,
      previous,
      'EvaluationFailed',
      error,
      errorCause,
      location,
      failure.state,
    );
  }
  if (state.type === 'Map' || state.type === 'Parallel') execution.step(walker, `${state.type}StateFailed`);
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
