import type { PassState } from '../../definition/workflow.ts';
import type { Outcome } from '../outcome.ts';
import type { Run } from '../run.ts';

/** Pass does nothing itself: its Assign and Output are the executor's business. */
export function beginPass({ visit }: Run<PassState>): Outcome {
  return { output: visit.input };
}
