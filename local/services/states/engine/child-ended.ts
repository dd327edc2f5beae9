import type { State } from '../definition/workflow.ts';
import { iterationFailed, iterationSucceeded } from './actions/map.ts';
import { branchFailed, branchSucceeded } from './actions/parallel.ts';
import type { StateError } from './errors.ts';
import { type Outcome, WAITING } from './outcome.ts';
import type { Run } from './run.ts';
import type { Walker, WaitingForChildren } from './walker.ts';

/** What the end of a branch or an iteration means for the state that it belongs to. */
export function childEnded(run: Run<State>, child: Walker, failure: StateError | undefined): Outcome {
  child.reported = true;
  const { waiting } = run.visit;
  // Another child, whose end came in the same turn, has decided already.
  if (waiting?.kind !== 'children' || waiting.decided) return WAITING;
  waiting.decided = true;
  const outcome = outcomeOf(run, waiting, child, failure);
  waiting.decided = outcome !== WAITING;
  return outcome;
}

function outcomeOf(
  run: Run<State>,
  waiting: WaitingForChildren,
  child: Walker,
  failure: StateError | undefined,
): Outcome {
  const parent = run as Run<never>;
  if (run.state.type === 'Map') {
    return failure ? iterationFailed(parent, waiting, child, failure) : iterationSucceeded(parent, waiting, child);
  }
  return failure ? branchFailed(parent, waiting, child, failure) : branchSucceeded(parent, waiting);
}
