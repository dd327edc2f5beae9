import { AwsError } from '../../../aws-error.ts';
import type { AslMachine, AslState } from '../definition/asl.ts';
import { compileMachine } from '../definition/compile.ts';
import { type Diagnostic, refusal } from '../definition/diagnostics.ts';
import { isObject } from '../definition/field-checks.ts';
import { validateDefinition } from '../definition/validate.ts';
import type { State, Workflow } from '../definition/workflow.ts';
import type { ExpressionCompiler } from '../jsonata/expression.ts';
import { invalid } from '../operations/input.ts';

/** The name of a state that comes without a machine, and so without one. */
const NAMELESS = 'TestState';

/** The state under test: by name in a machine, at any depth, or as it stands. */
export function testedState(definition: string, stateName: string | undefined, compiler: ExpressionCompiler): State {
  if (stateName === undefined) return loneState(definition, compiler);
  refuse(validateDefinition(definition, compiler));
  const state = named(compileMachine(JSON.parse(definition) as AslMachine, compiler), stateName);
  if (!state) throw invalid(`Value '${stateName}' at 'stateName' failed to satisfy constraint: no such state`);
  return state;
}

/** A state on its own is checked in a machine that has nothing else but the states that it leads to. */
function loneState(definition: string, compiler: ExpressionCompiler): State {
  const asl = parsed(definition);
  const targets = targetsOf(asl).filter((target) => target !== NAMELESS);
  const States = Object.fromEntries([
    [NAMELESS, asl],
    ...targets.map((target) => [target, { Type: 'Succeed' }] as const),
  ]) as Record<string, AslState>;
  const machine: AslMachine = { StartAt: NAMELESS, States };
  refuse(
    validateDefinition(JSON.stringify(machine), compiler)
      .filter(({ code }) => code !== 'MISSING_END_STATE')
      .map((diagnostic) => ({
        ...diagnostic,
        location: diagnostic.location?.replace(`/States/${NAMELESS}`, '') || '/',
      })),
  );
  return compileMachine(machine, compiler).states.get(NAMELESS) as State;
}

function parsed(definition: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(definition);
  } catch (error) {
    refuse([{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message: (error as Error).message, location: '/' }]);
  }
  if (isObject(value)) return value;
  const message = 'Expected value of type [OBJECT]';
  refuse([{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: '/' }]);
  return {};
}

/** Where a state may lead to: Next, Default, and the Next of its rules and Catchers. */
function targetsOf(state: Record<string, unknown>): string[] {
  const rules = [state['Choices'], state['Catch']].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  const targets = [
    state['Next'],
    state['Default'],
    ...rules.map((rule) => (isObject(rule) ? rule['Next'] : undefined)),
  ];
  return targets.filter((target) => typeof target === 'string');
}

function refuse(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) throw new AwsError('InvalidDefinition', refusal(errors));
}

function named(workflow: Workflow, name: string): State | undefined {
  const own = workflow.states.get(name);
  if (own) return own;
  for (const state of workflow.states.values()) {
    for (const inner of workflowsIn(state)) {
      const found = named(inner, name);
      if (found) return found;
    }
  }
  return undefined;
}

/** The branches of a Parallel state, the processor of a Map state. */
function workflowsIn(state: State): readonly Workflow[] {
  if (state.type === 'Parallel') return state.branches;
  return state.type === 'Map' ? [state.processor] : [];
}

/** Whether a state of this name is somewhere inside a Parallel or Map state. */
export function holdsState(state: State, name: string): boolean {
  return workflowsIn(state).some((workflow) => named(workflow, name) !== undefined);
}
