import { type CloudWatchFixture, cloudWatchFixture, TOPIC } from './cloudwatch-fixture.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:page';
const ARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:mine';

describe('An alarm of a client', () => {
  let fixture: CloudWatchFixture;
  beforeEach(async () => {
    fixture = await cloudWatchFixture();
    await fixture.cloudwatch.start();
  });
  afterEach(() => fixture.host.close());

  const alarm = {
    AlarmName: 'mine',
    Namespace: 'Orders',
    MetricName: 'Failed',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    AlarmActions: [TOPIC],
  };
  const put = (more: object = {}) => fixture.call('PutMetricAlarm', { ...alarm, ...more });
  const goOff = () => fixture.call('SetAlarmState', { AlarmName: 'mine', StateValue: 'ALARM', StateReason: 'drill' });

  test.each([
    [{ EvaluationPeriods: 0 }, 'EvaluationPeriods must be at least 1'],
    [{ DatapointsToAlarm: 2 }, 'from 1 to EvaluationPeriods'],
    [{ EvaluationPeriods: 1441 }, 'more than 86400 seconds'],
    [{ Period: 3600, EvaluationPeriods: 169 }, 'more than 604800 seconds'],
    [{ Period: 30 }, 'does not serve alarm periods below a minute (30 s)'],
    [{ Statistic: undefined }, 'Exactly one of Statistic'],
    [
      { ComparisonOperator: 'GreaterThanUpperThreshold' },
      'does not serve the ComparisonOperator GreaterThanUpperThreshold',
    ],
    [{ ThresholdMetricId: 'ad1' }, 'does not serve anomaly detection'],
    [{ AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }, 'does not serve the action arn:aws:automate'],
    [{ AlarmActions: Array(6).fill(TOPIC) }, 'at most 5 actions'],
  ])('is refused with %j: %s', async (more, words) => {
    await expect(put(more)).rejects.toThrow(words);
  });

  test('is an event on the default bus at every change, also when its actions are off', async () => {
    await put({ AlarmDescription: 'see runbook' });
    await fixture.call('DisableAlarmActions', { AlarmNames: ['mine'] });
    await goOff();

    expect(await fixture.state('mine')).toMatchObject({ ActionsEnabled: false, StateValue: 'ALARM' });
    expect(fixture.published).toEqual([]);
    expect(fixture.events).toMatchObject([
      { Source: 'aws.cloudwatch', DetailType: 'CloudWatch Alarm State Change', Resources: [ARN] },
    ]);
    expect(JSON.parse(fixture.events[0]?.Detail ?? '')).toMatchObject({
      alarmName: 'mine',
      state: { value: 'ALARM', reason: 'drill', timestamp: '2026-01-15T10:00:00.000+0000' },
      previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
      configuration: {
        description: 'see runbook',
        metrics: [
          { metricStat: { metric: { namespace: 'Orders', name: 'Failed', dimensions: {} }, period: 60, stat: 'Sum' } },
        ],
      },
    });
  });

  test('acts again when its actions are enabled, or when it is put anew', async () => {
    await put();
    await fixture.call('DisableAlarmActions', { AlarmNames: ['mine'] });
    await fixture.call('EnableAlarmActions', { AlarmNames: ['mine'] });
    await goOff();
    expect(fixture.published).toHaveLength(1);

    await fixture.call('DisableAlarmActions', { AlarmNames: ['mine'] });
    await put();
    expect(await fixture.state('mine')).toMatchObject({ ActionsEnabled: true });
  });

  test('invokes functions, as the service that alarms are there', async () => {
    const invoked: object[] = [];
    fixture.host.services.set('lambda', { call: async (_, input) => void invoked.push(input as object) });
    await put({ AlarmActions: [FUNCTION] });
    await goOff();

    expect(invoked).toMatchObject([{ FunctionName: FUNCTION, InvocationType: 'Event' }]);
    const { Payload } = invoked[0] as { Payload: string };
    expect(JSON.parse(Payload)).toMatchObject({
      source: 'aws.cloudwatch',
      alarmArn: ARN,
      accountId: '000000000000',
      region: 'us-east-1',
      alarmData: { alarmName: 'mine', state: { value: 'ALARM' }, previousState: { value: 'INSUFFICIENT_DATA' } },
    });
    expect(fixture.host.calls.at(-1)?.principal).toEqual({
      kind: 'service',
      service: 'lambda.alarms.cloudwatch.amazonaws.com',
      sourceArn: ARN,
    });
  });

  test('is found by its metric', async () => {
    await put();
    await put({ AlarmName: 'other', Dimensions: [{ Name: 'Stage', Value: 'dev' }] });
    const found = async (more: object) => {
      const input = { Namespace: 'Orders', MetricName: 'Failed', ...more };
      const { MetricAlarms } = (await fixture.call('DescribeAlarmsForMetric', input)) as { MetricAlarms: object[] };
      return MetricAlarms;
    };

    expect(await found({})).toMatchObject([{ AlarmName: 'mine' }]);
    expect(await found({ Dimensions: [{ Name: 'Stage', Value: 'dev' }] })).toMatchObject([{ AlarmName: 'other' }]);
    expect(await found({ Statistic: 'Average' })).toEqual([]);
  });

  test('with a percentile of too few measurements keeps its state, if it says so', async () => {
    const p90 = { Statistic: undefined, ExtendedStatistic: 'p90', TreatMissingData: 'notBreaching' };
    await put({ ...p90, EvaluateLowSampleCountPercentile: 'ignore' });
    await put({ ...p90, AlarmName: 'hasty' });
    for (let count = 0; count < 99; count += 1) fixture.measure(5);
    await fixture.minutesPass(1);

    expect(await fixture.state('mine')).toMatchObject({ StateValue: 'INSUFFICIENT_DATA' });
    expect(await fixture.state('hasty')).toMatchObject({ StateValue: 'ALARM' });
  });

  test('has a history by kind and time, in pages', async () => {
    await put();
    await fixture.minutesPass(1);
    await put({ Threshold: 2 });
    await goOff();
    const history = async (more: object) => {
      const answer = (await fixture.call('DescribeAlarmHistory', { AlarmName: 'mine', ...more })) as {
        AlarmHistoryItems: { HistorySummary: string }[];
        NextToken?: string;
      };
      return [answer.AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary), answer.NextToken];
    };

    const configured = ['Alarm "mine" created', 'Alarm "mine" updated'];
    const byKind = { HistoryItemType: 'ConfigurationUpdate', ScanBy: 'TimestampAscending' };
    expect(await history(byKind)).toEqual([configured, undefined]);
    expect(await history({ ...byKind, MaxRecords: 1 })).toEqual([[configured[0]], '1']);
    expect(await history({ ...byKind, MaxRecords: 1, NextToken: '1' })).toEqual([[configured[1]], undefined]);
    expect(await history({ ...byKind, StartDate: '2026-01-15T10:00:30Z' })).toEqual([[configured[1]], undefined]);
    expect(await history({ AlarmTypes: ['CompositeAlarm'] })).toEqual([[], undefined]);
  });

  test('carries tags', async () => {
    await put({ Tags: [{ Key: 'a', Value: '1' }] });
    await fixture.call('TagResource', { ResourceARN: ARN, Tags: [{ Key: 'b', Value: '2' }] });
    await fixture.call('UntagResource', { ResourceARN: ARN, TagKeys: ['a'] });

    expect(await fixture.call('ListTagsForResource', { ResourceARN: ARN })).toEqual({
      Tags: [{ Key: 'b', Value: '2' }],
    });
  });
});

