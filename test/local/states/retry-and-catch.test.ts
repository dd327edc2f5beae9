import { details, Harness, invoke, named } from './states-harness.ts';

describe('Retriers and Catchers', () => {
  let states: Harness;
  let thrown: string[];
  let times: number[];

  beforeEach(async () => {
    thrown = [];
    times = [];
    states = await Harness.start({
      fail: () => {
        times.push(states.host.clock.now());
        const name = thrown.shift();
        if (name) throw named(name);
        return 'done';
      },
    });
  });

  afterEach(() => states.end());

  const seconds = (): number[] => times.map((time) => (time - (times[0] as number)) / 1000);

  it('count per Retrier for the whole visit: A, B, C, B exhausts the first one', async () => {
    thrown = ['ErrorA', 'ErrorB', 'ErrorC', 'ErrorB', 'ErrorB'];

    const result = await states.run({
      Try: invoke('fail', {
        Retry: [
          { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
          { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      }),
      Caught: { Type: 'Pass', End: true },
    });

    expect(result.status).toBe('SUCCEEDED');
    expect(JSON.parse(result.output ?? '')).toMatchObject({ Error: 'ErrorB' });
    // Retrier 1 after 1 s and 2 s, Retrier 2 after 5 s; the fourth error finds Retrier 1 used up.
    expect(seconds()).toEqual([0, 1, 3, 8]);
  });

  it('wait 1 s, then twice as long each time, three times, when nothing is said', async () => {
    thrown = ['E', 'E', 'E', 'E'];
    const result = await states.run({ Try: invoke('fail', { Retry: [{ ErrorEquals: ['E'] }] }) });

    expect(result).toMatchObject({ status: 'FAILED', error: 'E' });
    expect(seconds()).toEqual([0, 1, 3, 7]);
  });

  it('wait no longer than MaxDelaySeconds, and with FULL jitter a random part of it', async () => {
    thrown = ['E', 'E', 'E', 'E'];
    const retrier = {
      ErrorEquals: ['E'],
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxDelaySeconds: 8,
      MaxAttempts: 3,
      JitterStrategy: 'FULL',
    };
    await states.run({ Try: invoke('fail', { Retry: [retrier] }) });

    // 2, 6 and 8 (instead of 18) seconds, of which the test's random number takes the half.
    expect(seconds()).toEqual([0, 1, 4, 8]);
  });

  it('schedule every attempt anew in the history, and enter the state once', async () => {
    thrown = ['E'];
    const { executionArn } = await states.run({
      Try: invoke('fail', { Retry: [{ ErrorEquals: ['States.TaskFailed'] }] }),
    });

    const events = await states.history(executionArn);
    expect(events.map(({ previousEventId, type }) => `${previousEventId} ${type}`)).toEqual([
      '0 ExecutionStarted',
      '0 TaskStateEntered',
      '2 TaskScheduled',
      '3 TaskStarted',
      '4 TaskFailed',
      '5 TaskScheduled',
      '6 TaskStarted',
      '7 TaskSucceeded',
      '8 TaskStateExited',
      '9 ExecutionSucceeded',
    ]);
  });

  it('MaxAttempts 0 never retries', async () => {
    thrown = ['E'];
    const result = await states.run({
      Try: invoke('fail', { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }] }),
    });
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: expect.stringContaining('"errorType":"E"') as string,
    });
  });

  it('Catch assigns and puts out from the error, whose cause is the payload of the function', async () => {
    thrown = ['PaymentDeclined'];
    const { output, executionArn } = await states.run(
      {
        Charge: invoke('fail', {
          Catch: [
            { ErrorEquals: ['Other'], Next: 'End' },
            {
              ErrorEquals: ['PaymentDeclined'],
              Assign: { reason: '{% $states.errorOutput.Error %}' },
              Output: {
                message: '{% $parse($states.errorOutput.Cause).errorMessage %}',
                order: '{% $states.input.id %}',
              },
              Next: 'End',
            },
          ],
        }),
        End: { Type: 'Pass', Output: { reason: '{% $reason %}', caught: '{% $states.input %}' }, End: true },
      },
      { id: 'o-7' },
    );

    expect(JSON.parse(output ?? '')).toEqual({
      reason: 'PaymentDeclined',
      caught: { message: 'PaymentDeclined happened', order: 'o-7' },
    });
    expect(await states.types(executionArn)).toEqual(
      expect.arrayContaining(['TaskFailed', 'TaskStateExited', 'PassStateEntered']),
    );
  });

  it('States.TaskFailed stands for every error but States.Timeout', async () => {
    states.functions.set('hang', () => new Promise(() => undefined));
    const catcher = [
      { ErrorEquals: ['States.TaskFailed'], Next: 'Failed' },
      { ErrorEquals: ['States.ALL'], Next: 'Other' },
    ];
    const ends = {
      Failed: { Type: 'Pass', Output: 'failed', End: true },
      Other: { Type: 'Pass', Output: 'other', End: true },
    };

    thrown = ['Anything'];
    expect((await states.run({ Try: invoke('fail', { Catch: catcher }), ...ends })).output).toBe('"failed"');

    const slow = await states.machine(
      { Try: invoke('hang', { TimeoutSeconds: 3, Catch: catcher }), ...ends },
      {},
      'slow',
    );
    const execution = await states.begin(slow);
    await states.host.clock.advance(4000);
    expect((await states.describe(execution)).output).toBe('"other"');
  });

  it('States.ALL does not hold back States.Runtime', async () => {
    const result = await states.run({
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Nowhere',
            States: {
              Nowhere: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Out' }] },
              Out: { Type: 'Succeed' },
            },
          },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', End: true },
    });
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Nowhere' (entered at the event id #4). Failed to transition out of the state. The state does not point to a next state.",
    });
  });

  it('a failed expression is an error like others: it is retried and caught, and the history says where it was', async () => {
    const { output, executionArn } = await states.run({
      Try: invoke('fail', {
        Arguments: '{% $missing %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
      }),
      Caught: { Type: 'Pass', Output: '{% $states.input.Cause %}', End: true },
    });

    expect(JSON.parse(output ?? '')).toBe(
      "An error occurred while executing the state 'Try' (entered at the event id #2). The JSONata expression '$missing' specified for the field 'Arguments' returned nothing (undefined).",
    );
    const events = await states.history(executionArn);
    expect(events.map(({ type }) => type).slice(2, 5)).toEqual([
      'EvaluationFailed',
      'EvaluationFailed',
      'TaskStateExited',
    ]);
    expect(details(events[2])).toMatchObject({ location: 'Arguments', state: 'Try' });
  });
});
