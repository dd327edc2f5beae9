import { details, Harness, invoke, named } from './states-harness.ts';

describe('Executions on disk', () => {
  let states: Harness;
  const runs: string[] = [];
  let tokens: string[];
  let chargeFails: boolean;

  beforeEach(async () => {
    runs.length = 0;
    tokens = [];
    chargeFails = false;
    states = await Harness.start({
      reserve: () => {
        runs.push('reserve');
        return { held: true };
      },
      charge: () => {
        runs.push('charge');
        if (chargeFails) throw named('GatewayDown');
        return { charged: true };
      },
      hang: () => {
        runs.push('hang');
        return new Promise(() => undefined);
      },
      ask: ({ token }: { token: string }) => {
        tokens.push(token);
        return null;
      },
    });
  });

  afterEach(() => states.end());

  const two = {
    Reserve: invoke('reserve', {
      End: undefined,
      Next: 'Charge',
      Assign: { held: '{% $states.result.Payload.held %}' },
    }),
  };

  it('a task that was under way is invoked again, what came before is not', async () => {
    const machine = await states.machine({
      ...two,
      Charge: invoke('hang', { Output: { held: '{% $held %}', result: '{% $states.result.Payload %}' } }),
    });
    const execution = await states.begin(machine, { orderId: 'o-1' });
    await states.host.clock.idle();
    const before = await states.history(execution);

    states.functions.set('hang', () => {
      runs.push('hang again');
      return 'at last';
    });
    states = await states.restart();
    await states.host.clock.idle();

    expect(runs).toEqual(['reserve', 'hang', 'hang again']);
    expect(await states.describe(execution)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"held":true,"result":"at last"}',
    });
    expect((await states.history(execution)).slice(0, before.length)).toEqual(before);
  });

  it('timers fire when they were due, retries and tokens still count, in every branch', async () => {
    chargeFails = true;
    const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });
    const machine = await states.machine({
      All: {
        Type: 'Parallel',
        Branches: [
          branch('Wait', { Type: 'Wait', Seconds: 7200, Output: 'waited', End: true }),
          branch(
            'Retry',
            invoke('charge', { Retry: [{ ErrorEquals: ['GatewayDown'], IntervalSeconds: 7000, MaxAttempts: 1 }] }),
          ),
          branch('Token', {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
            Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
            End: true,
          }),
        ],
        End: true,
      },
    });
    const execution = await states.begin(machine);
    await states.host.clock.idle();
    await states.host.clock.advance(3_600_000);

    states = await states.restart();
    chargeFails = false;
    expect(tokens).toHaveLength(1);
    await states.call('SendTaskSuccess', { taskToken: tokens[0], output: '"decided"' });
    await states.host.clock.advance(3_600_000);

    const result = await states.describe(execution);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: '["waited",{"charged":true},"decided"]' });
    expect((result.stopDate as number) - result.startDate).toBe(7200);
    expect(runs).toEqual(['charge', 'charge']);
  });

  it('a Map goes on with the items that are left', async () => {
    states.functions.set('ship', async (sku: string, { host }: Harness) => {
      runs.push(sku);
      await host.clock.sleep(1_000_000);
      return sku;
    });
    const machine = await states.machine({
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'Ship', States: { Ship: invoke('ship') } },
        End: true,
      },
    });
    const execution = await states.begin(machine, ['A', 'B', 'C']);
    await states.host.clock.advance(1_500_000);

    states = await states.restart();
    await states.host.clock.advance(4_000_000);
    expect((await states.describe(execution)).output).toBe('["A","B","C"]');
    expect(runs).toEqual(['A', 'B', 'B', 'C']);
  });

  it('an end that the bus did not take is announced at the next start', async () => {
    const events = states.host.services.get('events');
    states.host.services.delete('events');
    const execution = await states.begin(await states.machine({ Only: invoke('reserve') }));
    await states.host.clock.idle();
    expect((await states.describe(execution)).status).toBe('SUCCEEDED');
    expect(states.host.reports.join()).toContain('the default bus did not take the status');
    expect(events).toBeDefined();

    states = await states.restart();
    await states.host.clock.idle();
    expect(states.busEvents.map(({ Detail }) => (JSON.parse(Detail) as { status: string }).status)).toEqual([
      'SUCCEEDED',
    ]);

    states = await states.restart();
    await states.host.clock.idle();
    expect(states.busEvents).toEqual([]);
  });

  it('runs the revision that it was started with, whatever has become of the machine', async () => {
    const stateMachineArn = await states.machine({
      Wait: { Type: 'Wait', Seconds: 7200, Next: 'End' },
      End: { Type: 'Pass', Output: 'old', End: true },
    });
    const execution = await states.begin(stateMachineArn);
    await states.host.clock.idle();
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'New',
      States: { New: { Type: 'Pass', Output: 'new', End: true } },
    });
    await states.call('UpdateStateMachine', { stateMachineArn, definition });

    states = await states.restart();
    await states.host.clock.advance(7_200_000);
    expect((await states.describe(execution)).output).toBe('"old"');
    const later = await states.begin(stateMachineArn, {}, 'order-2');
    await states.host.clock.idle();
    expect((await states.describe(later)).output).toBe('"new"');
  });

  describe('redriven', () => {
    it('go on at the state that failed, with Retriers counting anew', async () => {
      chargeFails = true;
      const machine = await states.machine({
        ...two,
        Charge: invoke('charge', { Retry: [{ ErrorEquals: ['GatewayDown'], MaxAttempts: 1 }], Output: '{% $held %}' }),
      });
      const executionArn = await states.begin(machine, { orderId: 'o-1' });
      await states.host.clock.idle();
      expect(await states.describe(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
      const before = await states.history(executionArn);

      chargeFails = false;
      states = await states.restart();
      await states.call('RedriveExecution', { executionArn });
      await states.host.clock.idle();

      expect(runs).toEqual(['reserve', 'charge', 'charge', 'charge']);
      expect(await states.describe(executionArn)).toMatchObject({
        status: 'SUCCEEDED',
        output: 'true',
        redriveCount: 1,
      });
      const events = (await states.history(executionArn)).slice(before.length);
      expect(events.map(({ type }) => type)).toEqual([
        'ExecutionRedriven',
        'TaskScheduled',
        'TaskStarted',
        'TaskSucceeded',
        'TaskStateExited',
        'ExecutionSucceeded',
      ]);
      expect(details(events[0])).toEqual({ redriveCount: 1 });
      await expect(states.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
        code: 'ExecutionNotRedrivable',
      });
    });

    it('run only the branches that did not succeed', async () => {
      chargeFails = true;
      const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });
      const executionArn = await states.begin(
        await states.machine({
          All: {
            Type: 'Parallel',
            Branches: [
              branch('Reserve', invoke('reserve')),
              {
                StartAt: 'Later',
                States: { Later: { Type: 'Wait', Seconds: 10, Next: 'Charge' }, Charge: invoke('charge') },
              },
              branch('Idle', { Type: 'Wait', Seconds: 60, Output: 'idle', End: true }),
            ],
            End: true,
          },
        }),
      );
      await states.host.clock.idle();
      expect((await states.describe(executionArn)).status).toBe('FAILED');

      chargeFails = false;
      await states.call('RedriveExecution', { executionArn });
      await states.host.clock.idle();
      expect((await states.describe(executionArn)).output).toBe('[{"held":true},{"charged":true},"idle"]');
      expect(runs).toEqual(['reserve', 'charge', 'charge']);
    });

    it('are too late after 14 days', async () => {
      chargeFails = true;
      const executionArn = await states.begin(await states.machine({ Charge: invoke('charge') }));
      await states.host.clock.advance(15 * 24 * 3600 * 1000);
      await expect(states.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
        code: 'ExecutionNotRedrivable',
        message: expect.stringContaining('redrivable period exceeded') as string,
      });
    });
  });
});
