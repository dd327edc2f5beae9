import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlarmState } from '../../../local/services/cloudwatch/alarm-evaluation.ts';
import { compileRule } from '../../../local/services/cloudwatch/composite-rule.ts';
import { createResource } from '../create-resource.ts';
import { type CloudWatchFixture, cloudWatchFixture, TOPIC } from './cloudwatch-fixture.ts';

describe('The rule of a composite alarm', () => {
  const STATES: Record<string, AlarmState> = { a: 'ALARM', 'b c': 'OK', d: 'INSUFFICIENT_DATA' };
  const stateOf = (name: string): AlarmState => STATES[name] ?? 'OK';

  test.each([
    ['ALARM(a)', true],
    ['ALARM("a")', true],
    ['OK("b c") AND INSUFFICIENT_DATA(d)', true],
    ['ALARM("b c") OR OK(a)', false],
    ['NOT ALARM(a)', false],
    ['NOT (ALARM("b c") OR ALARM(d))', true],
    ['TRUE', true],
    ['FALSE OR NOT FALSE', true],
    // AND binds tighter than OR, NOT tighter than both.
    ['ALARM(a) OR FALSE AND FALSE', true],
    ['(ALARM(a) OR FALSE) AND FALSE', false],
    ['NOT FALSE AND FALSE', false],
    ['AT_LEAST(2, ALARM, (a, "b c", d))', false],
    ['AT_LEAST(1, ALARM, (a, "b c", d))', true],
    ['AT_LEAST(2, NOT ALARM, (a, "b c", d))', true],
    ['AT_LEAST(50%, NOT OK, (a, "b c", d))', true],
    ['AT_LEAST(67%, NOT OK, (a, "b c", d))', false],
  ])('%s is %s', (rule, holds) => {
    expect(compileRule(rule).holds(stateOf)).toBe(holds);
  });

  test('names each alarm that it asks once', () => {
    expect(compileRule('ALARM(a) OR (OK(a) AND AT_LEAST(1, OK, (a, b)))').alarms).toEqual(['a', 'b']);
  });

  test.each([
    ['', 'ends too early'],
    ['ALARM(a', 'ends too early'],
    ['ALARM()', 'lacks the name'],
    ['ALARM(a) ALARM(b)', 'does not expect ALARM'],
    ['BROKEN(a)', 'does not expect BROKEN'],
    ['ALARM("a)', 'cannot be read from character 7 on'],
    ['AT_LEAST(3, OK, (a, b))', 'takes 3 of 2'],
    ['AT_LEAST(x, OK, (a, b))', 'takes a number'],
    [`ALARM(${'a'.repeat(10_240)})`, 'must not exceed 10240'],
  ])('%.20s is refused: it %s', (rule, words) => {
    expect(() => compileRule(rule)).toThrow(words);
  });
});

