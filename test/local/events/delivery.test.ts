import { AwsError } from '../../../local/aws-error.ts';
import { bodyOf, BusUnderTest, DEAD_LETTER_ARN, QUEUE_ARN, ruleTo } from './bus-under-test.ts';

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:notify';
const unavailable = new AwsError('ServiceUnavailable', 'try later', { status: 503 });
const denied = new AwsError('AccessDeniedException', 'no policy grants it');

let bus: BusUnderTest;
afterEach(() => bus.host.close());

/** The dead-letter queue takes everything; other targets fail as told. */
function failing(error: Error, times = Infinity) {
  let left = times;
  bus.answer = ({ input }) => {
    if (JSON.stringify(input).includes('failures')) return {};
    left -= 1;
    if (left >= 0) throw error;
    return {};
  };
}

function attributesOf(input: unknown): Record<string, string> {
  const { MessageAttributes } = input as { MessageAttributes: Record<string, { StringValue: string }> };
  return Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]));
}

describe('a target that fails for a while', () => {
  it('is tried again, later each time, until it takes the event', async () => {
    bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN })]);
    const attemptsMs: number[] = [];
    failing(unavailable, 3);
    const answer = bus.answer;
    bus.answer = (call) => {
      attemptsMs.push(bus.host.clock.now() - 1768471200000);
      return answer(call);
    };
    await bus.put({});
    await bus.quiet();
    // 1 s, 2 s and 4 s, of which half is jitter; the fake host's random number is always 0.5.
    expect(attemptsMs).toEqual([0, 750, 2250, 5250]);
    expect(['RetryInvocationAttempts', 'Invocations', 'FailedInvocations'].map((name) => bus.metric(name))).toEqual([3, 1, 0]); // prettier-ignore
  });

  it('does not hold up another target, which gets the event once', async () => {
    bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN }), ruleTo({ Arn: LAMBDA_ARN }, { Name: 'other' })]);
    bus.answer = ({ service }) => {
      if (service === 'sqs' && bus.sent('sqs').length < 3) throw unavailable;
      return {};
    };
    await bus.put({});
    await bus.quiet();
    expect([bus.sent('sqs').length, bus.sent('lambda').length]).toEqual([3, 1]);
  });
});

describe('an event that is given up', () => {
  it('goes to the dead-letter queue with the reason, after the retries that the target allows', async () => {
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    bus = await BusUnderTest.open([
      ruleTo({ Arn: QUEUE_ARN, RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTER_ARN } }),
    ]);
    failing(unavailable);
    await bus.put({ orderId: 'o-1' });
    await bus.quiet();
    const last = bus.sent().at(-1);
    expect(bus.sent()).toHaveLength(4);
    expect(bodyOf(last)).toMatchObject({ detail: { orderId: 'o-1' } });
    expect(attributesOf(last?.input)).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/orders/rule',
      TARGET_ARN: QUEUE_ARN,
      ERROR_CODE: 'SERVICE_UNAVAILABLE',
      ERROR_MESSAGE: 'try later',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
    expect(['FailedInvocations', 'InvocationsSentToDlq'].map((name) => bus.metric(name))).toEqual([1, 1]);
  });

  it('goes there by age when that comes first', async () => {
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    bus = await BusUnderTest.open([
      ruleTo({ Arn: QUEUE_ARN, RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTER_ARN } }),
    ]);
    failing(unavailable);
    await bus.put({});
    await bus.quiet();
    expect(attributesOf(bus.sent().at(-1)?.input)).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
    expect(bus.host.clock.now() - 1768471200000).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['NO_PERMISSIONS', denied],
    ['NO_RESOURCE', new AwsError('QueueDoesNotExist', 'gone')],
    ['SDK_CLIENT_ERROR', new AwsError('InvalidMessageContents', 'bad character')],
  ])('goes there at once for %s', async (ERROR_CODE, error) => {
    bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN, DeadLetterConfig: { Arn: DEAD_LETTER_ARN } })]);
    failing(error);
    await bus.put({});
    await bus.quiet();
    expect(bus.sent()).toHaveLength(2);
    expect(attributesOf(bus.sent()[1]?.input)).toMatchObject({ ERROR_CODE, RETRY_ATTEMPTS: '0' });
  });

  it('is lost without a dead-letter queue, and the person at the host is told', async () => {
    bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN })]);
    failing(denied);
    await bus.put({});
    await bus.quiet();
    expect(bus.host.reports[0]).toMatch(
      /rule rule gave up on .*notifications \(NO_PERMISSIONS: .*no dead-letter queue/,
    );
  });

  it('is counted when its dead-letter queue refuses it', async () => {
    bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN, DeadLetterConfig: { Arn: DEAD_LETTER_ARN } })]);
    bus.answer = () => {
      throw denied;
    };
    await bus.put({});
    await bus.quiet();
    expect(bus.metric('InvocationsFailedToBeSentToDlq')).toBe(1);
  });
});

