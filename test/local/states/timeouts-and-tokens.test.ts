import { details, Harness, invoke, named } from './states-harness.ts';

const TOKEN_TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
  Output: '{% $states.result %}',
  End: true,
};

describe('Timeouts and task tokens', () => {
  let states: Harness;
  let tokens: string[];

  beforeEach(async () => {
    tokens = [];
    states = await Harness.start({
      ask: ({ token }: { token: string }) => {
        tokens.push(token);
        return 'asked';
      },
      hang: () => new Promise(() => undefined),
    });
  });

  afterEach(() => states.end());

  async function begin(state: object, options: object = {}): Promise<string> {
    const execution = await states.begin(await states.machine({ Ask: state }, options));
    await states.host.clock.idle();
    return execution;
  }

  it('TimeoutSeconds of a task fails it with States.Timeout', async () => {
    const execution = await begin(invoke('hang', { TimeoutSeconds: '{% 10 + 5 %}' }));
    await states.host.clock.advance(1000);

    const result = await states.describe(execution);
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect((result.stopDate as number) - result.startDate).toBe(15);
    const events = await states.history(execution);
    expect(events.at(-2)).toMatchObject({ type: 'TaskTimedOut' });
    expect(details(events.at(-2))).toEqual({ resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' });
  });

  it('an answer that comes after the timeout changes nothing', async () => {
    let answer: (value: string) => void = () => undefined;
    states.functions.set('late', () => new Promise((resolve) => (answer = resolve)));
    const execution = await begin(
      invoke('late', { TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }], End: true }),
      {
        States: {
          Ask: invoke('late', { TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }] }),
          Caught: { Type: 'Wait', Seconds: 60, Output: 'caught', End: true },
        },
      },
    );
    answer('too late');
    await states.host.clock.idle();
    expect((await states.describe(execution)).output).toBe('"caught"');
    expect(await states.types(execution)).not.toContain('TaskSucceeded');
  });

  it('TimeoutSeconds of the machine ends it as TIMED_OUT, which nothing catches', async () => {
    const catcher = [{ ErrorEquals: ['States.ALL'], Next: 'Ask' }];
    const execution = await begin(invoke('hang', { Catch: catcher }), { TimeoutSeconds: 60 });
    await states.host.clock.advance(1000);

    expect(await states.describe(execution)).toMatchObject({ status: 'TIMED_OUT' });
    expect((await states.types(execution)).at(-1)).toBe('ExecutionTimedOut');
  });

  it('a task with a token waits for SendTaskSuccess, whose output is its result', async () => {
    const execution = await begin(TOKEN_TASK);
    expect((await states.describe(execution)).status).toBe('RUNNING');

    await states.call('SendTaskSuccess', { taskToken: tokens[0], output: '{"decision":"refund"}' });

    expect(await states.describe(execution)).toMatchObject({ status: 'SUCCEEDED', output: '{"decision":"refund"}' });
    const events = await states.history(execution);
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(details(events[4])).toMatchObject({ resource: 'invoke.waitForTaskToken', resourceType: 'lambda' });
  });

  it('SendTaskFailure fails it with its error and cause', async () => {
    const execution = await begin(TOKEN_TASK);
    await states.call('SendTaskFailure', { taskToken: tokens[0], error: 'Refused', cause: 'by staff' });
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'by staff' });
  });

  it('the failure of the function fails the task at once', async () => {
    states.functions.set('ask', () => {
      throw named('QueueDown');
    });
    const execution = await begin(TOKEN_TASK);
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'QueueDown' });
  });

  it('each attempt has a token of its own; that of an earlier one has timed out', async () => {
    const execution = await begin({
      ...TOKEN_TASK,
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
    });
    await states.host.clock.advance(1);
    // Virtual time has gone past both timeouts, so ask again for a machine that is still waiting.
    expect(tokens).toHaveLength(2);
    expect(tokens[0]).not.toBe(tokens[1]);
    expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    await expect(states.call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
  });

  it('refuses a text that is no token, a token of nothing, and an output that is no JSON', async () => {
    await expect(states.call('SendTaskSuccess', { taskToken: 'nonsense', output: '1' })).rejects.toMatchObject({
      code: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
    const unknown = Buffer.from(JSON.stringify(['saga', 'nobody', 'x'])).toString('base64');
    await expect(states.call('SendTaskFailure', { taskToken: unknown })).rejects.toMatchObject({
      code: 'TaskDoesNotExist',
    });
    await begin(TOKEN_TASK);
    await expect(states.call('SendTaskSuccess', { taskToken: tokens[0], output: 'no json' })).rejects.toMatchObject({
      code: 'InvalidOutput',
    });
  });

  it('a missed heartbeat is caught by its own name, a sent one buys time', async () => {
    const week = 7 * 24 * 3600;
    const execution = await begin(
      { Type: 'Pass', Next: 'Wait' },
      {
        States: {
          Ask: { Type: 'Pass', Next: 'Token' },
          Token: {
            ...TOKEN_TASK,
            TimeoutSeconds: week,
            HeartbeatSeconds: 36_000,
            Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Missed' }],
          },
          Missed: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
        },
      },
    );
    await states.host.clock.advance(6 * 3_600_000);
    await states.call('SendTaskHeartbeat', { taskToken: tokens[0] });
    await states.host.clock.advance(6 * 3_600_000);
    expect((await states.describe(execution)).status).toBe('RUNNING');

    await states.host.clock.advance(5 * 3_600_000);
    expect((await states.describe(execution)).output).toBe('"States.Timeout"');
  });

  it('StopExecution ends it as ABORTED, and stopping again changes nothing', async () => {
    const execution = await begin(TOKEN_TASK);
    await states.call('StopExecution', { executionArn: execution, error: 'Enough', cause: 'by operator' });
    await states.call('StopExecution', { executionArn: execution, error: 'Again' });

    expect(await states.describe(execution)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'by operator',
    });
    expect((await states.types(execution)).at(-1)).toBe('ExecutionAborted');
    await expect(states.call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
  });
});
