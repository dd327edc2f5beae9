import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import jsonata from 'jsonata';
import { INFRASTRUCTURE_ERRORS } from '../../core/errors.ts';
import {
  FORWARD_STEPS,
  INFRASTRUCTURE_RETRIES,
  REDRIVABLE_STATES,
  SAGA_STEPS,
  STEP_NAMES,
  type StepName,
} from '../../core/saga-steps.ts';
import {
  DEFINITION,
  DEFINITION_TEXT,
  exitsOf,
  expressionsIn,
  type Retrier,
  STATES,
  type TaskState,
} from './definition.ts';

/** It is CommonJS and has no types of its own that this module system finds. */
const asl = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  isValid: boolean;
  errorsText: (separator?: string) => string;
};

/** Folders whose functions are steps of the saga; the other functions are called by the API, a stream or a queue. */
const STEP_FOLDERS = ['inventory', 'payment', 'shipment'];
const STEPS_AMONG_ORDER_FUNCTIONS = ['complete-order', 'close-order'];
/** Timeout of the functions behind the states, as the stack sets it. */
const FUNCTION_TIMEOUT_SECONDS = 10;

describe('the definition', () => {
  test('is valid Amazon States Language', () => {
    const { isValid, errorsText } = asl(DEFINITION);
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  test('has the steps of the saga as its states, and no others', () => {
    expect(Object.keys(DEFINITION.States).sort()).toEqual([...STEP_NAMES].sort());
    expect(DEFINITION.QueryLanguage).toBe('JSONata');
  });

  test('leads from its start to every state, and every Next exists', () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      exitsOf(DEFINITION.States[name]!).forEach(visit);
    };
    visit(DEFINITION.StartAt);
    expect([...reached].sort()).toEqual([...STEP_NAMES].sort());
  });

  test('takes four transitions when all goes well: reserve, charge, ship, complete', () => {
    const path: string[] = [];
    for (let name: string | undefined = DEFINITION.StartAt; name; name = DEFINITION.States[name]?.Next) path.push(name);
    expect(path).toEqual([...FORWARD_STEPS]);
    expect(DEFINITION.States[path.at(-1)!]?.End).toBe(true);
  });

  test('goes back to no state that it has left, so that it ends', () => {
    const leadsTo = (from: string, target: string): boolean =>
      exitsOf(DEFINITION.States[from]!).some((next) => next === target || leadsTo(next, target));
    expect(STEP_NAMES.filter((name) => leadsTo(name, name))).toEqual([]);
  });

  test('survives the template: no ${…} besides the functions that CDK fills in', () => {
    const placeholders = [...DEFINITION_TEXT.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
    expect(placeholders.sort()).toEqual(STEP_NAMES.map((name) => `${name}FunctionArn`).sort());
  });
});

describe.each(STATES)('%s', (name, state) => {
  const step = SAGA_STEPS[name as StepName];

  test('calls the function of its own name', () => {
    expect(state.Resource).toBe('arn:aws:states:::lambda:invoke');
    expect(state.Arguments.FunctionName).toBe(`\${${name}FunctionArn}`);
  });

  test('gives its function time to report its own timeout', () => {
    expect(state.TimeoutSeconds).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS);
  });

  test('goes on or ends, and says why it does what it does', () => {
    expect(state.End === true).toBe(state.Next === undefined);
    expect(state.Comment.length).toBeGreaterThan(20);
  });

  test('retries infrastructure errors for more than 15 minutes even if jitter halves every wait', () => {
    const retrier = retrierFor(state, 'StoreUnavailable');
    expect(retrier.ErrorEquals).toEqual([...INFRASTRUCTURE_ERRORS]);
    expect(retrier.MaxAttempts).toBe(INFRASTRUCTURE_RETRIES);
    expect(retrier.JitterStrategy).toBe('FULL');
    expect(longestWaitsSeconds(retrier) / 2).toBeGreaterThan(15 * 60);
  });

  test('retries its provider as often as the saga table says', () => {
    const ours = (state.Retry ?? []).filter(({ ErrorEquals }) => !ErrorEquals.includes('StoreUnavailable'));
    expect(
      ours.map(({ ErrorEquals, MaxAttempts, JitterStrategy }) => [ErrorEquals, MaxAttempts, JitterStrategy]),
    ).toEqual(step.transient ? [[step.transient.errors, step.transient.retries, 'FULL']] : []);
  });

  test('retries no business outcome, and nothing that it does not name', () => {
    const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(retried.filter((error) => error in step.business)).toEqual([]);
    expect(retried).not.toContain('States.ALL');
    expect(retried).not.toContain('States.TaskFailed');
  });

  test('catches what the saga table says; only a redrivable state lets anything else fail the execution', () => {
    const table = [
      ...Object.entries(step.business).map(([error, { next, closing }]) => [[error], next, closing]),
      ...(step.otherwise ? [[['States.ALL'], step.otherwise.next, step.otherwise.closing]] : []),
    ];
    expect(
      (state.Catch ?? []).map(({ ErrorEquals, Next, Assign }) => [ErrorEquals, Next, Assign?.['closing']?.['status']]),
    ).toEqual(table);
    const catchesAll = (state.Catch ?? []).some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
    expect(catchesAll).toBe(!REDRIVABLE_STATES.includes(name as StepName));
  });

  test('has States.ALL, where it has it, alone and last', () => {
    const catchers = (state.Catch ?? []).map(({ ErrorEquals }) => ErrorEquals);
    expect(catchers.slice(0, -1).flat()).not.toContain('States.ALL');
    expect(catchers.filter((errors) => errors.length > 1 && errors.includes('States.ALL'))).toEqual([]);
  });

  test('has expressions that parse, and that read nothing but the execution, its own result, its error and $closing', () => {
    for (const expression of expressionsIn(state)) {
      expect(() => jsonata(expression)).not.toThrow();
      for (const [variable] of expression.matchAll(/\$[A-Za-z.]+/g)) {
        expect(variable).toMatch(
          /^\$(states\.(context\.Execution\.Input|result\.Payload|errorOutput\.(Error|Cause))|closing|merge|parse)$/,
        );
      }
    }
  });

  test('passes on ids and words: the input of the execution, and how the order is to end', () => {
    const expected = name === 'CloseOrder' ? "$merge([INPUT, {'closing': $closing}])" : 'INPUT';
    expect(state.Arguments.Payload).toBe(`{% ${expected.replace('INPUT', '$states.context.Execution.Input')} %}`);
    expect(state.Output).toBe('{% $states.result.Payload %}');
  });
});

