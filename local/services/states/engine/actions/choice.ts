import type { ChoiceState } from '../../definition/workflow.ts';
import { causeIn, RUNTIME, StateError } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { Run } from '../run.ts';

/** Follows the first rule whose Condition is true, else Default; only the rule that was followed assigns and puts out. */
export async function beginChoice(run: Run<ChoiceState>): Promise<Outcome> {
  const { state, visit } = run;
  for (const [index, rule] of state.choices.entries()) {
    const matches = await run.evaluateTyped(rule.condition, `Choices[${index}]/Condition`, 'boolean');
    if (matches === true) return { output: visit.input, transition: rule };
  }
  if (state.defaultNext === undefined) {
    const noWay = 'Failed to transition out of the state. The state does not point to a next state.';
    throw new StateError(RUNTIME, causeIn(state.name, visit.enteredEventId, noWay));
  }
  const { assign, output, place } = state;
  return { output: visit.input, transition: { next: state.defaultNext, assign, output, place } };
}