describe('targets', () => {
  it.each([
    ['lambda', LAMBDA_ARN, {}, 'Invoke', { FunctionName: LAMBDA_ARN, InvocationType: 'Event' }, 'service'],
    ['sns', 'arn:aws:sns:us-east-1:000000000000:alarms', {}, 'Publish', { TopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms' }, 'service'], // prettier-ignore
    ['states', 'arn:aws:states:us-east-1:000000000000:stateMachine:saga', { RoleArn: 'arn:aws:iam::000000000000:role/start' }, 'StartExecution', { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:saga' }, 'role'], // prettier-ignore
  ])('%s', async (service, Arn, more, operation, input, kind) => {
    bus = await BusUnderTest.open([ruleTo({ Arn, ...more })]);
    await bus.put({});
    await bus.quiet();
    expect(bus.sent()).toMatchObject([{ service, operation, input, principal: { kind } }]);
  });

  it('a state machine without a role is not started', async () => {
    bus = await BusUnderTest.open([ruleTo({ Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:saga' })]);
    await bus.put({});
    await bus.quiet();
    expect(bus.host.reports[0]).toContain('NO_PERMISSIONS');
  });

  it('a log group gets a line per event, in a stream that is made when it is not there', async () => {
    const group = '/aws/events/audit';
    bus = await BusUnderTest.open([ruleTo({ Arn: `arn:aws:logs:us-east-1:000000000000:log-group:${group}` })]);
    const lines: { detail: unknown }[] = [];
    let exists = false;
    bus.answer = ({ operation, input }) => {
      if (operation === 'CreateLogStream') exists = true;
      else if (!exists) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      else {
        const { logEvents } = input as { logEvents: { message: string }[] };
        lines.push(...logEvents.map(({ message }) => JSON.parse(message) as { detail: unknown }));
      }
      return {};
    };
    const put = async (n: number) => {
      await bus.put({ n });
      await bus.quiet();
    };
    await put(1);
    await put(2);
    exists = false;
    await put(3);
    expect(lines).toMatchObject([{ detail: { n: 1 } }, { detail: { n: 2 } }, { detail: { n: 3 } }]);
    expect(bus.sent().filter(({ operation }) => operation === 'CreateLogStream')).toHaveLength(2);
    expect(bus.sent()[0]?.input).toMatchObject({ logGroupName: group, logStreamName: 'rule' });
  });

  it('another bus gets the event as it is, by the role of the rule', async () => {
    const Arn = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
    bus = await BusUnderTest.open([
      ruleTo({ Arn, RoleArn: 'arn:aws:iam::000000000000:role/forward' }),
      { ...ruleTo({ Arn: QUEUE_ARN }, { Name: 'onDefault' }), EventBusName: 'default' },
    ]);
    const { Entries } = await bus.put({ n: 1 });
    await bus.quiet();
    expect(bodyOf(bus.sent('sqs')[0])).toMatchObject({ id: Entries[0]?.EventId, detail: { n: 1 } });
    expect(bus.asked.at(-1)).toMatchObject({ action: 'events:PutEvents', resource: Arn, principal: { kind: 'role' } });
  });

  it('that the host does not serve are refused by name', async () => {
    bus = await BusUnderTest.open();
    const rule = ruleTo({ Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' });
    await expect(bus.create('AWS::Events::Rule', rule)).rejects.toThrow(
      'arn:aws:kinesis:us-east-1:000000000000:stream/s',
    );
  });
});

describe('what a target is given', () => {
  it.each([
    ['a constant', { Input: '{"fixed":true}' }, '{"fixed":true}'],
    ['a part of the event', { InputPath: '$.detail.lines[1]' }, '{"sku":"PEN"}'],
    ['a list by a path with stars', { InputPath: '$.detail.lines[*].sku' }, '["MUG","PEN"]'],
    ['nothing, where a path with stars leads nowhere', { InputPath: '$.detail.lines[*].none' }, 'null'],
    ['a path with brackets', { InputPath: "$['detail-type']" }, '"OrderCreated"'],
    ['a template of JSON', { InputTransformer: { InputPathsMap: { id: '$.detail.id', lines: '$.detail.lines' }, InputTemplate: '{"order": <id>, "text": "Order <id>!", "lines": <lines>}' } }, '{"order": "o\\"1", "text": "Order o\\"1!", "lines": [{"sku":"MUG"},{"sku":"PEN"}]}'], // prettier-ignore
    ['the names of the rule', { InputTransformer: { InputTemplate: '"<aws.events.rule-name> <nothing>"' } }, '"rule "'],
  ])('%s', async (_what, input, expected) => {
    bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN, ...input })]);
    await bus.put({ id: 'o"1', lines: [{ sku: 'MUG' }, { sku: 'PEN' }] });
    await bus.quiet();
    expect((bus.sent()[0]?.input as { MessageBody: string }).MessageBody).toBe(expected);
  });
});
