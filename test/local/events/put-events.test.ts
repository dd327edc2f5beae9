import { BUS_ARN, bodyOf, BusUnderTest, QUEUE_ARN, type PutResult, ruleTo } from './bus-under-test.ts';

let bus: BusUnderTest;
beforeEach(async () => {
  bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN })]);
});
afterEach(() => bus.host.close());

it('an event reaches the target of the rule it matches, in the envelope of EventBridge', async () => {
  const { Entries } = await bus.put({ orderId: 'o-1' }, { Resources: ['arn:aws:thing'], Time: 1768471199 });
  await bus.quiet();
  expect(bus.sent()).toHaveLength(1);
  expect(bus.sent()[0]).toMatchObject({
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/notifications' },
    principal: {
      kind: 'service',
      service: 'events.amazonaws.com',
      sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/orders/rule',
    },
  });
  expect(bodyOf(bus.sent()[0])).toEqual({
    version: '0',
    id: Entries[0]?.EventId,
    'detail-type': 'OrderCreated',
    source: 'shop',
    account: '000000000000',
    time: '2026-01-15T09:59:59Z',
    region: 'us-east-1',
    resources: ['arn:aws:thing'],
    detail: { orderId: 'o-1' },
  });
});

it('an event that no rule matches goes nowhere', async () => {
  await bus.put({}, { Source: 'elsewhere' });
  await bus.quiet();
  expect(bus.sent()).toEqual([]);
});

it('a disabled rule matches nothing until it is enabled', async () => {
  await bus.call('DisableRule', { Name: 'rule', EventBusName: 'orders' });
  await bus.put({});
  await bus.call('EnableRule', { Name: 'rule', EventBusName: 'orders' });
  await bus.put({ after: true });
  await bus.quiet();
  expect(bus.sent().map(bodyOf)).toMatchObject([{ detail: { after: true } }]);
});

it('the events of one call go to a queue in one batch', async () => {
  const entry = { EventBusName: 'orders', Source: 'shop', DetailType: 'T' };
  await bus.call('PutEvents', { Entries: [1, 2, 3].map((n) => ({ ...entry, Detail: JSON.stringify({ n }) })) });
  await bus.quiet();
  expect(bus.sent()).toHaveLength(1);
  const { Entries } = bus.sent()[0]?.input as { Entries: { MessageBody: string }[] };
  expect(Entries.map(({ MessageBody }) => (JSON.parse(MessageBody) as { detail: object }).detail)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]); // prettier-ignore
});

it('is measured by rule, with the bus since it is not the default one', async () => {
  await bus.put({});
  await bus.quiet();
  const matched = bus.host.measurements.find(({ name }) => name === 'MatchedEvents');
  expect(matched).toMatchObject({ namespace: 'AWS/Events', dimensions: { EventBusName: 'orders', RuleName: 'rule' } });
  expect(['TriggeredRules', 'Invocations', 'FailedInvocations'].map((name) => bus.metric(name))).toEqual([1, 1, 0]);
});

describe('entries that are not taken', () => {
  it.each([
    ['InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.', { Source: undefined }],
    ['InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.', { DetailType: '' }], // prettier-ignore
    ['InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.', { Detail: undefined }],
    ['MalformedDetail', 'Detail is malformed.', { Detail: '{"a":' }],
    ['MalformedDetail', 'Detail is malformed.', { Detail: '["a"]' }],
    ['NotAuthorizedForSourceException', 'Not authorized for the source.', { Source: 'aws.states' }],
  ])('%s: %s', async (ErrorCode, ErrorMessage, entry) => {
    expect(await bus.put({}, entry)).toEqual({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }] });
  });

  it('leave the other entries of the call alone', async () => {
    const good = { EventBusName: 'orders', Source: 'shop', DetailType: 'T', Detail: '{}' };
    const result = await bus.call<PutResult>('PutEvents', { Entries: [good, { ...good, Detail: 'x' }, good] });
    expect(result.Entries.map(({ EventId }) => EventId !== undefined)).toEqual([true, false, true]);
    await bus.quiet();
    expect((bus.sent()[0]?.input as { Entries: object[] }).Entries).toHaveLength(2);
  });
});

describe('calls that are refused', () => {
  it.each([
    ['no entries', []],
    ['eleven entries', Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 't', Detail: '{}' }))],
    [
      'more than a megabyte',
      [{ Source: 's', DetailType: 't', Detail: JSON.stringify({ x: 'y'.repeat(1024 * 1024) }) }],
    ],
  ])('%s', async (_what, Entries) => {
    await expect(bus.call('PutEvents', { Entries })).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

it('asks IAM for the bus, except for a service that puts its own events on the default bus', async () => {
  await bus.put({});
  const Entries = [{ Source: 'aws.states', DetailType: 'T', Detail: '{}' }];
  const states = { kind: 'service', service: 'states.amazonaws.com', sourceArn: 'arn:execution' } as const;
  const { FailedEntryCount } = await bus.call<PutResult>('PutEvents', { Entries }, states);
  expect(FailedEntryCount).toBe(0);
  expect(bus.asked.map(({ action, resource }) => [action, resource])).toEqual([['events:PutEvents', BUS_ARN]]);
});

it('tells the person at the host of an event for a bus that is not there', async () => {
  const { FailedEntryCount } = await bus.put({}, { EventBusName: 'nowhere' });
  expect(FailedEntryCount).toBe(0);
  expect(bus.host.reports).toEqual(['EventBridge: an event was put on nowhere, which is no event bus here.']);
});

describe('TestEventPattern', () => {
  const event = { id: '1', account: 'a', source: 's', time: 't', region: 'r', 'detail-type': 'd', detail: { x: 1 } };
  const test = (pattern: object | string, tested: unknown) =>
    bus.call('TestEventPattern', {
      EventPattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern),
      Event: JSON.stringify(tested),
    });

  it('says whether the pattern matches', async () => {
    expect(await test({ detail: { x: [1] } }, event)).toEqual({ Result: true });
    expect(await test({ detail: { x: [2] } }, event)).toEqual({ Result: false });
  });
  it('refuses a pattern that is none', async () => {
    await expect(test('{"x": 1}', event)).rejects.toMatchObject({
      code: 'InvalidEventPatternException',
      message: 'Event pattern is not valid. Reason: "x" must be an object or an array\n at [Source: (String)"{"x": 1}"; line: 1, column: 8]', // prettier-ignore
    });
  });
  it.each([[['a list']], [{ source: 's' }], ['text']])('refuses the event %j', async (tested) => {
    await expect(test({ source: ['s'] }, tested)).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
