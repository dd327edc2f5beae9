import type { Effects, State } from '../definition/workflow.ts';
import { VariableTexts } from '../history/event-log.ts';
import { evaluateTemplate } from '../jsonata/template.ts';
import { bindingsFor, type StatesExtras } from './bindings.ts';
import { EvaluationError, EvaluationFault, type StateError, tooLarge } from './errors.ts';
import type { Done } from './outcome.ts';
import { Payload } from './payload.ts';
import type { Run } from './run.ts';
import { checkVariableLimit } from './variable-limit.ts';

/** A state that has been left: where to, with what. */
export interface Left {
  readonly next: string | undefined;
  readonly output: Payload;
}

/** Leaves a state that did its work: Assign and Output see the values of its entry, and both count or neither. */
export async function leaveState(run: Run<State>, { result, output, transition }: Done): Promise<Left> {
  const { state } = run;
  const effects = transition ?? state;
  const extras: StatesExtras = { result };
  const next = transition ? transition.next : state.next;
  return exit(run, effects, extras, output, next);
}

/** Leaves a state by one of its Catchers. */
export async function leaveByCatcher(
  run: Run<State>,
  catcher: Effects & { next: string },
  failure: StateError,
): Promise<Left> {
  const errorOutput = {
    ...(failure.error !== undefined && { Error: failure.error }),
    ...(failure.errorCause !== undefined && { Cause: failure.errorCause }),
  };
  return exit(run, catcher, { errorOutput }, new Payload(errorOutput), catcher.next);
}

async function exit(
  run: Run<State>,
  { assign, output: outputTemplate, place }: Effects,
  extras: StatesExtras,
  defaultOutput: Payload,
  next: string | undefined,
): Promise<Left> {
  const { execution, walker, visit, state } = run;
  let variables: Record<string, unknown> | undefined;
  let output = defaultOutput;
  if (assign || outputTemplate) {
    const bindings = bindingsFor(execution, walker, visit, [assign, outputTemplate], extras);
    try {
      if (assign) variables = (await evaluateTemplate(assign, bindings, `${place}Assign`)) as Record<string, unknown>;
      if (outputTemplate) output = new Payload(await evaluateTemplate(outputTemplate, bindings, `${place}Output`));
    } catch (error) {
      if (error instanceof EvaluationFault) throw new EvaluationError(error, state.name, visit.enteredEventId);
      throw error;
    }
  }
  const assigned = variables && new Payload(variables);
  if (output.tooLarge || assigned?.tooLarge) throw tooLarge(state.name);
  if (assigned) checkVariableLimit(run, assigned);
  // The stopped execution must not show that a state was left which never was.
  if (execution.ended || walker.ended) return { next, output };
  const texts = variables && new VariableTexts(variables);
  const eventId = execution.step(walker, `${state.type}StateExited`, state.name, output, texts);
  if (variables) walker.scope.assign(variables, eventId);
  return { next, output };
}
