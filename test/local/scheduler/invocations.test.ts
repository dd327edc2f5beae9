import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../local/aws-error.ts';
import { START_MS } from '../fake-host.ts';
import { QUEUE, ROLE, SchedulesUnderTest, toQueue } from './schedules-under-test.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DLQ = 'arn:aws:sqs:us-east-1:000000000000:dead';
const unavailable = new AwsError('ServiceUnavailable', 'try later', { status: 503 });

const at = (ms: number) => `at(${new Date(START_MS + ms).toISOString().slice(0, 19)})`;

describe('a schedule', () => {
  let schedules: SchedulesUnderTest;
  afterEach(() => schedules.host.close());

  it('that comes again calls its target each time, with the rights of the role', async () => {
    schedules = await SchedulesUnderTest.open({ tick: toQueue('rate(5 minutes)') });
    await schedules.pass(10 * MINUTE_MS);
    expect(schedules.sent().map(({ input }) => input)).toEqual(
      new Array(3).fill({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/work', MessageBody: 'tick' }),
    );
    expect(schedules.sent()[0]?.principal).toEqual({ kind: 'role', roleArn: ROLE, sessionName: 'tick' });
  });

  it('that is due once calls once, and goes if it is meant to', async () => {
    schedules = await SchedulesUnderTest.open({
      stays: toQueue(at(MINUTE_MS)),
      goes: toQueue(at(MINUTE_MS), { ActionAfterCompletion: 'DELETE' }),
    });
    await schedules.pass(2 * MINUTE_MS);
    expect(schedules.sent()).toHaveLength(2);
    const { Schedules } = await schedules.call<{ Schedules: { Name: string }[] }>('ListSchedules');
    expect(Schedules.map(({ Name }) => Name)).toEqual(['stays']);
  });

  it('keeps to its dates, and goes after the last time if it is meant to', async () => {
    const dates = { StartDate: new Date(START_MS + 3 * MINUTE_MS).toISOString(), EndDate: new Date(START_MS + 7 * MINUTE_MS).toISOString() }; // prettier-ignore
    schedules = await SchedulesUnderTest.open({ tick: toQueue('rate(2 minutes)', { ...dates, ActionAfterCompletion: 'DELETE' }) }); // prettier-ignore
    await schedules.pass(2 * MINUTE_MS);
    expect(schedules.sent()).toHaveLength(0);
    await schedules.pass(10 * MINUTE_MS);
    expect(schedules.sent()).toHaveLength(3);
    await expect(schedules.call('GetSchedule', { Name: 'tick' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' }); // prettier-ignore
  });

  it('is not invoked while it is disabled', async () => {
    schedules = await SchedulesUnderTest.open({ tick: toQueue('rate(1 minutes)', { State: 'DISABLED' }) });
    await schedules.pass(5 * MINUTE_MS);
    expect(schedules.sent()).toHaveLength(0);
    await schedules.call('UpdateSchedule', { Name: 'tick', ...toQueue('rate(1 minutes)') });
    await schedules.pass(5 * MINUTE_MS);
    expect(schedules.sent().length).toBeGreaterThanOrEqual(5);
  });

  it('is invoked within its window', async () => {
    schedules = await SchedulesUnderTest.open({
      tick: toQueue(at(MINUTE_MS), { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 } }),
    });
    // The dice of the tests always show the middle.
    await schedules.pass(5.9 * MINUTE_MS);
    expect(schedules.sent()).toHaveLength(0);
    await schedules.pass(0.2 * MINUTE_MS);
    expect(schedules.sent()).toHaveLength(1);
  });
});

describe('a target', () => {
  let schedules: SchedulesUnderTest;
  beforeEach(async () => {
    schedules = await SchedulesUnderTest.open();
  });
  afterEach(() => schedules.host.close());

  const due = async (target: object) => {
    await schedules.call('CreateSchedule', { Name: 'once', ...toQueue(at(MINUTE_MS)), Target: { RoleArn: ROLE, ...target } }); // prettier-ignore
    await schedules.pass(2 * MINUTE_MS);
    return schedules.host.calls.map(({ service, operation, input }) => [service, operation, input]);
  };
  const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
  const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
  const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';

  it.each([
    [{ Arn: FUNCTION, Input: '{"a":1}' }, 'lambda', 'Invoke', { FunctionName: FUNCTION, InvocationType: 'Event', Payload: '{"a":1}' }],
    [{ Arn: MACHINE, Input: '{}' }, 'states', 'StartExecution', { stateMachineArn: MACHINE, input: '{}' }],
    [{ Arn: TOPIC, Input: 'hello' }, 'sns', 'Publish', { TopicArn: TOPIC, Message: 'hello' }],
    [{ Arn: BUS, Input: '{}', EventBridgeParameters: { DetailType: 'Tick', Source: 'me' } }, 'events', 'PutEvents', { Entries: [{ DetailType: 'Tick', Source: 'me', Detail: '{}', EventBusName: BUS }] }],
    [{ Arn: `${QUEUE}.fifo`, Input: 'x', SqsParameters: { MessageGroupId: 'g' } }, 'sqs', 'SendMessage', { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/work.fifo', MessageBody: 'x', MessageGroupId: 'g' }],
  ])('%j is called by %s %s', async (target, service, operation, input) => {
    expect(await due(target)).toEqual([[service, operation, input]]);
  }); // prettier-ignore

  it('is told what it asks for of the invocation', async () => {
    const Input = '{"schedule":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","n":<aws.scheduler.attempt-number>,"x":"<aws.scheduler.execution-id>"}'; // prettier-ignore
    const [[, , input] = []] = await due({ Arn: FUNCTION, Input });
    expect(JSON.parse((input as { Payload: string }).Payload)).toEqual({
      schedule: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/once',
      at: '2026-01-15T10:01:00Z',
      n: 1,
      x: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  it('without input is given an event', async () => {
    const [[, , input] = []] = await due({ Arn: QUEUE });
    expect(JSON.parse((input as { MessageBody: string }).MessageBody)).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      time: '2026-01-15T10:01:00Z',
      detail: '{}',
    });
  });

  it('that fails is tried again, and then given up to its dead-letter queue', async () => {
    schedules.answer = ({ input }) => {
      if (String((input as { QueueUrl: string }).QueueUrl).endsWith('/dead')) return {};
      throw unavailable;
    };
    await due({ Arn: QUEUE, Input: 'x', RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: DLQ } });
    expect(schedules.sent()).toHaveLength(4);
    const { MessageBody, MessageAttributes } = schedules.sent()[3]?.input as { MessageBody: string; MessageAttributes: Record<string, { StringValue: string }> }; // prettier-ignore
    expect(JSON.parse(MessageBody)).toMatchObject({ MessageBody: 'x' });
    expect(
      Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
    ).toEqual({
      ERROR_CODE: 'ServiceUnavailable',
      ERROR_MESSAGE: 'try later',
      EXECUTION_ID: expect.any(String) as string,
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: '2',
      SCHEDULED_TIME: '2026-01-15T10:01:00Z',
      SCHEDULE_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/once',
      TARGET_ARN: QUEUE,
    });
    expect([schedules.metric('InvocationAttemptCount'), schedules.metric('InvocationDroppedCount')]).toEqual([3, 1]);
  });

  it('is called without limits for the printed access key and a role that the template does not have, else as the role', async () => {
    const principals = async () => {
      await due({ Arn: QUEUE, Input: 'x' });
      return schedules.sent().map(({ principal }) => principal.kind);
    };
    expect(await principals()).toEqual(['unrestricted']);
    schedules.host.roles.add(ROLE);
    await schedules.call('DeleteSchedule', { Name: 'once' });
    await schedules.call('CreateSchedule', { Name: 'known', ...toQueue('rate(1 days)') });
    await schedules.pass(0);
    expect(schedules.sent().at(-1)?.principal).toMatchObject({ kind: 'role', roleArn: ROLE });
  });

  it('of a schedule that a role made is never called without limits', async () => {
    const principal = { kind: 'role', roleArn: ROLE, sessionName: 'me' } as const;
    await schedules.call('CreateSchedule', { Name: 'mine', ...toQueue('rate(1 days)') }, principal);
    await schedules.pass(0);
    expect(schedules.sent()[0]?.principal).toMatchObject({ kind: 'role' });
  });

  it('that the role may not call is not tried again', async () => {
    schedules.answer = () => {
      throw new AwsError('AccessDeniedException', 'no');
    };
    await due({ Arn: QUEUE, Input: 'x' });
    expect(schedules.sent()).toHaveLength(1);
    expect(schedules.host.reports.join()).toContain('there is no dead-letter queue');
  });
});

describe('a restart', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('makes up for what was due once, and goes on with what comes again', async () => {
    const template = { once: toQueue(at(MINUTE_MS)), often: toQueue('rate(1 hours)', { Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'often' } }) }; // prettier-ignore
    const before = await SchedulesUnderTest.open(template, directory);
    await before.pass(0);
    await before.host.close();

    const after = await SchedulesUnderTest.open(template, directory, START_MS + 2.5 * 3_600_000);
    await after.pass(0);
    const bodies = () => after.sent().map(({ input }) => (input as { MessageBody: string }).MessageBody);
    expect(bodies()).toEqual(['tick']);
    await after.pass(3_600_000);
    expect(bodies()).toEqual(['tick', 'often']);
    await after.host.close();
  });

  it('does not repeat a schedule of the template that has run and is gone', async () => {
    const template = { once: toQueue(at(MINUTE_MS), { ActionAfterCompletion: 'DELETE' }) };
    const before = await SchedulesUnderTest.open(template, directory);
    await before.pass(2 * MINUTE_MS);
    await before.host.close();

    const after = await SchedulesUnderTest.open(template, directory, START_MS + DAY_MS);
    await after.pass(DAY_MS);
    expect(after.sent()).toEqual([]);
    expect(await after.call('ListSchedules')).toEqual({ Schedules: [] });
    await after.host.close();
  });

  it('keeps what clients made, and an invocation that was under way', async () => {
    const before = await SchedulesUnderTest.open({}, directory);
    await before.call('CreateScheduleGroup', { Name: 'mine' });
    await before.call('CreateSchedule', { Name: 'once', GroupName: 'mine', ...toQueue(at(MINUTE_MS)) });
    // The host dies while it waits for an answer.
    const called = new Promise<void>((resolve) => {
      before.answer = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    void before.host.clock.advance(MINUTE_MS);
    await called;
    await before.host.close();

    const after = await SchedulesUnderTest.open({}, directory, START_MS + 3 * MINUTE_MS);
    await after.pass(MINUTE_MS);
    expect(after.sent()).toHaveLength(1);
    expect(await after.call('GetSchedule', { Name: 'once', GroupName: 'mine' })).toMatchObject({ GroupName: 'mine' });
    await after.host.close();
  });
});
