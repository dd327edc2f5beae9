import type { FailState } from '../../definition/workflow.ts';
import { StateError } from '../errors.ts';
import type { Run } from '../run.ts';

/** Fails its workflow with the error and cause it says, either of which may be missing. */
export async function beginFail(run: Run<FailState>): Promise<never> {
  const error = await run.evaluateTyped(run.state.error, 'Error', 'string');
  const cause = await run.evaluateTyped(run.state.cause, 'Cause', 'string');
  throw new StateError(error as string | undefined, cause as string | undefined);
}
