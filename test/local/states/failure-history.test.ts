import { details, Harness, type HistoryEvent, invoke, named } from './states-harness.ts';

/** What AWS was seen to write when something fails: which events, and what they follow. */
describe('The history of a failure', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start({
      fail: () => {
        throw named('Boom');
      },
      hang: () => new Promise(() => undefined),
    });
  });

  afterEach(() => states.end());

  const boom = { Type: 'Fail', Error: 'Boom', Cause: 'because' };

  const run = async (machine: Record<string, object>, input: unknown = {}, options = {}): Promise<HistoryEvent[]> =>
    states.history((await states.run(machine, input, options)).executionArn);

  /** `type<previous`, event by event, without the beginning that all histories have. */
  const chain = (events: HistoryEvent[], from: number): string[] =>
    events.slice(from - 1).map(({ type, previousEventId }) => `${type}<${previousEventId}`);

  it('names the rule or the Catcher in which an expression failed', async () => {
    const rules = [
      { Condition: false, Next: 'End' },
      { Condition: true, Next: 'End', Assign: { x: '{% $nope %}' } },
    ];
    const choice = await run({ Choose: { Type: 'Choice', Choices: rules }, End: { Type: 'Succeed' } });
    expect(details(choice[2])).toMatchObject({ location: 'Choices[1]/Assign/x', state: 'Choose' });

    const Catch = [
      { ErrorEquals: ['Other'], Next: 'End' },
      { ErrorEquals: ['States.ALL'], Next: 'End', Output: { v: '{% $nope %}' } },
    ];
    const caught = await states.machine({ Try: invoke('fail', { Catch }), End: { Type: 'Succeed' } }, {}, 'second');
    const execution = await states.begin(caught);
    await states.host.clock.idle();
    const failed = (await states.history(execution)).find(({ type }) => type === 'EvaluationFailed');
    expect(details(failed)).toMatchObject({ location: 'Catch[1]/Output/v' });
  });

  it('of a Parallel state that is retried shows that it failed only once it fails for good', async () => {
    const parallel = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Fails', States: { Fails: boom } }],
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      End: true,
    };
    expect(chain(await run({ Both: parallel }), 3)).toEqual([
      'ParallelStateStarted<2',
      'FailStateEntered<3',
      'ParallelStateStarted<4',
      'FailStateEntered<5',
      'ParallelStateFailed<6',
      'ExecutionFailed<7',
    ]);
  });

  it('of a branch that ends with States.Runtime shows nothing but the end of the execution', async () => {
    const nowhere = { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }] };
    const branch = { StartAt: 'Nowhere', States: { Nowhere: nowhere, End: { Type: 'Succeed' } } };
    const parallel = { Type: 'Parallel', Branches: [branch], End: true };
    expect(chain(await run({ Both: parallel }), 3)).toEqual([
      'ParallelStateStarted<2',
      'ChoiceStateEntered<3',
      'ExecutionFailed<4',
    ]);
  });

  it('of a task that fails its branch shows the task as aborted, beside the failure', async () => {
    const branch = { StartAt: 'Work', States: { Work: invoke('fail') } };
    const parallel = { Type: 'Parallel', Branches: [branch], End: true };
    expect(chain(await run({ Both: parallel }), 7)).toEqual([
      'TaskFailed<6',
      'TaskStateAborted<7',
      'ParallelStateFailed<7',
      'ExecutionFailed<9',
    ]);
  });

  it('shows what the failure of a branch cut, all of it after the last event of that branch', async () => {
    const waiting = { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 20, End: true } } };
    const working = { StartAt: 'Work', States: { Work: invoke('hang') } };
    const failing = { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'Fails' }, Fails: boom } };
    const events = await run({ All: { Type: 'Parallel', Branches: [waiting, working, failing], End: true } });
    const failure = events.find(({ type }) => type === 'FailStateEntered')?.id as number;
    expect(chain(events, failure + 1)).toEqual([
      `WaitStateAborted<${failure}`,
      `TaskStateAborted<${failure}`,
      `ParallelStateFailed<${failure}`,
      `ExecutionFailed<${failure + 3}`,
    ]);
  });

  it('of a Map state shows the iterations that were cut before the one that failed', async () => {
    const States = {
      Route: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Pause' }], Default: 'Long' },
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Fails' },
      Fails: boom,
      Long: { Type: 'Wait', Seconds: 20, End: true },
    };
    const map = { Type: 'Map', Items: [0, 1], ItemProcessor: { StartAt: 'Route', States }, End: true };
    const events = await run({ Each: map });
    const failure = events.find(({ type }) => type === 'FailStateEntered')?.id as number;
    expect(chain(events, failure + 1)).toEqual([
      `MapIterationAborted<${failure}`,
      `WaitStateAborted<${failure}`,
      `MapIterationFailed<${failure}`,
      `MapStateFailed<${failure}`,
      `ExecutionFailed<${failure + 4}`,
    ]);
    expect(details(events[failure])).toEqual({ name: 'Each', index: 0 });
    expect(details(events[failure + 2])).toEqual({ name: 'Each', index: 1 });
  });

  it('of a Catcher that fails itself goes on from before the state had failed, and fails the state again', async () => {
    const parallel = {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Fails', States: { Fails: boom } }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End', Output: '{% $nope %}' }],
      End: true,
    };
    expect(chain(await run({ Both: parallel, End: { Type: 'Succeed' } }), 4)).toEqual([
      'FailStateEntered<3',
      'ParallelStateFailed<4',
      'EvaluationFailed<4',
      'ParallelStateFailed<6',
      'ExecutionFailed<7',
    ]);
  });

  it('of an evaluation that is retried has an event for every attempt', async () => {
    const task = invoke('fail', {
      Arguments: { FunctionName: '{% $states.input.missing %}' },
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    });
    const events = await run({ Work: task });
    expect(events.map(({ type }) => type).slice(2)).toEqual([
      'EvaluationFailed',
      'EvaluationFailed',
      'ExecutionFailed',
    ]);
  });

  it('of an execution that runs out of its time, or is stopped, ends with an event that follows none', async () => {
    const late = await states.run({ Late: { Type: 'Wait', Seconds: 25, End: true } }, {}, { TimeoutSeconds: 3 });
    expect(late).toMatchObject({ status: 'TIMED_OUT', stopDate: late.startDate + 3 });
    expect(late.error).toBeUndefined();
    const last = (await states.history(late.executionArn)).at(-1);
    expect(last).toMatchObject({
      id: 3,
      previousEventId: 0,
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });

    const stopped = await states.begin(await states.machine({ Work: invoke('hang') }, {}, 'second'), {}, 'stopped');
    await states.call('StopExecution', { executionArn: stopped, error: 'Manual', cause: 'probe' });
    expect((await states.history(stopped)).at(-1)).toMatchObject({ type: 'ExecutionAborted', previousEventId: 0 });
    expect(await states.describe(stopped)).toMatchObject({ status: 'ABORTED', error: 'Manual', cause: 'probe' });
  });
});
