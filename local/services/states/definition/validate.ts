import type { ExpressionCompiler } from '../jsonata/expression.ts';
import type { AslMachine, QueryLanguage } from './asl.ts';
import { checkState } from './check-state.ts';
import { checkTransitions } from './check-transitions.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import {
  type FieldCheck,
  integer,
  isObject,
  LONGEST_SECONDS,
  object,
  oneOf,
  queryLanguage,
  text,
} from './field-checks.ts';

const WORKFLOW_FIELDS: Readonly<Record<string, FieldCheck>> = {
  Comment: text,
  StartAt: text,
  States: object,
};
const MACHINE_FIELDS = {
  ...WORKFLOW_FIELDS,
  QueryLanguage: queryLanguage,
  Version: text,
  TimeoutSeconds: integer(1, LONGEST_SECONDS),
};
const PROCESSOR_FIELDS = { ...WORKFLOW_FIELDS, ProcessorConfig: object };

/** AWS's limit for a state's name, in characters. */
const LONGEST_STATE_NAME = 80;

interface Walk {
  readonly diagnostics: Diagnostics;
  readonly compiler: ExpressionCompiler;
  readonly machineLanguage: QueryLanguage;
  /** Names of states and labels so far: both are unique in the whole machine. */
  readonly stateNames: Set<string>;
  readonly labels: Set<string>;
}

/** All that is wrong with a definition; an empty list lets it be created. */
export function validateDefinition(definition: string, compiler: ExpressionCompiler): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  let machine: unknown;
  try {
    machine = JSON.parse(definition);
  } catch (error) {
    diagnostics.add('INVALID_JSON_DESCRIPTION', undefined, (error as Error).message);
    return diagnostics.found;
  }
  if (!isObject(machine)) diagnostics.schema('', 'Expected value of type [OBJECT]');
  else {
    const machineLanguage = languageOf((machine as unknown as AslMachine).QueryLanguage, 'JSONPath');
    const walk: Walk = { diagnostics, compiler, machineLanguage, stateNames: new Set(), labels: new Set() };
    checkWorkflow(machine, '', MACHINE_FIELDS, walk, new Set());
  }
  return diagnostics.found;
}

/** Only the exact word is JSONPath; whatever else is written means JSONata, besides being refused. */
function languageOf(written: unknown, inherited: QueryLanguage): QueryLanguage {
  if (written === undefined) return inherited;
  return written === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

function checkWorkflow(
  workflow: Record<string, unknown>,
  location: string,
  fields: Readonly<Record<string, FieldCheck>>,
  walk: Walk,
  outerVariables: ReadonlySet<string>,
): void {
  const { diagnostics } = walk;
  const missing = ['States', 'StartAt'].filter((name) => workflow[name] === undefined);
  if (missing.length > 0) diagnostics.schema(location, `These fields are required: [${missing.join(', ')}]`);
  for (const [name, value] of Object.entries(workflow)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check) check(value, `${location}/${name}`, diagnostics);
    else diagnostics.schema(location, `Field '${name}' is not supported`);
  }
  const { States } = workflow;
  if (!isObject(States)) return;
  if (Object.keys(States).length === 0)
    return diagnostics.schema(`${location}/States`, 'At least one state is required');
  const variables = checkVariables(States, location, walk, outerVariables);
  for (const [name, state] of Object.entries(States))
    checkNamedState(name, state, `${location}/States/${name}`, walk, variables);
  checkTransitions(workflow, location, diagnostics);
}

function checkNamedState(
  name: string,
  state: unknown,
  location: string,
  walk: Walk,
  variables: ReadonlySet<string>,
): void {
  const { diagnostics, compiler, machineLanguage } = walk;
  if ([...name].length > LONGEST_STATE_NAME || name === '') {
    diagnostics.add('INVALID_STATE_NAME', location, `State name must have 1 to ${LONGEST_STATE_NAME} characters`);
  }
  if (walk.stateNames.has(name)) diagnostics.add('DUPLICATE_STATE_NAME', location, `Duplicate State name: ${name}`);
  walk.stateNames.add(name);
  if (!isObject(state)) return diagnostics.schema(location, 'Expected value of type [OBJECT]');
  let language = languageOf(state['QueryLanguage'], machineLanguage);
  if (machineLanguage === 'JSONata' && language === 'JSONPath') {
    diagnostics.schema(location, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    // That is all there is to say of its language.
    language = 'JSONata';
  }
  checkState(state, location, { diagnostics, compiler, language, state: name, variables });
  const { Label } = state;
  if (typeof Label === 'string' && Label !== '') {
    if (walk.labels.has(Label))
      diagnostics.add('DUPLICATE_LABEL_NAME', `${location}/Label`, `Duplicate label: ${Label}`);
    walk.labels.add(Label);
  }
  if (state['Type'] === 'Map') checkProcessor(state['ItemProcessor'], `${location}/ItemProcessor`, walk, variables);
  if (state['Type'] === 'Parallel') checkBranches(state['Branches'], `${location}/Branches`, walk, variables);
}

function checkProcessor(processor: unknown, location: string, walk: Walk, variables: ReadonlySet<string>): void {
  if (processor === undefined) return;
  if (!isObject(processor)) return walk.diagnostics.schema(location, 'Expected value of type [OBJECT]');
  const mode = isObject(processor['ProcessorConfig']) ? processor['ProcessorConfig']['Mode'] : undefined;
  if (mode !== undefined) oneOf('INLINE', 'DISTRIBUTED')(mode, `${location}/ProcessorConfig/Mode`, walk.diagnostics);
  // A distributed Map is a world of its own: it does not see outer variables, so it may use their names.
  checkWorkflow(processor, location, PROCESSOR_FIELDS, walk, mode === 'DISTRIBUTED' ? new Set() : variables);
}

function checkBranches(branches: unknown, location: string, walk: Walk, variables: ReadonlySet<string>): void {
  if (branches === undefined) return;
  if (!Array.isArray(branches) || branches.length === 0) {
    return walk.diagnostics.schema(location, 'Branches must be a non-empty array');
  }
  branches.forEach((branch: unknown, index) => {
    const at = `${location}[${index}]`;
    if (isObject(branch)) checkWorkflow(branch, at, WORKFLOW_FIELDS, walk, variables);
    else walk.diagnostics.schema(at, 'Expected value of type [OBJECT]');
  });
}

/** A variable of an inner workflow must not have the name of an outer one. Returns all names in sight. */
function checkVariables(
  states: Record<string, unknown>,
  location: string,
  { diagnostics }: Walk,
  outer: ReadonlySet<string>,
): ReadonlySet<string> {
  const all = new Set(outer);
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    for (const holder of assigners(state)) {
      for (const variable of Object.keys(isObject(holder['Assign']) ? holder['Assign'] : {})) {
        if (outer.has(variable)) {
          const problem = `The variable '${variable}' is assigned in an outer scope and cannot be assigned here`;
          diagnostics.schema(`${location}/States/${name}/Assign/${variable}`, problem);
        }
        all.add(variable);
      }
    }
  }
  return all;
}

function assigners(state: Record<string, unknown>): Record<string, unknown>[] {
  const inner = [state['Catch'], state['Choices']].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return [state, ...inner.filter(isObject)];
}