describe('the variable $closing', () => {
  test('is assigned on every way to CloseOrder, which alone reads it', () => {
    const readers = STATES.filter(([, state]) => expressionsIn(state).some((text) => text.includes('$closing')));
    expect(readers.map(([name]) => name)).toEqual(['CloseOrder']);
    expect(statesReachedWithout('closing')).not.toContain('CloseOrder');
  });
});

describe('the saga table', () => {
  test('has every compensation on the way back from the step that it undoes', () => {
    const back = (from: StepName): string[] => {
      const exit = SAGA_STEPS[from].otherwise?.next ?? DEFINITION.States[from]?.Next;
      return exit ? [exit, ...back(exit as StepName)] : [];
    };
    FORWARD_STEPS.forEach((step, index) => {
      const undone = FORWARD_STEPS.slice(0, index + 1).flatMap((earlier) => SAGA_STEPS[earlier].compensation ?? []);
      if (SAGA_STEPS[step].otherwise) expect(back(step)).toEqual([...undone.reverse(), 'CloseOrder']);
    });
  });

  test('has one pivot; before it everything can be undone, behind it everything must succeed', () => {
    expect(FORWARD_STEPS.map((step) => SAGA_STEPS[step].kind)).toEqual([
      'compensatable',
      'compensatable',
      'pivot',
      'retriable',
    ]);
    for (const [name, { kind, compensation }] of Object.entries(SAGA_STEPS)) {
      expect([name, compensation !== null]).toEqual([name, kind === 'compensatable']);
    }
  });
});

test('each state has a function file of its name, and each function of the saga has a state', () => {
  const files = [
    ...STEP_FOLDERS.flatMap((folder) => handlersIn(folder)),
    ...handlersIn('order').filter((file) => STEPS_AMONG_ORDER_FUNCTIONS.includes(file)),
  ];
  expect(files.map(pascalCase).sort()).toEqual([...STEP_NAMES].sort());
});

/** Files of functions: verb-noun as the states; ports and adapters beside them are named after things. */
function handlersIn(folder: string): string[] {
  return readdirSync(`functions/${folder}`)
    .filter((file) => file.endsWith('.ts') && !['payment-provider.ts', 'carrier.ts'].includes(file))
    .map((file) => file.replace('.ts', ''));
}

function pascalCase(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function retrierFor(state: TaskState, error: string): Retrier {
  const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
  if (!retrier) throw new Error(`No retrier for ${error}.`);
  return retrier;
}

function longestWaitsSeconds({
  IntervalSeconds,
  BackoffRate,
  MaxDelaySeconds = Infinity,
  MaxAttempts,
}: Retrier): number {
  return Array.from({ length: MaxAttempts }, (_, attempt) =>
    Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
  ).reduce((total, wait) => total + wait, 0);
}

/** States that some way leads to on which nothing assigns the variable. */
function statesReachedWithout(variable: string): string[] {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const { Next, Catch = [] } = DEFINITION.States[name]!;
    if (Next !== undefined) visit(Next);
    for (const catcher of Catch) if (!catcher.Assign?.[variable]) visit(catcher.Next);
  };
  visit(DEFINITION.StartAt);
  return [...reached];
}
