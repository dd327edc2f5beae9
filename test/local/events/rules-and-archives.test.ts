import { BUS_ARN, bodyOf, BusUnderTest, QUEUE_ARN, ruleTo } from './bus-under-test.ts';

let bus: BusUnderTest;
beforeEach(async () => {
  bus = await BusUnderTest.open([ruleTo({ Arn: QUEUE_ARN })]);
});
afterEach(() => bus.host.close());

const ON_BUS = { EventBusName: 'orders' };

describe('rules', () => {
  it('of the template answer Ref and GetAtt as CloudFormation does', async () => {
    const EventPattern = { source: ['x'] };
    expect(await bus.create('AWS::Events::Rule', { EventBusName: 'orders', EventPattern })).toEqual({
      ref: 'orders|Test-Logical',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/orders/Test-Logical' },
    });
    expect(await bus.create('AWS::Events::Rule', { Name: 'n', EventPattern })).toEqual({
      ref: 'n',
      attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/n' },
    });
    expect(await bus.create('AWS::Events::EventBus', { Name: 'b' })).toMatchObject({
      ref: 'b',
      attributes: { Name: 'b' },
    });
  });

  it('are made, described, listed and deleted by clients', async () => {
    await bus.call('PutRule', { Name: 'mine', ...ON_BUS, EventPattern: '{"source":["shop"]}', Description: 'D' });
    const described = await bus.call('DescribeRule', { Name: 'mine', ...ON_BUS });
    expect(described).toMatchObject({
      Name: 'mine',
      State: 'ENABLED',
      Description: 'D',
      EventPattern: '{"source":["shop"]}',
    });
    await bus.call('PutTargets', { Rule: 'mine', ...ON_BUS, Targets: [{ Id: 'q', Arn: QUEUE_ARN }] });
    const target = await bus.call('ListTargetsByRule', { Rule: 'mine', ...ON_BUS });
    expect(target).toEqual({ Targets: [{ Id: 'q', Arn: QUEUE_ARN }] });
    await expect(bus.call('DeleteRule', { Name: 'mine', ...ON_BUS })).rejects.toThrow('since it has targets');
    await bus.call('RemoveTargets', { Rule: 'mine', ...ON_BUS, Ids: ['q'] });
    await bus.call('DeleteRule', { Name: 'mine', ...ON_BUS });
    const { Rules } = await bus.call<{ Rules: { Name: string }[] }>('ListRules', ON_BUS);
    expect(Rules.map(({ Name }) => Name)).toEqual(['rule']);
  });

  it.each([
    ['InvalidEventPatternException', 'PutRule', { Name: 'n', EventPattern: '{"a":1}' }],
    ['ValidationException', 'PutRule', { Name: 'n' }],
    ['ValidationException', 'PutRule', { Name: 'n', ScheduleExpression: 'rate(1 days)' }],
    ['ValidationException', 'PutRule', { Name: 'n', ...ON_BUS, ScheduleExpression: 'rate(1 day)' }],
    ['ResourceNotFoundException', 'PutRule', { Name: 'n', EventBusName: 'nowhere', EventPattern: '{"a":[1]}' }],
    ['ResourceNotFoundException', 'DescribeRule', { Name: 'nowhere' }],
    ['ResourceAlreadyExistsException', 'CreateEventBus', { Name: 'orders' }],
    ['ValidationException', 'PutTargets', { Rule: 'rule', ...ON_BUS, Targets: [{ Id: 'a', Arn: QUEUE_ARN, Input: '{}', InputPath: '$' }] }], // prettier-ignore
    ['ValidationException', 'PutTargets', { Rule: 'rule', ...ON_BUS, Targets: [{ Id: 'a', Arn: QUEUE_ARN, InputPath: '$.a..b' }] }], // prettier-ignore
    ['ValidationException', 'PutTargets', { Rule: 'rule', ...ON_BUS, Targets: [{ Id: 'a', Arn: QUEUE_ARN, InputTransformer: { InputPathsMap: { x: '$.a[?(@.b)]' }, InputTemplate: '<x>' } }] }], // prettier-ignore
    ['ValidationException', 'PutRule', { Name: 'a b', EventPattern: '{"a":[1]}' }],
    ['ValidationException', 'PutRule', { Name: 'a', EventPattern: '{"a":[1]}', State: 'ON' }],
    ['ValidationException', 'PutRule', { Name: 'a', EventPattern: `{"a":["${'x'.repeat(4096)}"]}` }],
    ['UnsupportedOperation', 'PutRule', { Name: 'a', EventPattern: '{"a":[1]}', State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }], // prettier-ignore
    ['ResourceNotFoundException', 'CreateArchive', { ArchiveName: 'a', EventSourceArn: `${BUS_ARN}-none` }],
    ['ValidationException', 'CreateArchive', { ArchiveName: 'a', EventSourceArn: 'orders' }],
    ['UnsupportedOperation', 'PutEvents', { Entries: [], EndpointId: 'abcde.veo' }],
    ['ValidationException', 'PutTargets', { Rule: 'rule', ...ON_BUS, Targets: [{ Id: 'a', Arn: QUEUE_ARN, RetryPolicy: { MaximumRetryAttempts: 186 } }] }], // prettier-ignore
    ['LimitExceededException', 'PutTargets', { Rule: 'rule', ...ON_BUS, Targets: ['a', 'b', 'c', 'd', 'e'].map((Id) => ({ Id, Arn: QUEUE_ARN })) }], // prettier-ignore
    ['UnsupportedOperation', 'CreateConnection', {}],
  ])('%s: %s', async (code, operation, input) => {
    await expect(bus.call(operation, input)).rejects.toMatchObject({ code });
  });
});

