import { STEP_NAMES } from '../../core/saga-steps.ts';
import { synthesized, target } from './synthesized.ts';

const stack = synthesized();
const [[, machine] = ['', undefined]] = stack.ofType('AWS::StepFunctions::StateMachine');

interface Definition {
  readonly TimeoutSeconds?: number;
  readonly States: Record<
    string,
    { Type: string; Resource?: string; Arguments?: { FunctionName: string }; TimeoutSeconds?: number | string }
  >;
}

const definition = JSON.parse(machine?.Properties.DefinitionString as string) as Definition;
const substitutions = machine?.Properties.DefinitionSubstitutions as Record<string, unknown>;
const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');

describe('the state machine', () => {
  test('is a standard workflow, traced, and logs what happens without the data', () => {
    expect(machine?.Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  test('has a function for each step of the saga table', () => {
    expect(tasks.map(([name]) => name).sort()).toEqual([...STEP_NAMES].sort());
  });

  test.each(tasks)('%s calls the function of its own name', (name, { Arguments }) => {
    const placeholder = `\${${name}FunctionArn}`;
    expect(Arguments?.FunctionName).toBe(placeholder);
    expect(target(substitutions[`${name}FunctionArn`])).toBe(stack.functionNamed(name)[0]);
  });

  test('waits for people as long as the stage says: a week, or what is asked for', () => {
    expect(substitutions['InterventionDeadlineSeconds']).toBe('604800');
    expect(definition.States['OpenIntervention']?.TimeoutSeconds).toBe('{% ${InterventionDeadlineSeconds} %}');
    const shorter = synthesized('dev', { interventionDeadlineDays: '0.5' });
    const [, other] = shorter.ofType('AWS::StepFunctions::StateMachine')[0]!;
    expect(other.Properties.DefinitionSubstitutions).toMatchObject({ InterventionDeadlineSeconds: '43200' });
  });

  test.each(tasks.filter(([name]) => name !== 'OpenIntervention'))(
    '%s waits longer than its function may take',
    (name, { TimeoutSeconds = 0 }) => {
      expect(TimeoutSeconds).toBeGreaterThan(stack.functionNamed(name)[1].Properties.Timeout as number);
    },
  );

  test('substitutes nothing that the definition does not name', () => {
    const text = machine?.Properties.DefinitionString as string;
    expect(Object.keys(substitutions).filter((name) => !text.includes(`\${${name}}`))).toEqual([]);
  });
});