describe('A dashboard of a client', () => {
  let fixture: CloudWatchFixture;
  beforeEach(async () => {
    fixture = await cloudWatchFixture();
    await fixture.cloudwatch.start();
  });
  afterEach(() => fixture.host.close());

  test('is put, read and deleted', async () => {
    const DashboardBody = '{"widgets":[]}';
    await fixture.call('PutDashboard', { DashboardName: 'mine', DashboardBody });
    expect(await fixture.call('GetDashboard', { DashboardName: 'mine' })).toMatchObject({ DashboardBody });

    await expect(fixture.call('DeleteDashboards', { DashboardNames: ['mine', 'none'] })).rejects.toMatchObject({
      code: 'ResourceNotFound',
    });
    await fixture.call('DeleteDashboards', { DashboardNames: ['mine'] });
    expect(await fixture.call('ListDashboards')).toEqual({ DashboardEntries: [] });
  });

  test.each([
    [{ DashboardName: 'a b', DashboardBody: '{}' }],
    [{ DashboardName: 'mine', DashboardBody: '[]' }],
    [{ DashboardName: 'mine', DashboardBody: '{' }],
  ])('is refused as %j', async (input) => {
    await expect(fixture.call('PutDashboard', input)).rejects.toMatchObject({ code: 'InvalidParameterInput' });
  });
});
