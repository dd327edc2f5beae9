import { type CloudWatchFixture, cloudWatchFixture, TOPIC } from './cloudwatch-fixture.ts';

describe('An alarm', () => {
  let fixture: CloudWatchFixture;
  beforeEach(async () => {
    fixture = await cloudWatchFixture();
  });
  afterEach(() => fixture.host.close());

  test('has its name for Ref and its ARN for an attribute', async () => {
    const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:Test-Alarm';
    expect(await fixture.alarm({})).toEqual({ ref: 'Test-Alarm', attributes: { Arn: arn } });
  });

  test('goes off at the end of the minute in which its metric breaches, and tells its topic', async () => {
    await fixture.alarm({ AlarmDescription: 'see runbook' });
    await fixture.cloudwatch.start();
    expect((await fixture.state()).StateValue).toBe('INSUFFICIENT_DATA');
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('OK');
    expect(fixture.published).toEqual([]);

    fixture.measure(1);
    fixture.measure(2);
    await fixture.minutesPass(1);
    expect(await fixture.state()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (15/01/26 10:01:00)] was greater than or equal to ' +
        'the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    });
    expect(fixture.published).toHaveLength(1);
    expect(fixture.published[0]).toMatchObject({
      TopicArn: TOPIC,
      Subject: 'ALARM: "Test-Alarm" in US East (N. Virginia)',
    });
    expect(JSON.parse(fixture.published[0]?.Message ?? '')).toMatchObject({
      AlarmName: 'Test-Alarm',
      AlarmDescription: 'see runbook',
      AWSAccountId: '000000000000',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      StateChangeTime: '2026-01-15T10:02:00.000+0000',
      Region: 'US East (N. Virginia)',
      Trigger: {
        MetricName: 'Failed',
        Namespace: 'Orders',
        StatisticType: 'Statistic',
        Statistic: 'SUM',
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        TreatMissingData: 'notBreaching',
      },
    });
    expect(fixture.host.calls.at(-1)?.principal).toEqual({
      kind: 'service',
      service: 'cloudwatch.amazonaws.com',
      sourceArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:Test-Alarm',
    });
    // Without newer data that minute is the newest datapoint, until the evaluation range has passed it.
    await fixture.minutesPass(2);
    expect((await fixture.state()).StateValue).toBe('ALARM');
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('OK');
  });

  test('of five minutes goes off at the first minute end at which they breach, and is over when they have passed', async () => {
    await fixture.alarm({ Period: 300, Threshold: 2 });
    await fixture.cloudwatch.start();
    fixture.measure(1);
    await fixture.minutesPass(2);
    expect((await fixture.state()).StateValue).toBe('OK');
    fixture.measure(1);
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('ALARM');
    await fixture.minutesPass(2);
    expect((await fixture.state()).StateValue).toBe('ALARM');
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('OK');
  });

  test('takes M of the last N periods', async () => {
    await fixture.alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await fixture.cloudwatch.start();
    fixture.measure(1);
    await fixture.minutesPass(2);
    expect((await fixture.state()).StateValue).toBe('OK');
    fixture.measure(1);
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('ALARM');
  });

  test('on a share of two metrics has no data where it would divide by nothing', async () => {
    const stat = (MetricName: string): object => ({
      Metric: { Namespace: 'Orders', MetricName },
      Period: 60,
      Stat: 'Sum',
    });
    await fixture.alarm({
      ...{ Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined },
      Metrics: [
        { Id: 'share', Expression: '100 * part / created', Label: 'percent' },
        { Id: 'part', MetricStat: stat('Rejected'), ReturnData: false },
        { Id: 'created', MetricStat: stat('Created'), ReturnData: false },
      ],
      Threshold: 50,
    });
    await fixture.cloudwatch.start();
    fixture.measure(3, { name: 'Rejected' });
    fixture.measure(0, { name: 'Created' });
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('OK');
    fixture.measure(1, { name: 'Rejected' });
    fixture.measure(2, { name: 'Created' });
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('ALARM');
  });

  test('for which silence is the news goes off when nothing was measured in its evaluation range', async () => {
    const more = {
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      Period: 3600,
      EvaluationPeriods: 2,
    };
    await fixture.alarm(more);
    await fixture.cloudwatch.start();
    fixture.measure(1);
    // Two periods, and two that CloudWatch looks further back.
    await fixture.minutesPass(4 * 60 - 1);
    expect((await fixture.state()).StateValue).toBe('OK');
    await fixture.minutesPass(2);
    expect(await fixture.state()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    });
  });

  test('that is evaluated late, since time has jumped, notices what breached on the way', async () => {
    await fixture.alarm({});
    await fixture.cloudwatch.start();
    await fixture.minutesPass(1);
    fixture.measure(5);
    const woken = fixture.host.clock.sleep(30 * 60_000);
    await woken;
    await fixture.host.clock.idle();
    expect(fixture.published).toHaveLength(1);
    expect((await fixture.state()).StateValue).toBe('OK');
  });

  test('can be set by hand, until it is evaluated again', async () => {
    await fixture.alarm({ OKActions: [TOPIC] });
    await fixture.cloudwatch.start();
    await fixture.minutesPass(1);
    await fixture.call('SetAlarmState', { AlarmName: 'Test-Alarm', StateValue: 'ALARM', StateReason: 'drill' });
    expect(await fixture.state()).toMatchObject({ StateValue: 'ALARM', StateReason: 'drill' });
    await fixture.minutesPass(1);
    expect((await fixture.state()).StateValue).toBe('OK');
    expect(fixture.published.map(({ Subject }) => Subject.split(':')[0])).toEqual(['OK', 'ALARM', 'OK']);
  });

  test('writes its history, newest first, with actions that failed', async () => {
    fixture.host.services.delete('sns');
    await fixture.alarm({});
    await fixture.cloudwatch.start();
    fixture.measure(1);
    await fixture.minutesPass(1);
    const { AlarmHistoryItems } = (await fixture.call('DescribeAlarmHistory', { AlarmName: 'Test-Alarm' })) as {
      AlarmHistoryItems: { HistoryItemType: string; HistorySummary: string }[];
    };
    const summaries = AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
    expect(summaries).toContain('Alarm updated from INSUFFICIENT_DATA to ALARM');
    expect(summaries).toContain(`Failed to execute action ${TOPIC}`);
    expect(fixture.host.reports[0]).toContain('Test-Alarm');
  });

  test('can be made, changed and deleted by clients', async () => {
    await fixture.cloudwatch.start();
    const alarm = {
      AlarmName: 'mine',
      Namespace: 'Orders',
      MetricName: 'Failed',
      ExtendedStatistic: 'p90',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 100,
      ComparisonOperator: 'GreaterThanThreshold',
    };
    await fixture.call('PutMetricAlarm', alarm);
    for (let value = 1; value <= 10; value += 1) fixture.measure(value * 20);
    await fixture.minutesPass(1);
    expect((await fixture.state('mine')).StateValue).toBe('ALARM');
    await fixture.call('PutMetricAlarm', { ...alarm, Threshold: 500 });
    await fixture.minutesPass(3);
    expect(await fixture.state('mine')).toMatchObject({ StateValue: 'INSUFFICIENT_DATA', Threshold: 500 });
    await fixture.call('DeleteAlarms', { AlarmNames: ['mine'] });
    expect(await fixture.state('mine')).toBeUndefined();
  });
});
