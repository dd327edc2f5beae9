import { details, Harness, invoke } from './states-harness.ts';

describe('A task that waits for the execution it starts', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start({ hang: () => new Promise(() => undefined) });
  });

  afterEach(() => states.end());

  const child = (machine: Record<string, object>): Promise<string> => states.machine(machine, {}, 'child');

  const waiting = (StateMachineArn: string, suffix: string, more: object = {}): object => ({
    Type: 'Task',
    Resource: `arn:aws:states:::states:startExecution.${suffix}`,
    Arguments: { StateMachineArn, Input: { order: '{% $states.input.order %}' }, Name: 'inner' },
    End: true,
    ...more,
  });

  const childArn = 'arn:aws:states:us-east-1:000000000000:execution:child:inner';

  it('has what became of it as its result, after TaskSubmitted', async () => {
    const machine = await child({
      Later: { Type: 'Wait', Seconds: 60, Next: 'Ends' },
      Ends: { Type: 'Pass', Output: { got: '{% $states.input.order %}' }, End: true },
    });
    const { executionArn, output } = await states.run({ Nested: waiting(machine, 'sync:2') }, { order: 7 });
    expect(JSON.parse(output ?? '')).toMatchObject({
      ExecutionArn: childArn,
      Input: { order: 7 },
      Output: { got: 7 },
      OutputDetails: { Included: true },
      Status: 'SUCCEEDED',
    });
    const events = await states.history(executionArn);
    expect(events.map(({ type }) => type).slice(2, -2)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
    expect(details(events[4])).toMatchObject({ resourceType: 'states', resource: 'startExecution.sync:2' });
    expect((events[5]?.timestamp ?? 0) - (events[4]?.timestamp ?? 0)).toBe(60);
  });

  it('has the texts of input and output with .sync', async () => {
    const machine = await child({ Ends: { Type: 'Pass', End: true } });
    const { output } = await states.run({ Nested: waiting(machine, 'sync') }, { order: 7 });
    expect(JSON.parse(output ?? '')).toMatchObject({ Input: '{"order":7}', Output: '{"order":7}' });
  });

  it('fails with States.TaskFailed and the description of a child that did not succeed', async () => {
    const machine = await child({ Fails: { Type: 'Fail', Error: 'Boom', Cause: 'because' } });
    const catcher = { ErrorEquals: ['Boom'], Next: 'Caught' };
    const result = await states.run(
      { Nested: waiting(machine, 'sync:2', { Catch: [catcher] }), Caught: { Type: 'Succeed' } },
      { order: 7 },
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    const cause = JSON.parse(result.cause ?? '') as Record<string, unknown>;
    expect(Object.keys(cause).slice(0, 4)).toEqual(['Cause', 'Error', 'ExecutionArn', 'Input']);
    expect(cause).toMatchObject({ Cause: 'because', Error: 'Boom', Input: '{"order":7}', Status: 'FAILED' });
  });

  it('stops the child when it is stopped itself, or when its branch is cut', async () => {
    const machine = await child({ Hangs: invoke('hang') });
    const stopped = await states.begin(await states.machine({ Nested: waiting(machine, 'sync') }), { order: 1 });
    await states.host.clock.idle();
    await states.call('StopExecution', { executionArn: stopped });
    await states.host.clock.idle();
    const cause = `The Task state in AWS Step Functions execution [${stopped}] which was managing this resource was aborted`;
    expect(await states.describe(childArn)).toMatchObject({ status: 'ABORTED', cause });

    const nested = waiting(machine, 'sync', { Arguments: { StateMachineArn: machine, Name: 'cut' } });
    const failing = { Pause: { Type: 'Wait', Seconds: 5, Next: 'Fails' }, Fails: { Type: 'Fail', Error: 'E' } };
    const Branches = [
      { StartAt: 'Nested', States: { Nested: nested } },
      { StartAt: 'Pause', States: failing },
    ];
    const both = await states.machine({ Both: { Type: 'Parallel', Branches, End: true } }, {}, 'both');
    await states.begin(both);
    await states.host.clock.idle();
    expect(await states.describe(childArn.replace('inner', 'cut'))).toMatchObject({ status: 'ABORTED' });
  });

  it('goes on waiting after a restart', async () => {
    const machine = await child({ Later: { Type: 'Wait', Seconds: 60, End: true } });
    const parent = await states.begin(await states.machine({ Nested: waiting(machine, 'sync:2') }), { order: 7 });
    await states.host.clock.advance(1000);
    states = await states.restart();
    expect(await states.describe(parent)).toMatchObject({ status: 'RUNNING' });
    await states.host.clock.idle();
    expect(await states.describe(parent)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await states.types(childArn)).filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
  });
});
