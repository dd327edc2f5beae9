import { jest } from '@jest/globals';
import { createResource } from '../create-resource.ts';
import { type CloudWatchFixture, cloudWatchFixture, MINUTE_MS, query, SPAN } from './cloudwatch-fixture.ts';
import { START_MS } from '../fake-host.ts';

describe('CloudWatch metrics', () => {
  let fixture: CloudWatchFixture;
  beforeEach(async () => {
    fixture = await cloudWatchFixture();
    await fixture.cloudwatch.start();
  });
  afterEach(() => fixture.host.close());

  const values: CloudWatchFixture['values'] = (...given) => fixture.values(...given);

  test('are added up per minute', async () => {
    fixture.measure(1);
    fixture.measure(4);
    await fixture.minutesPass(2);
    fixture.measure(2);
    expect(await values([query('m', 'Failed', 'Sum')])).toMatchObject([
      { Id: 'm', Timestamps: [START_MS / 1000, START_MS / 1000 + 120], Values: [5, 2] },
    ]);
    expect(await values([query('m', 'Failed', 'Average')])).toMatchObject([{ Values: [2.5, 2] }]);
    expect(await values([query('m', 'Failed', 'Maximum')], { ScanBy: 'TimestampDescending' })).toMatchObject([
      { Values: [2, 4] },
    ]);
  });

  test('give percentiles within one percent', async () => {
    for (let value = 1; value <= 1000; value += 1) fixture.measure(value);
    const [p50, p99] = await values([query('a', 'Failed', 'p50'), query('b', 'Failed', 'p99')]);
    expect(p50?.Values[0]).toBeGreaterThan(495);
    expect(p50?.Values[0]).toBeLessThan(505);
    expect(p99?.Values[0]).toBeGreaterThan(980);
    expect(p99?.Values[0]).toBeLessThan(1000);
  });

  test('can be put by clients, with counts and statistics, at the time that they say', async () => {
    const MetricData = [
      { MetricName: 'Put', Values: [1, 2], Counts: [3, 1], Timestamp: START_MS / 1000 + 60, Unit: 'Count' },
      { MetricName: 'Put', StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 1, Maximum: 9 } },
    ];
    await fixture.call('PutMetricData', { Namespace: 'Orders', MetricData });
    expect(await values([query('m', 'Put', 'Sum')])).toMatchObject([{ Values: [10, 5] }]);
    expect(await values([query('m', 'Put', 'Maximum')])).toMatchObject([{ Values: [9, 2] }]);
    expect(await fixture.call('ListMetrics', { Namespace: 'Orders' })).toEqual({
      Metrics: [{ Namespace: 'Orders', MetricName: 'Put', Dimensions: [] }],
    });
  });

  test.each([
    [{}, 'MissingParameter', 'MetricName is required'],
    [{ MetricName: 'm' }, 'MissingParameter', 'At least one of'],
    [{ MetricName: 'm', Value: 1, Timestamp: START_MS / 1000 - 15 * 86_400 }, 'InvalidParameterValue', 'two weeks'],
    [{ MetricName: 'm', Values: [1, 2], Counts: [1] }, 'InvalidParameterValue', 'as many as'],
    [{ MetricName: 'm', Value: Infinity }, 'InvalidParameterValue', 'finite'],
    [{ MetricName: 'm', Value: 1, Dimensions: Array(31).fill({}) }, 'InvalidParameterValue', 'more than 30 members'],
  ])('are not put as %j', async (datum, code, words) => {
    await expect(fixture.call('PutMetricData', { Namespace: 'Orders', MetricData: [datum] })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
  });

  test('tell dimensions apart, in whatever order they come', async () => {
    fixture.measure(1, { dimensions: { A: '1', B: '2' } });
    fixture.measure(2, { dimensions: { B: '2', A: '1' } });
    fixture.measure(4, { dimensions: { A: '1' } });
    const Dimensions = [
      { Name: 'B', Value: '2' },
      { Name: 'A', Value: '1' },
    ];
    const MetricStat = { Metric: { Namespace: 'Orders', MetricName: 'Failed', Dimensions }, Period: 60, Stat: 'Sum' };
    expect(await values([{ Id: 'm', MetricStat }])).toMatchObject([{ Values: [3] }]);
  });

  test('come in pages, which may end within a result', async () => {
    for (const value of [1, 2, 3]) {
      fixture.measure(value);
      await fixture.minutesPass(1);
    }
    const page = (NextToken?: string) =>
      fixture.call('GetMetricData', {
        MetricDataQueries: [query('sum', 'Failed', 'Sum'), query('count', 'Failed', 'SampleCount')],
        ...SPAN,
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 4,
        ...(NextToken !== undefined && { NextToken }),
      });

    expect(await page()).toMatchObject({
      MetricDataResults: [
        { Id: 'sum', Values: [1, 2, 3], StatusCode: 'Complete' },
        { Id: 'count', Values: [1], StatusCode: 'PartialData' },
      ],
      NextToken: '4',
    });
    const last = await page('4');
    expect(last).toMatchObject({ MetricDataResults: [{ Id: 'count', Values: [1, 1], StatusCode: 'Complete' }] });
    expect(last).not.toHaveProperty('NextToken');
  });

  test.each([
    [{ Period: 60 }, 'Must specify either Statistics or ExtendedStatistics'],
    [
      { Period: 60, Statistics: ['Sum'], EndTime: START_MS / 1000 + 86_460 },
      'You have requested up to 1441 datapoints',
    ],
    [{ Period: 60, Statistics: ['Sum'], EndTime: START_MS / 1000 }, 'StartTime must be less than'],
    [{ Period: 10, Statistics: ['Sum'] }, 'Period is a multiple of 60'],
    [{ Period: 60, Statistics: ['tm90'] }, 'tm90 for the statistic is not supported'],
  ])('refuse statistics of %j: %s', async (more, words) => {
    const input = { Namespace: 'Orders', MetricName: 'Failed', ...SPAN, ...more };
    await expect(fixture.call('GetMetricStatistics', input)).rejects.toThrow(words);
  });

  test('are found on disk when they have left memory', async () => {
    fixture.measure(5);
    await fixture.host.clock.advance(24 * 60 * MINUTE_MS);
    fixture.measure(1);
    await fixture.host.clock.advance(MINUTE_MS);
    expect(await values([query('m', 'Failed', 'Sum')])).toMatchObject([{ Values: [5] }]);
  });

  test('of a minute that has left memory are added to what the disk has', async () => {
    fixture.measure(5);
    await fixture.host.clock.advance(24 * 60 * MINUTE_MS);
    const datum = { MetricName: 'Failed', Value: 2, Timestamp: START_MS / 1000 };
    await fixture.call('PutMetricData', { Namespace: 'Orders', MetricData: [datum] });
    await fixture.host.clock.advance(MINUTE_MS);
    expect(await values([query('m', 'Failed', 'Sum')])).toMatchObject([{ Values: [7] }]);
  });

  test('are forgotten when their last datapoint is 15 days old, and asking makes none', async () => {
    fixture.measure(1);
    await values([query('m', 'NeverMeasured', 'Sum')]);
    expect(await fixture.call('ListMetrics')).toMatchObject({ Metrics: [{ MetricName: 'Failed' }] });
    await fixture.host.clock.advance(16 * 24 * 60 * MINUTE_MS);
    expect(await fixture.call('ListMetrics')).toEqual({ Metrics: [] });
  });

  test('are looked for on disk only when some may have expired', async () => {
    fixture.measure(1);
    const range = jest.spyOn(fixture.host.store, 'range');

    await fixture.host.clock.advance(14 * 24 * 60 * MINUTE_MS);

    expect(range).not.toHaveBeenCalled();
  });

  test('have dashboards, whose body is given out', async () => {
    const properties = { DashboardName: 'orders', DashboardBody: '{"widgets":[]}' };
    await createResource(fixture.cloudwatch, 'AWS::CloudWatch::Dashboard', 'Dashboard', properties);
    expect(await fixture.call('GetDashboard', { DashboardName: 'orders' })).toMatchObject({
      DashboardBody: '{"widgets":[]}',
    });
    await expect(fixture.call('GetDashboard', { DashboardName: 'other' })).rejects.toMatchObject({
      code: 'ResourceNotFound',
    });
  });
});
