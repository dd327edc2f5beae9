import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_MS } from '../fake-host.ts';
import { bodyOf, BusUnderTest, QUEUE_ARN } from './bus-under-test.ts';

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:reconcile';
const RULE_ARN = 'arn:aws:events:us-east-1:000000000000:rule/tick';
const MINUTE = 60_000;

/** A rule of the template on the default bus. */
const scheduled = (properties: object = {}) => ({
  EventBusName: undefined,
  Name: 'tick',
  ScheduleExpression: 'rate(5 minutes)',
  State: 'ENABLED',
  Targets: [{ Id: 'Target0', Arn: QUEUE_ARN }],
  ...properties,
});

let bus: BusUnderTest;
afterEach(() => bus.host.close());

/** Minutes since the start at which the queue got an event. */
const minutes = () => bus.sent('sqs').map((call) => (Date.parse(String(bodyOf(call)['time'])) - START_MS) / MINUTE);

describe('a rule on a schedule', () => {
  it('sends its own event when time passes its ticks, each at its time', async () => {
    bus = await BusUnderTest.open([scheduled()]);

    await bus.host.clock.advance(12 * MINUTE);

    expect(minutes()).toEqual([5, 10]);
    expect(bodyOf(bus.sent('sqs')[0])).toEqual({
      version: '0',
      id: expect.any(String) as string,
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-15T10:05:00Z',
      region: 'us-east-1',
      resources: [RULE_ARN],
      detail: {},
    });
    expect(bus.metric('TriggeredRules')).toBe(2);
    expect(bus.metric('MatchedEvents')).toBe(0);
  });

  it('invokes a function asynchronously, as EventBridge in the name of the rule', async () => {
    bus = await BusUnderTest.open([scheduled({ Targets: [{ Id: 'f', Arn: LAMBDA_ARN }] })]);

    await bus.host.clock.advance(5 * MINUTE);

    expect(bus.sent('lambda')).toMatchObject([
      {
        operation: 'Invoke',
        input: { FunctionName: LAMBDA_ARN, InvocationType: 'Event' },
        principal: { kind: 'service', service: 'events.amazonaws.com', sourceArn: RULE_ARN },
      },
    ]);
  });

  it('does not pull virtual time', async () => {
    bus = await BusUnderTest.open([scheduled()]);

    await bus.quiet();

    expect(bus.host.clock.now()).toBe(START_MS);
    expect(bus.sent()).toEqual([]);
  });

  it('fires in order with others over a week, each as often as it is due', async () => {
    bus = await BusUnderTest.open([scheduled(), scheduled({ Name: 'daily', ScheduleExpression: 'cron(2 0 * * ? *)' })]);

    await bus.host.clock.advance(7 * 24 * 60 * MINUTE);

    const times = minutes();
    expect(times).toHaveLength(7 * 24 * 12 + 7);
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it('is no event of the bus: rules with a pattern do not see it', async () => {
    const everything = { EventBusName: undefined, Name: 'all', EventPattern: { account: ['000000000000'] } };
    bus = await BusUnderTest.open([
      scheduled({ Targets: [] }),
      { ...everything, Targets: [{ Id: 'one', Arn: QUEUE_ARN }] },
    ]);

    await bus.host.clock.advance(5 * MINUTE);

    expect(bus.sent()).toEqual([]);
  });

  it('that is disabled is silent; its rate counts from when it is first enabled', async () => {
    bus = await BusUnderTest.open([scheduled({ State: 'DISABLED' })]);
    await bus.host.clock.advance(7 * MINUTE);
    await bus.call('EnableRule', { Name: 'tick' });
    await bus.host.clock.advance(6 * MINUTE);
    await bus.call('DisableRule', { Name: 'tick' });
    await bus.host.clock.advance(30 * MINUTE);

    expect(minutes()).toEqual([12]);
  });

  it('is made, described and deleted by clients, with a pattern beside the schedule if they like', async () => {
    bus = await BusUnderTest.open();
    const ScheduleExpression = 'rate(1 minute)';
    await bus.call('PutRule', { Name: 'mine', ScheduleExpression });
    await bus.call('PutTargets', { Rule: 'mine', Targets: [{ Id: 'q', Arn: QUEUE_ARN }] });
    expect(await bus.call('DescribeRule', { Name: 'mine' })).toMatchObject({ ScheduleExpression, State: 'ENABLED' });
    await bus.host.clock.advance(MINUTE);

    await bus.call('PutRule', { Name: 'mine', ScheduleExpression, EventPattern: '{"source":["shop"]}' });
    await bus.put({}, { EventBusName: 'default' });
    await bus.host.clock.advance(MINUTE);
    await bus.call('RemoveTargets', { Rule: 'mine', Ids: ['q'] });
    await bus.call('DeleteRule', { Name: 'mine' });
    await bus.host.clock.advance(10 * MINUTE);

    expect(bus.sent('sqs').map((call) => bodyOf(call)['source'])).toEqual(['aws.events', 'shop', 'aws.events']);
  });

  it('is refused on another bus than the default, and without pattern and schedule', async () => {
    bus = await BusUnderTest.open();

    await expect(bus.create('AWS::Events::Rule', scheduled({ EventBusName: 'orders' }))).rejects.toThrow(
      'ScheduleExpression is supported only on the default event bus.',
    );
    await expect(bus.create('AWS::Events::Rule', { Name: 'nothing' })).rejects.toThrow(
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    );
  });
});

describe('a restart', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('keeps the phase of a rate, and does not make up for ticks that were missed', async () => {
    const before = await BusUnderTest.open([scheduled()], directory);
    await before.host.clock.advance(5 * MINUTE);
    await before.host.close();

    // Down for 12 minutes: the clock of the fake host starts anew, so the time of its death is passed without the rule.
    bus = await BusUnderTest.open([], directory);
    await bus.host.clock.advance(17 * MINUTE);
    await bus.create('AWS::Events::Rule', scheduled());
    await bus.host.clock.advance(4 * MINUTE);

    expect(minutes()).toEqual([20]);
  });

  it('begins a new phase when the schedule has changed', async () => {
    const before = await BusUnderTest.open([scheduled()], directory);
    await before.host.clock.advance(MINUTE);
    await before.host.close();

    bus = await BusUnderTest.open([], directory);
    await bus.host.clock.advance(3 * MINUTE);
    await bus.create('AWS::Events::Rule', scheduled({ ScheduleExpression: 'rate(10 minutes)' }));
    await bus.host.clock.advance(10 * MINUTE);

    expect(minutes()).toEqual([13]);
  });
});