describe('A composite alarm', () => {
  let fixture: CloudWatchFixture;
  beforeEach(async () => {
    fixture = await withChildren();
  });
  afterEach(() => fixture.host.close());

  const set = async (AlarmName: string, StateValue: string): Promise<void> => {
    await fixture.call('SetAlarmState', { AlarmName, StateValue, StateReason: 'drill' });
    await settled();
  };
  /** What is due now is done, but time does not move on. */
  const settled = () => fixture.host.clock.advance(0);
  const composite = async (name = 'both') => {
    const { CompositeAlarms } = (await fixture.call('DescribeAlarms', {
      AlarmNames: [name],
      AlarmTypes: ['CompositeAlarm'],
    })) as { CompositeAlarms: Record<string, unknown>[] };
    return CompositeAlarms[0] ?? {};
  };
  const put = (more: object = {}) =>
    fixture.call('PutCompositeAlarm', {
      AlarmName: 'both',
      AlarmRule: 'ALARM(one) AND ALARM(two)',
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
      ...more,
    });
  const told = () => fixture.published.map(({ Subject }) => Subject);

  test('follows its children, and tells its topic which of them changed it', async () => {
    await put();
    await settled();
    expect(await composite()).toMatchObject({
      StateValue: 'OK',
      StateReason: expect.stringContaining('was created and its alarm rule evaluates to OK') as string,
      AlarmRule: 'ALARM(one) AND ALARM(two)',
    });

    await set('one', 'ALARM');
    expect(await composite()).toMatchObject({ StateValue: 'OK' });
    await set('two', 'ALARM');

    const two = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:two';
    expect(await composite()).toMatchObject({ StateValue: 'ALARM' });
    expect((await composite())['StateReason']).toContain(`${two} transitioned to ALARM at `);
    expect(told()).toEqual(['OK: "both" in US East (N. Virginia)', 'ALARM: "both" in US East (N. Virginia)']);
    expect(JSON.parse(fixture.published[1]?.Message ?? '')).toMatchObject({
      AlarmRule: 'ALARM(one) AND ALARM(two)',
      OldStateValue: 'OK',
      TriggeringChildren: [{ Arn: two, State: { Value: 'ALARM' } }],
    });
  });

  test('may have composite alarms below it, and children by their ARN', async () => {
    await put();
    await put({ AlarmName: 'above', AlarmRule: 'ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:both")' });
    await set('one', 'ALARM');
    await set('two', 'ALARM');
    await settled();

    expect(await composite('above')).toMatchObject({ StateValue: 'ALARM' });
  });

  test('is told with metric alarms only when asked for, and by its relatives', async () => {
    await put();
    const names = async (input: object) => {
      const answer = (await fixture.call('DescribeAlarms', input)) as Record<string, { AlarmName: string }[]>;
      return [...(answer['MetricAlarms'] ?? []), ...(answer['CompositeAlarms'] ?? [])].map(
        ({ AlarmName }) => AlarmName,
      );
    };

    expect(await names({})).toEqual(['one', 'quiet', 'two']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual(['both']);
    expect(await names({ ChildrenOfAlarmName: 'both' })).toEqual(['one', 'two']);
    expect(await names({ ParentsOfAlarmName: 'one' })).toEqual(['both']);
  });

  test('keeps its children from being deleted before it', async () => {
    await put();

    await expect(fixture.call('DeleteAlarms', { AlarmNames: ['quiet', 'one'] })).rejects.toThrow('both depends on it');
    await fixture.call('DeleteAlarms', { AlarmNames: ['both', 'one', 'quiet'] });
    expect(await composite()).toEqual({});
  });

  test.each([
    [{ AlarmRule: 'ALARM(nobody)' }, 'alarms [nobody] do not exist'],
    [{ AlarmRule: 'ALARM(both)' }, 'do not exist'],
    [{ AlarmName: 'one' }, 'is the name of a metric alarm'],
    [{ ActionsSuppressor: 'nobody' }, 'alarms [nobody] do not exist'],
    [{ AlarmActions: ['arn:aws:ssm:us-east-1:0:opsitem:1'] }, 'does not serve the action arn:aws:ssm'],
  ])('is refused with %j: %s', async (more, words) => {
    await expect(put(more)).rejects.toThrow(words);
  });

  test('cannot stand below itself', async () => {
    await put();
    await put({ AlarmName: 'above', AlarmRule: 'ALARM(both)' });

    await expect(put({ AlarmRule: 'ALARM(above)' })).rejects.toThrow('circles');
  });

  describe('with a suppressor', () => {
    const periods = { ActionsSuppressorWaitPeriod: 120, ActionsSuppressorExtensionPeriod: 180 };
    const seconds = (count: number) => fixture.host.clock.advance(count * 1000);
    beforeEach(async () => {
      await put({ AlarmRule: 'ALARM(one)', ActionsSuppressor: 'quiet', ...periods });
      await seconds(200);
      fixture.published.length = 0;
    });

    test('acts when the suppressor has not gone off within the wait period', async () => {
      await set('one', 'ALARM');
      expect(await composite()).toMatchObject({ StateValue: 'ALARM', ActionsSuppressedBy: 'WaitPeriod' });
      await seconds(119);
      expect(told()).toEqual([]);
      await seconds(1);
      expect(told()).toEqual([expect.stringContaining('ALARM: "both"')]);
      expect(await composite()).not.toHaveProperty('ActionsSuppressedBy');
    });

    test('acts for nothing that is over before', async () => {
      await set('one', 'ALARM');
      await set('one', 'OK');
      await seconds(300);
      expect(told()).toEqual([]);
    });

    test('is silent while the suppressor is in ALARM, and for the extension period after it', async () => {
      await set('one', 'ALARM');
      await set('quiet', 'ALARM');
      await set('one', 'ALARM');
      expect(await composite()).toMatchObject({ ActionsSuppressedBy: 'Alarm' });
      await set('quiet', 'OK');
      expect(await composite()).toMatchObject({ ActionsSuppressedBy: 'ExtensionPeriod' });
      expect(told()).toEqual([]);
      await seconds(180);
      expect(told()).toHaveLength(1);
    });
  });
});

it('composite alarms of the template and of clients come back with their state', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cloudwatch-'));
  const before = await withChildren(directory);
  await before.call('PutCompositeAlarm', { AlarmName: 'b', AlarmRule: 'ALARM(one)' });
  await before.call('PutCompositeAlarm', { AlarmName: 'a', AlarmRule: 'ALARM(b)' });
  await before.call('SetAlarmState', { AlarmName: 'one', StateValue: 'ALARM', StateReason: 'drill' });
  await before.host.clock.advance(0);
  await before.host.close();

  const after = await cloudWatchFixture(directory);
  await after.cloudwatch.start();
  const { CompositeAlarms } = (await after.call('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] })) as {
    CompositeAlarms: object[];
  };
  expect(CompositeAlarms).toMatchObject([
    { AlarmName: 'a', StateValue: 'ALARM' },
    { AlarmName: 'b', StateValue: 'ALARM' },
  ]);
  await after.host.close();
  await rm(directory, { recursive: true, force: true });
});

it('a composite alarm of the template has its name for Ref', async () => {
  const fixture = await withChildren();
  const made = await createResource(fixture.cloudwatch, 'AWS::CloudWatch::CompositeAlarm', 'Any', {
    AlarmRule: 'OK(one)',
  });
  const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:Test-Any';
  expect(made).toEqual({ ref: 'Test-Any', attributes: { Arn: arn } });
  await fixture.host.close();
});

/** CloudWatch with the alarms `one`, `two` and `quiet`, which watch what nobody measures and keep the state they are set to. */
async function withChildren(directory?: string): Promise<CloudWatchFixture> {
  const fixture = await cloudWatchFixture(directory);
  await fixture.cloudwatch.start();
  for (const AlarmName of ['one', 'two', 'quiet']) {
    const metric = { Namespace: 'Orders', MetricName: AlarmName, Statistic: 'Sum', Period: 60 };
    const rule = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };
    await fixture.call('PutMetricAlarm', { AlarmName, ...metric, ...rule, TreatMissingData: 'ignore' });
  }
  return fixture;
}
