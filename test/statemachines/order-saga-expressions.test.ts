import jsonata from 'jsonata';
import {
  CLOSE_INTERVENTION_PAYLOAD_SCHEMA,
  CLOSE_PAYLOAD_SCHEMA,
  OPEN_PAYLOAD_SCHEMA,
  payloadReader,
  RESOLVE_PAYLOAD_SCHEMA,
  STEP_PAYLOAD_SCHEMA,
} from '../../functions/shared/step-payload.ts';
import { ORDER_ID } from '../orders.ts';
import {
  catcherOf,
  DEADLINE_SECONDS,
  DEFINITION,
  evaluated,
  expressionsIn,
  type State,
  STATES,
  TASKS,
  transitionsOf,
} from './definition.ts';

const INPUT = { payloadVersion: 2, orderId: ORDER_ID, run: 1 };
const FAILURE = { step: 'ShipOrder', error: 'CarrierUnavailable', cause: '{"errorMessage":"gone"}', attempts: 3 };
const VARIABLES = {
  closing: { status: 'CANCELLED', reason: 'CarrierUnavailable' },
  failure: FAILURE,
  followed: 1,
  resolving: 'ShippingImpossible',
};
const ENTERED_AT = '2026-11-20T13:00:01.000Z';
const CONTEXT = {
  Execution: { Input: INPUT, RedriveCount: 1 },
  State: { RetryCount: 2, EnteredTime: ENTERED_AT },
  Task: { Token: 'token-1' },
};

/** What each function reads of its payload; all others read what every step gets. */
const SCHEMAS: Readonly<Record<string, object>> = {
  ResolvePayment: RESOLVE_PAYLOAD_SCHEMA,
  ResolveShipment: RESOLVE_PAYLOAD_SCHEMA,
  CloseOrder: CLOSE_PAYLOAD_SCHEMA,
  OpenIntervention: OPEN_PAYLOAD_SCHEMA,
  CloseIntervention: CLOSE_INTERVENTION_PAYLOAD_SCHEMA,
};
const EXTRAS: Readonly<Record<string, object>> = {
  ResolvePayment: { failure: FAILURE },
  ResolveShipment: { failure: FAILURE },
  CloseOrder: { closing: VARIABLES.closing },
  OpenIntervention: {
    followed: 1,
    failure: FAILURE,
    resolving: 'ShippingImpossible',
    taskToken: 'token-1',
    turn: { redrives: 1, enteredAt: ENTERED_AT, retries: 2 },
    deadlineSeconds: DEADLINE_SECONDS,
  },
  CloseIntervention: { followed: 1, deadlineSeconds: DEADLINE_SECONDS },
};

describe.each(TASKS)('%s', (name, state) => {
  test('hands its function the input of the execution and what it needs besides, which the function accepts', async () => {
    const payload = await evaluated(state.Arguments.Payload, { ...VARIABLES, states: { context: CONTEXT } });
    expect(payload).toEqual({ ...INPUT, ...EXTRAS[name] });
    expect(payloadReader(SCHEMAS[name] ?? STEP_PAYLOAD_SCHEMA)(payload)).toEqual(payload);
  });

  test('puts out what its function, or whoever has its token, answers', async () => {
    const answer = { orderId: ORDER_ID, outcome: 'DONE' };
    const result = name === 'OpenIntervention' ? answer : { Payload: answer, StatusCode: 200 };
    expect(await evaluated(state.Output, { states: { result } })).toEqual(answer);
  });

  test('can put together what it assigns after any error, with a cause and without', async () => {
    for (const errorOutput of [
      { Error: 'TypeError', Cause: '{"errorType":"TypeError","errorMessage":"no"}' },
      { Error: 'States.Timeout' },
      { Error: 'Lambda.Unknown', Cause: 'The cause could not be determined.' },
    ]) {
      const assign = catcherOf(state, errorOutput.Error)?.Assign ?? {};
      const assigned = (await evaluated(assign, { states: { context: CONTEXT, errorOutput } })) as typeof VARIABLES;
      if (assigned.failure) {
        expect(assigned.failure).toMatchObject({ error: errorOutput.Error, attempts: 3 });
        expect(assigned.failure.cause).toBe(errorOutput.Cause ?? '');
      }
      if (assigned.closing) expect(assigned.closing).toMatchObject({ reason: errorOutput.Error });
    }
  });
});

test.each(['ChargePayment', 'ShipOrder', 'RefundPayment'])(
  'a failure of %s names that step, in words that the functions behind it accept',
  async (step) => {
    const { Assign } = catcherOf(DEFINITION.States[step]!, 'Lambda.Unknown')!;
    const bindings = { states: { context: CONTEXT, errorOutput: { Error: 'Lambda.Unknown' } } };
    const { failure } = (await evaluated(Assign, bindings)) as { failure: object };
    expect(failure).toEqual({ step, error: 'Lambda.Unknown', cause: '', attempts: 3 });
    expect(payloadReader(RESOLVE_PAYLOAD_SCHEMA)({ ...INPUT, failure })).toBeDefined();
  },
);

test.each([
  ['ReserveInventory', 'InsufficientStock', 'MUG-BLUE'],
  ['ChargePayment', 'PaymentDeclined', 'card_declined'],
])('%s passes on the detail of %s', async (step, error, detail) => {
  const { Assign } = catcherOf(DEFINITION.States[step]!, error)!;
  const errorOutput = { Error: error, Cause: JSON.stringify({ errorType: error, errorMessage: detail }) };
  const { closing } = (await evaluated(Assign, { states: { errorOutput } })) as { closing: object };
  expect(closing).toMatchObject({ reason: error, detail });
});

describe.each(STATES)('the expressions of %s', (_, state) => {
  test('parse, and read nothing but the execution, what the state is given, its error and the variables', () => {
    for (const expression of expressionsIn(state)) {
      expect(() => jsonata(expression)).not.toThrow();
      for (const [variable] of expression.matchAll(/\$[A-Za-z.]+/g)) {
        expect(variable).toMatch(
          /^\$(states\.(context\.(Execution\.(Input|RedriveCount)|State\.(RetryCount|EnteredTime)|Task\.Token)|input\.\w+|result(\.Payload)?|errorOutput\.(Error|Cause))|closing|failure|followed|resolving|merge|parse|exists)$/,
        );
      }
    }
  });
});

describe.each(['closing', 'failure', 'followed', 'resolving'])('the variable $%s', (variable) => {
  test('is assigned on every way to a state that reads it', () => {
    const readers = STATES.filter(([, state]) => readsVariable(state, variable)).map(([name]) => name);
    expect(readers).not.toEqual([]);
    expect(statesReachedWithout(variable).filter((name) => readers.includes(name))).toEqual([]);
  });
});

function readsVariable(state: State, variable: string): boolean {
  return expressionsIn(state).some((text) => new RegExp(`\\$${variable}\\b`).test(text));
}

/** States that some way leads to on which nothing assigns the variable. */
function statesReachedWithout(variable: string): string[] {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const { next, assign } of transitionsOf(DEFINITION.States[name]!)) if (!(variable in assign)) visit(next);
  };
  visit(DEFINITION.StartAt);
  return [...reached];
}
