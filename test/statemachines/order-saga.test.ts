import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
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
  type Catcher,
  catcherOf,
  DEFINITION,
  DEFINITION_TEXT,
  type Retrier,
  type State,
  STATES,
  TASKS,
  transitionsOf,
} from './definition.ts';

/** It is CommonJS and has no types of its own that this module system finds. */
const asl = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  isValid: boolean;
  errorsText: (separator?: string) => string;
};

/** Folders with functions that are steps of the saga, among others that the API, a stream or a schedule calls. */
const STEP_FOLDERS = ['inventory', 'payment', 'shipment', 'intervention', 'order'];
/** Timeout of the functions behind the states, as the stack sets it. */
const FUNCTION_TIMEOUT_SECONDS = 10;
const STATE_NAMES = [...STEP_NAMES, 'FollowDecision'].sort();

describe('the definition', () => {
  test('is valid Amazon States Language', () => {
    const { isValid, errorsText } = asl(structuredClone(DEFINITION));
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  test('has the steps of the saga as its states, the choice that follows a decision, and no others', () => {
    expect(Object.keys(DEFINITION.States).sort()).toEqual(STATE_NAMES);
    expect(TASKS.map(([name]) => name).sort()).toEqual([...STEP_NAMES].sort());
    expect(DEFINITION.QueryLanguage).toBe('JSONata');
  });

  test('leads from its start to every state, and every Next exists', () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      transitionsOf(DEFINITION.States[name]!).forEach(({ next }) => visit(next));
    };
    visit(DEFINITION.StartAt);
    expect([...reached].sort()).toEqual(STATE_NAMES);
  });

  test('takes four transitions when all goes well: reserve, charge, ship, complete', () => {
    const path: string[] = [];
    for (let name: string | undefined = DEFINITION.StartAt; name; name = DEFINITION.States[name]?.Next) path.push(name);
    expect(path).toEqual([...FORWARD_STEPS]);
    expect(DEFINITION.States[path.at(-1)!]?.End).toBe(true);
  });

  test('goes back to a state that it has left only where people have decided so: otherwise it ends', () => {
    const leadsTo = (from: string, target: string): boolean =>
      transitionsOf(DEFINITION.States[from]!).some(
        ({ next }) => next !== 'OpenIntervention' && (next === target || leadsTo(next, target)),
      );
    expect(STATE_NAMES.filter((name) => leadsTo(name, name))).toEqual([]);
  });

  test('survives the template: no ${…} besides what CDK fills in', () => {
    const placeholders = [...DEFINITION_TEXT.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
    const filledIn = [...STEP_NAMES.map((name) => `${name}FunctionArn`), 'InterventionDeadlineSeconds'];
    expect([...new Set(placeholders)].sort()).toEqual(filledIn.sort());
  });

  test('names the token of a task in one place: the payload of OpenIntervention', () => {
    const naming = STATES.filter(([, state]) => JSON.stringify(state).includes('Task.Token')).map(([name]) => name);
    expect(naming).toEqual(['OpenIntervention']);
    const { Arguments, Output } = DEFINITION.States['OpenIntervention']!;
    expect(Arguments?.Payload.match(/Task\.Token/g)).toHaveLength(1);
    expect(Output).toBe('{% $states.result %}');
  });
});

describe.each(TASKS)('%s', (name, state) => {
  const step = SAGA_STEPS[name as StepName];
  const waits = name === 'OpenIntervention';

  test('calls the function of its own name', () => {
    expect(state.Resource).toBe(`arn:aws:states:::lambda:invoke${waits ? '.waitForTaskToken' : ''}`);
    expect(state.Arguments.FunctionName).toBe(`\${${name}FunctionArn}`);
  });

  test('gives its function time to report its own timeout; people have until the deadline', () => {
    if (waits) expect(state.TimeoutSeconds).toBe('{% 604800 %}');
    else expect(state.TimeoutSeconds).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS);
  });

  test('goes on or ends, and says why it does what it does', () => {
    expect(state.End === true).toBe(state.Next === undefined);
    expect(state.Next ?? null).toBe(step.next);
    expect(state.Comment.length).toBeGreaterThan(20);
  });

  test('retries infrastructure errors for more than 15 minutes even if jitter halves every wait', () => {
    const retrier = retrierFor(state, 'StoreUnavailable');
    // The timeout of a state that waits for people is their deadline, and no failure.
    expect(retrier.ErrorEquals).toEqual(
      INFRASTRUCTURE_ERRORS.filter((error) => !(waits && error === 'States.Timeout')),
    );
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

  test('goes after an outcome of the business where the saga table says', () => {
    for (const [error, { next, closing }] of Object.entries(step.business)) {
      const catcher = catcherOf(state, error);
      expect([error, catcher?.Next]).toEqual([error, next]);
      if (closing) expect([error, closingAfter(name, catcher?.Assign)]).toEqual([error, [closing]]);
    }
  });

  test('goes after any other error where the saga table says; only a redrivable state fails the execution', () => {
    const catcher = catcherOf(state, 'TypeError');
    expect(catcher?.Next).toBe(step.otherwise?.next);
    if (step.otherwise?.closing) expect(closingAfter(name, catcher?.Assign)).toEqual([step.otherwise.closing]);
    expect(catcher === undefined).toBe(REDRIVABLE_STATES.includes(name as StepName));
  });

  test('catches no error by name that the saga table does not have', () => {
    const caught = (state.Catch ?? [])
      .flatMap(({ ErrorEquals }) => ErrorEquals)
      .filter((error) => error !== 'States.ALL');
    expect(caught.filter((error) => !(error in step.business))).toEqual([]);
  });

  test('has States.ALL, where it has it, alone and last', () => {
    const catchers = (state.Catch ?? []).map(({ ErrorEquals }) => ErrorEquals);
    expect(catchers.slice(0, -1).flat()).not.toContain('States.ALL');
    expect(catchers.filter((errors) => errors.length > 1 && errors.includes('States.ALL'))).toEqual([]);
  });
});

describe('the saga table', () => {
  test('has every compensation on the way back from the step that it undoes', () => {
    // A decline charged nothing, so there is nothing to refund; everything else goes back by way of every compensation.
    const back = ['RefundPayment', 'ReleaseInventory', 'CloseOrder'] as const;
    expect(back.map((step) => SAGA_STEPS[step].next)).toEqual(['ReleaseInventory', 'CloseOrder', null]);
    for (const step of FORWARD_STEPS) {
      const { compensation, business } = SAGA_STEPS[step];
      if (compensation) expect(back).toContain(compensation);
      const cancelled = business['OrderCancelled'];
      if (cancelled) expect(cancelled).toEqual({ next: back[0], closing: 'CANCELLED' });
    }
  });

  test('has somebody find out what each step did whose outcome nobody knows', () => {
    const unknown = {
      resolve: ['ResolvePayment', 'ResolveShipment'],
      compensate: ['RefundPayment'],
      intervene: ['OpenIntervention'],
    };
    for (const name of STEP_NAMES) {
      const { onUnknown, otherwise } = SAGA_STEPS[name];
      if (onUnknown === 'fail') expect([name, otherwise]).toEqual([name, null]);
      else expect(unknown[onUnknown]).toContain(otherwise?.next);
    }
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

test('each step has a function file of its name, in the folder of what it is about', () => {
  const files = STEP_FOLDERS.flatMap((folder) => readdirSync(`functions/${folder}`)).map((file) =>
    file.replace('.ts', ''),
  );
  expect(STEP_NAMES.filter((name) => files.filter((file) => pascalCase(file) === name).length !== 1)).toEqual([]);
});

function pascalCase(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function retrierFor(state: State, error: string): Retrier {
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

/** Statuses that $closing can have behind a catcher: the one that it assigns, or those with which the state was reached. */
function closingAfter(name: string, assign: Catcher['Assign']): unknown[] {
  const assigned = (assigning: Catcher['Assign']) => (assigning?.['closing'] as { status: string } | undefined)?.status;
  if (assigned(assign) !== undefined) return [assigned(assign)];
  const arrivals = STATES.flatMap(([, state]) => transitionsOf(state)).filter(({ next }) => next === name);
  return [...new Set(arrivals.map((arrival) => assigned(arrival.assign)))];
}
