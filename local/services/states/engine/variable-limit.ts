import { DATA_LIMIT_EXCEEDED, causeIn, StateError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Payload } from './payload.ts';
import { jsonBytes } from './scope.ts';
import type { Run } from './run.ts';
import type { State } from '../definition/workflow.ts';
import type { Walker } from './walker.ts';

/**
 * AWS's limit for all variables of an execution together.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
const LARGEST_TOTAL_BYTES = 10 * 1024 * 1024;

/** A character of JSON takes at most three bytes (a surrogate pair four). */
const BYTES_PER_CHARACTER = 3;

/**
 * Fails a state whose Assign would make the variables larger than they may be. What was assigned so far is counted as if
 * nothing were ever replaced; only when that reaches the limit are the variables themselves measured.
 */
export function checkVariableLimit({ execution, walker, visit, state }: Run<State>, assigned: Payload): void {
  // Iterations of a distributed Map are executions of their own, with a limit of their own that 256 KiB per Assign spare us.
  if (walker.silent) return;
  execution.assignedBytes += assigned.text.length * BYTES_PER_CHARACTER;
  if (execution.assignedBytes <= LARGEST_TOTAL_BYTES) return;
  execution.assignedBytes = variableBytes(execution, walker, assigned);
  if (execution.assignedBytes <= LARGEST_TOTAL_BYTES) return;
  const problem = `The variables of the execution would exceed ${LARGEST_TOTAL_BYTES} bytes in total.`;
  throw new StateError(DATA_LIMIT_EXCEEDED, causeIn(state.name, visit.enteredEventId, problem));
}

/** Bytes of all variables once a walker has assigned these. */
function variableBytes({ root }: Execution, assigning: Walker, { value }: Payload): number {
  const assigned = value as Readonly<Record<string, unknown>>;
  const ofWalker = (walker: Walker): number => {
    const { waiting } = walker.visit ?? {};
    const inside = waiting?.kind === 'children' ? waiting.children : [];
    return inside.reduce(
      (sum, child) => sum + (child && !child.ended && !child.silent ? ofWalker(child) : 0),
      walker.scope.bytesBeside(walker === assigning ? assigned : {}),
    );
  };
  return Object.values(assigned).reduce<number>((sum, one) => sum + jsonBytes(one), ofWalker(root));
}
