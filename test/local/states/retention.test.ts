import { jest } from '@jest/globals';
import { Store } from '../../../local/store.ts';
import { Harness, invoke, named } from './states-harness.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('Executions that ended long ago', () => {
  let states: Harness;
  beforeEach(async () => {
    states = await Harness.start({
      work: () => 'done',
      fail: () => {
        throw named('Broken');
      },
      ask: () => null,
    });
  });
  afterEach(() => states.end());

  async function keys(): Promise<string[]> {
    const found: string[] = [];
    for await (const [key] of states.host.store.range({ gte: 'sfn/', lt: 'sfn0' })) found.push(key);
    return found.filter((key) => !/^sfn\/[md]\//.test(key));
  }

  const advance = async (days: number): Promise<void> => {
    await states.host.clock.advance(days * DAY_MS);
    await states.host.clock.idle();
  };

  it('are kept for 90 days, and then forgotten whole', async () => {
    const long = {
      Work: invoke('work', { End: undefined, Next: 'More' }),
      More: { Type: 'Pass', Output: 'x'.repeat(9000), End: true },
    };
    const succeeded = await states.begin(await states.machine(long));
    const failed = await states.begin(await states.machine({ Fail: invoke('fail') }, {}, 'failing'));
    await states.host.clock.idle();
    expect((await states.describe(failed)).status).toBe('FAILED');

    await advance(89);
    expect((await states.describe(succeeded)).status).toBe('SUCCEEDED');
    expect(await states.history(failed)).not.toEqual([]);

    await advance(2);
    for (const executionArn of [succeeded, failed]) {
      await expect(states.describe(executionArn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
      await expect(states.history(executionArn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
    }
    expect(await keys()).toEqual([]);
  });

  it('leave their names to others', async () => {
    const machine = await states.machine({ Work: invoke('work') });
    await states.begin(machine, { n: 1 }, 'order-1');
    await states.host.clock.idle();
    await expect(states.begin(machine, { n: 2 }, 'order-1')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await advance(91);
    const again = await states.begin(machine, { n: 2 }, 'order-1');
    await states.host.clock.idle();
    expect((await states.describe(again)).status).toBe('SUCCEEDED');
  });

  it('go without those that still run, or ended later', async () => {
    const asking = {
      Ask: invoke('ask', { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', TimeoutSeconds: 999 * 86_400 }),
    };
    const machine = await states.machine(asking);
    const running = await states.begin(machine, {}, 'runs');
    const stopped = await states.begin(machine, {}, 'stopped-later');
    await advance(60);
    await states.call('StopExecution', { executionArn: stopped });
    await advance(60);
    expect((await states.describe(running)).status).toBe('RUNNING');
    expect((await states.describe(stopped)).status).toBe('ABORTED');
    await advance(40);
    await expect(states.describe(stopped)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
    expect((await states.describe(running)).status).toBe('RUNNING');
  });

  it('of machines that are gone are forgotten too, also after a restart', async () => {
    const machine = await states.machine({ Work: invoke('work') }, {}, 'short-lived');
    await states.begin(machine);
    await states.host.clock.idle();
    await states.call('DeleteStateMachine', { stateMachineArn: machine });
    await advance(89);
    states = await states.restart();
    await advance(2);
    expect(await keys()).toEqual([]);
  });
});

test('A start reads nothing of executions that have ended', async () => {
  let states = await Harness.start({ work: () => 'done', hang: () => new Promise(() => undefined) });
  const machine = await states.machine({ Work: invoke('work') });
  for (let number = 1; number <= 20; number += 1) await states.begin(machine, {}, `order-${number}`);
  await states.begin(await states.machine({ Hang: invoke('hang') }, {}, 'hanging'), {}, 'runs');
  await states.host.clock.idle();

  const get = jest.spyOn(Store.prototype, 'get');
  const range = jest.spyOn(Store.prototype, 'range');
  states = await states.restart();
  const records = get.mock.calls.flatMap(([key]) => (key.startsWith('sfn/x/') ? key : []));
  expect(records).toEqual(['sfn/x/hanging/runs']);
  expect(range.mock.calls.map(([{ gte }]) => gte)).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^sfn\/[xhi]/)]),
  );
  get.mockRestore();
  range.mockRestore();
  await states.end();
});
