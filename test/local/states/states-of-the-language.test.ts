import { Harness, invoke, named } from './states-harness.ts';

describe('The states of the language', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start();
  });

  afterEach(() => states.end());

  const output = async (all: Record<string, object>, input: unknown = {}): Promise<unknown> => {
    const result = await states.run(all, input);
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    return JSON.parse(result.output ?? '');
  };

  it('Pass evaluates Assign and Output from the values at its entry', async () => {
    const result = await output({
      First: { Type: 'Pass', Assign: { count: 1 }, Next: 'Second' },
      Second: { Type: 'Pass', Assign: { count: '{% $count + 1 %}' }, Output: { seen: '{% $count %}' }, Next: 'Third' },
      Third: { Type: 'Pass', Output: '{% $merge([$states.input, {"now": $count}]) %}', End: true },
    });
    expect(result).toEqual({ seen: 1, now: 2 });
  });

  it('Choice follows the first true rule, with the Assign and Output of that rule', async () => {
    const machine = {
      Which: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.total > 100 %}', Next: 'Out', Assign: { size: 'large' } },
          { Condition: '{% $states.input.total > 10 %}', Next: 'Out', Assign: { size: 'medium' } },
        ],
        Default: 'Out',
        Assign: { size: 'small' },
      },
      Out: { Type: 'Pass', Output: '{% $size %}', End: true },
    };
    const arn = await states.machine(machine);
    const sizes = [];
    for (const total of [500, 50, 5]) {
      const execution = await states.begin(arn, { total }, `order-${total}`);
      await states.host.clock.idle();
      sizes.push((await states.describe(execution)).output);
    }
    expect(sizes).toEqual(['"large"', '"medium"', '"small"']);
  });

  it('Choice fails when a Condition is no boolean', async () => {
    const result = await states.run({
      Which: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'Out' }], Default: 'Out' },
      Out: { Type: 'Succeed' },
    });
    expect(result).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("Expected 'boolean', but was 'string' for value: \"yes\"") as string,
    });
  });

  it('Wait lets the time pass that it says, without anybody sleeping', async () => {
    const before = states.host.clock.now();
    await output(
      {
        Wait: { Type: 'Wait', Seconds: '{% $states.input.s %}', Next: 'Until' },
        Until: { Type: 'Wait', Timestamp: '2026-01-15T10:02:00Z', End: true },
      },
      { s: 30 },
    );
    // 10:00:00 + 30 s, then until 10:02.
    expect(states.host.clock.now() - before).toBe(120_000);
  });

  it('Parallel gives the outputs in the order of its branches, whichever ends first', async () => {
    const branch = (name: string, seconds: number): object => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: seconds, Output: `{% $prefix & '${name}' %}`, End: true } },
    });
    const result = await output({
      Set: { Type: 'Pass', Assign: { prefix: 'branch ' }, Next: 'All' },
      All: {
        Type: 'Parallel',
        Branches: [branch('slow', 20), branch('fast', 1)],
        Output: '{% $states.result %}',
        End: true,
      },
    });
    expect(result).toEqual(['branch slow', 'branch fast']);
  });

  it('a failed branch ends the others, and is caught outside', async () => {
    states.functions.set('charge', () => {
      throw named('PaymentDeclined');
    });
    const { executionArn, output: text } = await states.run({
      All: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Charge', States: { Charge: invoke('charge') } },
          { StartAt: 'Idle', States: { Idle: { Type: 'Wait', Seconds: 3000, End: true } } },
        ],
        Catch: [
          { ErrorEquals: ['PaymentDeclined'], Assign: { why: '{% $states.errorOutput.Error %}' }, Next: 'Caught' },
        ],
        End: true,
      },
      Caught: { Type: 'Pass', Output: '{% $why %}', End: true },
    });
    expect(text).toBe('"PaymentDeclined"');
    const types = await states.types(executionArn);
    expect(types.slice(-6)).toEqual([
      'WaitStateAborted',
      'ParallelStateFailed',
      'ParallelStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('Map runs its processor per item, with the item in the context, no more at once than allowed', async () => {
    let running = 0;
    let most = 0;
    states.functions.set('ship', async ({ sku }: { sku: string }) => {
      running += 1;
      most = Math.max(most, running);
      await states.host.clock.sleep(1000);
      running -= 1;
      return `shipped ${sku}`;
    });
    const result = await output(
      {
        Ship: {
          Type: 'Map',
          Items: '{% $states.input.lines %}',
          ItemSelector: {
            sku: '{% $states.context.Map.Item.Value %}',
            index: '{% $states.context.Map.Item.Index %}',
            order: '{% $states.input.id %}',
          },
          MaxConcurrency: 2,
          ItemProcessor: {
            StartAt: 'One',
            States: {
              One: invoke('ship', {
                Output: { done: '{% $states.result.Payload %}', selected: '{% $states.input %}' },
              }),
            },
          },
          End: true,
        },
      },
      { id: 'o-1', lines: ['A', 'B', 'C'] },
    );
    expect(result).toEqual([
      { done: 'shipped A', selected: { sku: 'A', index: 0, order: 'o-1' } },
      { done: 'shipped B', selected: { sku: 'B', index: 1, order: 'o-1' } },
      { done: 'shipped C', selected: { sku: 'C', index: 2, order: 'o-1' } },
    ]);
    expect(most).toBe(2);
  });

  it('an inline Map runs no more than 40 at once, whatever it says', async () => {
    const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } } };
    const map = { Type: 'Map', Items: '{% [1..100] %}', MaxConcurrency: 90, ItemProcessor: waiting, End: true };
    const { executionArn, startDate, stopDate } = await states.run({ Each: map });
    expect((stopDate ?? 0) - startDate).toBe(30);
    expect((await states.types(executionArn)).filter((type) => type === 'MapIterationSucceeded')).toHaveLength(100);
  });

  it('a distributed Map tolerates as many failures as it says, an inline one none', async () => {
    const each = (Mode: string, tolerated: number): Record<string, object> => ({
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ToleratedFailureCount: tolerated,
        ItemProcessor: {
          ProcessorConfig: { Mode },
          StartAt: 'Check',
          States: {
            Check: {
              Type: 'Choice',
              Choices: [{ Condition: '{% $states.input < 0 %}', Next: 'Bad' }],
              Default: 'Good',
            },
            Bad: { Type: 'Fail', Error: 'Negative' },
            Good: { Type: 'Succeed' },
          },
        },
        End: true,
      },
    });
    expect(await output(each('DISTRIBUTED', 1), [1, -2, 3])).toEqual([1, 3]);

    const strict = await states.begin(await states.machine(each('DISTRIBUTED', 0), {}, 'strict'), [1, -2, 3]);
    await states.host.clock.idle();
    expect(await states.describe(strict)).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });

    const inline = await states.begin(await states.machine(each('INLINE', 1), {}, 'inline'), [1, -2, 3]);
    await states.host.clock.idle();
    expect(await states.describe(inline)).toMatchObject({ status: 'FAILED', error: 'Negative' });
    expect(await states.types(inline)).toEqual(expect.arrayContaining(['MapIterationFailed', 'MapStateFailed']));
  });

  it('Fail says its error and cause, Succeed ends early', async () => {
    expect(
      await states.run(
        { No: { Type: 'Fail', Error: 'Broken', Cause: '{% "order " & $states.input.id %}' } },
        { id: 3 },
      ),
    ).toMatchObject({
      status: 'FAILED',
      error: 'Broken',
      cause: 'order 3',
    });
    const arn = await states.machine({ Yes: { Type: 'Succeed', Output: 'early' } }, {}, 'other');
    const execution = await states.begin(arn);
    await states.host.clock.idle();
    expect((await states.describe(execution)).output).toBe('"early"');
  });

  it('offers the functions that Step Functions adds, and time from the clock of the host', async () => {
    const result = await output({
      All: {
        Type: 'Pass',
        Output: {
          parsed: '{% $parse(\'{"a":[1]}\').a %}',
          uuid: '{% $uuid() %}',
          random: '{% $random() %}',
          seeded: '{% $random(7) = $random(7) %}',
          now: '{% $now() %}',
          infinite: '{% 1/0 %}',
        },
        End: true,
      },
    });
    expect(result).toEqual({
      parsed: [1],
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      random: 0.5,
      seeded: true,
      now: '2026-01-15T10:00:00.000Z',
      infinite: 'Infinity',
    });
  });
});
