import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudWatchFixture } from './cloudwatch-fixture.ts';

describe('A restart', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cloudwatch-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('keeps alarms and datapoints', async () => {
    const before = await cloudWatchFixture(directory);
    await before.alarm({ Period: 300, Threshold: 2 });
    await before.cloudwatch.start();
    before.measure(2);
    await before.minutesPass(1);
    before.measure(1);
    await before.cloudwatch.stop();
    await before.host.close();

    const after = await cloudWatchFixture(directory);
    await after.alarm({ Period: 300, Threshold: 2 });
    await after.cloudwatch.start();
    expect((await after.state()).StateValue).toBe('ALARM');
    const span = { StartTime: '2026-01-15T10:00:00Z', EndTime: '2026-01-15T10:05:00Z', Period: 300 };
    const metric = { Namespace: 'Orders', MetricName: 'Failed', Statistics: ['Sum', 'SampleCount'] };
    expect(await after.call('GetMetricStatistics', { ...metric, ...span })).toEqual({
      Label: 'Failed',
      Datapoints: [{ Timestamp: Date.UTC(2026, 0, 15, 10) / 1000, Sum: 3, SampleCount: 2, Unit: 'None' }],
    });
    await after.host.close();
  });

  test('tells the topics that were not told before the host ended, and tells them once', async () => {
    const killed = await cloudWatchFixture(directory);
    await killed.alarm({});
    await killed.cloudwatch.start();
    // The topic is called and does not answer any more: the host ends in the middle of the action.
    const called = new Promise<void>((resolve) => {
      const call = () => {
        resolve();
        return new Promise(() => {});
      };
      killed.host.services.set('sns', { call });
    });
    killed.measure(1);
    void killed.minutesPass(2);
    await called;
    await killed.host.close();

    for (const told of [['ALARM'], []]) {
      const restarted = await cloudWatchFixture(directory);
      await restarted.alarm({});
      await restarted.cloudwatch.start();
      await restarted.host.clock.idle();
      expect(restarted.published.map(({ Message }) => JSON.parse(Message).NewStateValue)).toEqual(told);
      await restarted.host.close();
    }
  });
});
