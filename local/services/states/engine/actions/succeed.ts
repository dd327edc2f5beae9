import type { SucceedState } from '../../definition/workflow.ts';
import type { Outcome } from '../outcome.ts';
import type { Run } from '../run.ts';

/** Ends its workflow with its output. */
export function beginSucceed({ visit }: Run<SucceedState>): Outcome {
  return { output: visit.input };
}
