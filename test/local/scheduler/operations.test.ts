import { notServed } from '../../../local/aws-error.ts';
import { ROLE, SchedulesUnderTest, toQueue } from './schedules-under-test.ts';

describe('schedules and groups', () => {
  let schedules: SchedulesUnderTest;
  beforeEach(async () => {
    schedules = await SchedulesUnderTest.open();
  });
  afterEach(() => schedules.host.close());

  const create = (Name: string, more: object = {}) => schedules.call('CreateSchedule', { Name, ...toQueue('rate(1 days)'), ...more }); // prettier-ignore

  it('are told as they were made, with what nobody said', async () => {
    expect(await create('daily', { Description: 'once a day' })).toEqual({
      ScheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/daily',
    });
    expect(await schedules.call('GetSchedule', { Name: 'daily' })).toEqual({
      Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/daily',
      GroupName: 'default',
      Name: 'daily',
      Description: 'once a day',
      ...toQueue('rate(1 days)'),
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      CreationDate: 1768471200,
      LastModificationDate: 1768471200,
    });
  });

  it('are replaced as a whole by an update', async () => {
    await create('daily', { Description: 'once a day', State: 'DISABLED' });
    await schedules.pass(60_000);
    await schedules.call('UpdateSchedule', { Name: 'daily', ...toQueue('rate(2 days)') });
    const updated = await schedules.call('GetSchedule', { Name: 'daily' });
    expect(updated).toMatchObject({ ScheduleExpression: 'rate(2 days)', State: 'ENABLED', CreationDate: 1768471200, LastModificationDate: 1768471260 }); // prettier-ignore
    expect(updated).not.toHaveProperty('Description');
  });

  it('are listed by group, name and state, page by page', async () => {
    await schedules.call('CreateScheduleGroup', { Name: 'mine' });
    for (const name of ['a1', 'a2', 'b1']) await create(name, { GroupName: 'mine' });
    await create('a3', { State: 'DISABLED' });
    const names = async (input: object) => {
      const { Schedules, NextToken } = await schedules.call<{ Schedules: { Name: string }[]; NextToken?: string }>('ListSchedules', input); // prettier-ignore
      return { names: Schedules.map(({ Name }) => Name).join(' '), NextToken };
    };
    expect(await names({})).toEqual({ names: 'a3 a1 a2 b1' });
    expect(await names({ ScheduleGroup: 'mine', NamePrefix: 'a' })).toEqual({ names: 'a1 a2' });
    expect(await names({ State: 'DISABLED' })).toEqual({ names: 'a3' });
    const first = await names({ ScheduleGroup: 'mine', MaxResults: 2 });
    expect(first.names).toBe('a1 a2');
    expect(await names({ ScheduleGroup: 'mine', MaxResults: 2, NextToken: first.NextToken })).toEqual({ names: 'b1' });
    const { ScheduleGroups } = await schedules.call<{ ScheduleGroups: object[] }>('ListScheduleGroups', { NamePrefix: 'm' }); // prettier-ignore
    expect(ScheduleGroups).toEqual([
      {
        Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/mine',
        Name: 'mine',
        State: 'ACTIVE',
        CreationDate: 1768471200,
        LastModificationDate: 1768471200,
      },
    ]);
  });

  it('go, a group with all that is in it', async () => {
    await schedules.call('CreateScheduleGroup', { Name: 'mine' });
    await create('a', { GroupName: 'mine' });
    await create('b');
    await schedules.call('DeleteSchedule', { Name: 'b' });
    await schedules.call('DeleteScheduleGroup', { Name: 'mine' });
    expect(await schedules.call('ListSchedules')).toEqual({ Schedules: [] });
    await expect(create('c', { GroupName: 'mine' })).rejects.toMatchObject({ code: 'ResourceNotFoundException', message: 'Schedule group mine does not exist.', status: 404 }); // prettier-ignore
    await expect(schedules.call('DeleteScheduleGroup', { Name: 'default' })).rejects.toMatchObject({ code: 'ValidationException' }); // prettier-ignore
  });

  it('exist once per name', async () => {
    await create('a');
    await expect(create('a')).rejects.toMatchObject({ code: 'ConflictException', message: 'Schedule a already exists.', status: 409 }); // prettier-ignore
    await expect(schedules.call('UpdateSchedule', { Name: 'b', ...toQueue('rate(1 days)') })).rejects.toMatchObject({ code: 'ResourceNotFoundException', message: 'Schedule b does not exist.' }); // prettier-ignore
    await expect(schedules.call('CreateScheduleGroup', { Name: 'default' })).rejects.toMatchObject({ code: 'ConflictException' }); // prettier-ignore
  });

  const QUEUE_TARGET = { Arn: 'arn:aws:sqs:us-east-1:000000000000:work', RoleArn: ROLE };
  it.each([
    ['a wrong name', { Name: 'a b' }, 'name'],
    ['no expression', { ScheduleExpression: undefined }, "at 'scheduleExpression'"],
    ['a wrong expression', { ScheduleExpression: 'rate(x)' }, 'Invalid Schedule Expression rate(x).'],
    ['an unknown time zone', { ScheduleExpressionTimezone: 'Mars/Olympus' }, 'Mars/Olympus'],
    ['no window', { FlexibleTimeWindow: undefined }, "at 'flexibleTimeWindow'"],
    ['a window without its length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'maximumWindowInMinutes'],
    ['a window that is too long', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } }, 'between 1 and 1440'], // prettier-ignore
    ['no target', { Target: undefined }, "at 'target.arn'"],
    ['no role', { Target: { Arn: QUEUE_TARGET.Arn } }, "at 'target.roleArn'"],
    ['too many retries', { Target: { ...QUEUE_TARGET, RetryPolicy: { MaximumRetryAttempts: 186 } } }, 'less than or equal to 185'], // prettier-ignore
    ['too young an age', { Target: { ...QUEUE_TARGET, RetryPolicy: { MaximumEventAgeInSeconds: 59 } } }, 'greater than or equal to 60'], // prettier-ignore
    ['dates the wrong way round', { StartDate: 2000, EndDate: 1000 }, 'StartDate'],
    ['a state that is none', { State: 'ON' }, '[ENABLED, DISABLED]'],
    ['a bus without parameters', { Target: { Arn: 'arn:aws:events:us-east-1:0:event-bus/b', RoleArn: ROLE } }, 'EventBridgeParameters'], // prettier-ignore
    ['an input for a function that is no JSON', { Target: { Arn: 'arn:aws:lambda:us-east-1:0:function:f', RoleArn: ROLE, Input: 'x' } }, 'Invalid Input'], // prettier-ignore
  ])('%s is refused', async (_what, change, words) => {
    const refused = create('fine', change);
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(refused).rejects.toThrow(words);
  });

  it.each([
    ['arn:aws:scheduler:::aws-sdk:dynamodb:putItem', 'targets of schedules such as arn:aws:scheduler:::aws-sdk:dynamodb:putItem; it serves lambda, sqs, sns, states, events'], // prettier-ignore
    ['arn:aws:ecs:us-east-1:0:cluster/c', 'targets of schedules such as arn:aws:ecs:us-east-1:0:cluster/c; it serves lambda, sqs, sns, states, events'], // prettier-ignore
  ])('a target %s is not served, by name', async (Arn, what) => {
    await expect(create('x', { Target: { Arn, RoleArn: ROLE } })).rejects.toThrow(notServed(what).message);
  });

  it('asks for the rights to each by its ARN', async () => {
    const asked: string[] = [];
    schedules.host.authorize = ({ action, resource }) => void asked.push(`${action} ${resource}`);
    await create('a');
    await schedules.call('CreateScheduleGroup', { Name: 'g' });
    await schedules.call('ListSchedules');
    expect(asked).toEqual([
      'scheduler:CreateSchedule arn:aws:scheduler:us-east-1:000000000000:schedule/default/a',
      'scheduler:CreateScheduleGroup arn:aws:scheduler:us-east-1:000000000000:schedule-group/g',
      'scheduler:ListSchedules *',
    ]);
  });
});