describe('an archive', () => {
  beforeEach(async () => {
    const created = await bus.create('AWS::Events::Archive', {
      ArchiveName: 'kept',
      SourceArn: BUS_ARN,
      EventPattern: { detail: { keep: [true] } },
      RetentionDays: 30,
    });
    expect(created.ref).toBe('kept');
  });

  it('keeps by its new pattern once it is changed, and has kept what it had', async () => {
    await bus.put({ keep: true, n: 1 });
    await bus.call('UpdateArchive', { ArchiveName: 'kept', EventPattern: '{"detail":{"keep":[false]}}', RetentionDays: 7 }); // prettier-ignore
    await bus.put({ keep: true, n: 2 });
    await bus.put({ keep: false, n: 3 });
    expect(await bus.call('DescribeArchive', { ArchiveName: 'kept' })).toMatchObject({
      EventCount: 2,
      RetentionDays: 7,
    });
    const refused = bus.call('UpdateArchive', { ArchiveName: 'kept', EventPattern: '{"a":1}' });
    await expect(refused).rejects.toMatchObject({ code: 'InvalidEventPatternException' });
  });

  const replay = (FilterArns?: string[]) =>
    bus.call('StartReplay', {
      ReplayName: 'again',
      EventSourceArn: 'arn:aws:events:us-east-1:000000000000:archive/kept',
      EventStartTime: 1768471200,
      EventEndTime: 1768471200 + 3600,
      Destination: { Arn: BUS_ARN, ...(FilterArns && { FilterArns }) },
    });

  it('keeps the events of its bus that match its pattern', async () => {
    await bus.put({ keep: true });
    await bus.put({ keep: false });
    const archive = await bus.call<{ EventCount: number; SizeBytes: number }>('DescribeArchive', {
      ArchiveName: 'kept',
    });
    expect(archive).toMatchObject({ EventCount: 1, EventSourceArn: BUS_ARN, RetentionDays: 30, State: 'ENABLED' });
    expect(archive.SizeBytes).toBeGreaterThan(100);
  });

  it('is replayed onto its bus, with the name of the replay, and not archived again', async () => {
    await bus.put({ keep: true });
    await bus.quiet();
    await replay();
    await bus.quiet();
    expect(bus.sent().map(bodyOf)).toMatchObject([{ detail: { keep: true } }, { 'replay-name': 'again' }]);
    expect(bodyOf(bus.sent()[1])['id']).toBe(bodyOf(bus.sent()[0])['id']);
    expect(await bus.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'COMPLETED', EventLastReplayedTime: 1768471200 }); // prettier-ignore
    expect(await bus.call('DescribeArchive', { ArchiveName: 'kept' })).toMatchObject({ EventCount: 1 });
  });

  it('is replayed to the rules that are named only', async () => {
    await bus.put({ keep: true });
    await bus.quiet();
    await replay(['arn:aws:events:us-east-1:000000000000:rule/orders/another']);
    await bus.quiet();
    expect(bus.sent()).toHaveLength(1);
  });

  it('forgets events after its retention', async () => {
    await bus.call('CreateArchive', { ArchiveName: 'short', EventSourceArn: BUS_ARN, RetentionDays: 1 });
    await bus.put({ keep: true });
    await bus.quiet();
    await bus.host.clock.advance(3 * 86_400_000);
    expect(await bus.call('DescribeArchive', { ArchiveName: 'short' })).toMatchObject({ EventCount: 0, SizeBytes: 0 });
    expect(await bus.call('DescribeArchive', { ArchiveName: 'kept' })).toMatchObject({ EventCount: 1 });
  });
});
