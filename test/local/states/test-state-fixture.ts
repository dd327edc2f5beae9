import { type Harness, invoke } from './states-harness.ts';

/** What TestState answers. */
export interface Tested {
  readonly status: string;
  readonly output?: string;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly inspectionData?: Record<string, unknown>;
}

export const ROLE = 'arn:aws:iam::000000000000:role/machine';
/** A task with Retriers and Catchers, in JSONata. */
export const CHARGING = {
  QueryLanguage: 'JSONata',
  ...invoke('charge', {
    Output: '{% {"paid": $states.result.Payload.amount, "order": $order} %}',
    Assign: { amount: '{% $states.result.Payload.amount %}' },
    End: undefined,
    Next: 'Ship',
    Retry: [
      { ErrorEquals: ['Busy'], IntervalSeconds: 4, BackoffRate: 3, MaxAttempts: 2 },
      { ErrorEquals: ['States.Timeout'], MaxAttempts: 1 },
    ],
    Catch: [
      { ErrorEquals: ['Declined'], Next: 'Release' },
      {
        ErrorEquals: ['States.ALL'],
        Next: 'Ask',
        Output: '{% {"why": $states.errorOutput.Error, "retries": $states.context.State.RetryCount} %}',
        Assign: { failed: true },
      },
    ],
  }),
};

export function testState(harness: Harness, definition: object, request: object = {}): Promise<Tested> {
  return harness.call<Tested>('TestState', { definition: JSON.stringify(definition), ...request });
}

export function result(payload: unknown): object {
  return { mock: { result: JSON.stringify(payload) } };
}

export function failing(error: string, cause?: string): object {
  return { mock: { errorOutput: { error, cause } } };
}
