import { Harness, type HistoryEvent, invoke } from './states-harness.ts';

let states: Harness;
beforeEach(async () => {
  states = await Harness.start({ echo: (payload) => payload });
});
afterEach(() => states.end());

/** One byte more than 256 KiB as JSON, quotes included. */
const TOO_LONG = "{% $pad('x', 262143) %}";
const ITSELF = { StartAt: 'Same', States: { Same: { Type: 'Pass', End: true } } };
const tooLarge = {
  status: 'FAILED',
  error: 'States.DataLimitExceeded',
  cause: "The state/task 'Grow' returned a result with a size exceeding the maximum number of bytes service limit.",
};

describe('What is larger than 256 KiB goes nowhere', () => {
  it.each([
    ['an Output', { Type: 'Pass', Output: TOO_LONG, End: true }],
    ['an Assign', { Type: 'Pass', Assign: { grown: TOO_LONG }, End: true }],
    ['the Arguments of a task', invoke('echo', { Arguments: { FunctionName: 'echo', Payload: TOO_LONG } })],
    ['the Arguments of a Parallel state', { Type: 'Parallel', Arguments: TOO_LONG, Branches: [ITSELF], End: true }],
    ['an item that ItemSelector makes', mapOver([1], { ItemSelector: { grown: TOO_LONG } })],
    ['the results of a Map state together', mapOver([1, 2, 3], { Output: '{% $states.result.($pad("x", 99999)) %}' })],
  ])('%s', async (_what, grow) => {
    expect(await states.run({ Grow: grow })).toMatchObject(tooLarge);
    expect(states.host.calls.filter(({ service }) => service === 'lambda')).toEqual([]);
  });

  it('not even by States.ALL is it caught, but by its name', async () => {
    const caughtBy = (error: string): Record<string, object> => ({
      Grow: invoke('echo', { Output: TOO_LONG, Catch: [{ ErrorEquals: [error], Next: 'Small' }] }),
      Small: { Type: 'Pass', Output: 'small', End: true },
    });
    expect(await states.run(caughtBy('States.ALL'))).toMatchObject(tooLarge);
    const byName = await states.machine(caughtBy('States.DataLimitExceeded'), {}, 'by-name');
    const arn = await states.begin(byName);
    await states.host.clock.idle();
    expect(await states.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"small"' });
  });

  it('an input is measured in bytes, not in characters', async () => {
    const arn = await states.machine({ Same: { Type: 'Pass', End: true } });
    const start = (input: string): Promise<object> =>
      states.call('StartExecution', { stateMachineArn: arn, input: JSON.stringify(input) });
    await expect(start('é'.repeat(131_072))).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(start('é'.repeat(131_071))).resolves.toHaveProperty('executionArn');
  });
});

describe('An expression that misses its bounds fails its state', () => {
  it.each([
    ['TimeoutSeconds', 0, 'an integer between 1 and 99999999'],
    ['TimeoutSeconds', 2.5, 'an integer between 1 and 99999999'],
    ['HeartbeatSeconds', 100_000_000, 'an integer between 1 and 99999999'],
    ['HeartbeatSeconds', 60, 'smaller than TimeoutSeconds (60)'],
  ])('%s of %p', async (field, value, rule) => {
    const limits = { TimeoutSeconds: 60, [field]: `{% ${value} %}` };
    const { error, cause } = await states.run({ Call: invoke('echo', limits) });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toBe(
      `An error occurred while executing the state 'Call' (entered at the event id #2). The ${field} field must be ${rule} but was: ${value}`,
    );
  });

  it.each([
    ['MaxConcurrency', -1, 'an integer not below 0'],
    ['ToleratedFailureCount', 0.5, 'an integer not below 0'],
    ['ToleratedFailurePercentage', 101, 'a number between 0 and 100'],
  ])('%s of %p', async (field, value, rule) => {
    const { error, cause } = await states.run({ Each: mapOver([1], { [field]: `{% ${value} %}` }) });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(`The ${field} field must be ${rule} but was: ${value}`);
  });
});

it('nothing catches States.Runtime, whatever it says', async () => {
  const lost = {
    StartAt: 'Choose',
    States: {
      Choose: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Go' }] },
      Go: { Type: 'Succeed' },
    },
  };
  const described = await states.run({
    All: {
      Type: 'Parallel',
      Branches: [lost],
      Retry: [{ ErrorEquals: ['States.Runtime'] }],
      Catch: [{ ErrorEquals: ['States.Runtime', 'States.TaskFailed'], Next: 'After' }],
      End: true,
    },
    After: { Type: 'Succeed' },
  });
  expect(described).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});

it('iterations that had not begun when the state failed leave no event', async () => {
  const { executionArn } = await states.run({ Each: mapOver([1, 2, 3], { ItemSelector: '{% $missing %}' }) });
  const types = (await states.history(executionArn)).map(({ type }: HistoryEvent) => type);
  expect(types).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'EvaluationFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
});

function mapOver(Items: number[], more: object): object {
  return { Type: 'Map', Items, ItemProcessor: ITSELF, End: true, ...more };
}
