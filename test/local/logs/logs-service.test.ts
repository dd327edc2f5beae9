import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { LogsService } from '../../../local/services/logs/logs-service.ts';
import { fakeHost, type FakeHost, START_MS } from '../fake-host.ts';

const GROUP = '/aws/events/orders';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Answer {
  readonly events: { timestamp: number; message: string; logStreamName?: string }[];
  readonly nextToken?: string;
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
  readonly logGroups: Record<string, unknown>[];
  readonly logStreams: Record<string, unknown>[];
  readonly rejectedLogEventsInfo?: object;
}

let host: FakeHost;
let logs: LogsService;
let directory: string;

async function open(): Promise<void> {
  host = await fakeHost({ directory });
  logs = new LogsService(host);
}

async function call(operation: string, input: object = {}): Promise<Answer> {
  return host.clock.work(() => logs.call(operation, input, UNRESTRICTED)) as Promise<Answer>;
}

async function create(type: string, properties: object): Promise<{ ref: string; attributes?: object }> {
  const found = logs.resourceTypes.find((one) => one.type === type);
  return (await found?.create({
    logicalId: 'Resource',
    type,
    properties,
    generatedName: 'generated',
    stackName: 'Test',
  })) as { ref: string; attributes?: object };
}

async function given(...streams: string[]): Promise<void> {
  await create('AWS::Logs::LogGroup', { LogGroupName: GROUP, RetentionInDays: 7 });
  await logs.start();
  for (const logStreamName of streams) await call('CreateLogStream', { logGroupName: GROUP, logStreamName });
}

async function put(logStreamName: string, ...messages: [offsetMs: number, message: string][]): Promise<Answer> {
  const logEvents = messages.map(([offsetMs, message]) => ({ timestamp: START_MS + offsetMs, message }));
  return call('PutLogEvents', { logGroupName: GROUP, logStreamName, logEvents });
}

function messagesOf(answer: Answer): string[] {
  return answer.events.map(({ message }) => message);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logs-'));
  await open();
});
afterEach(async () => {
  await host.close();
  await rm(directory, { recursive: true, force: true });
});

describe('CloudWatch Logs', () => {
  test('makes the group of the template and keeps its events over a restart', async () => {
    const created = await create('AWS::Logs::LogGroup', { LogGroupName: GROUP });
    expect(created).toEqual({
      ref: GROUP,
      attributes: { Arn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*` },
    });
    await given('one');
    await put('one', [0, 'before']);
    await host.close();
    await open();
    await create('AWS::Logs::LogGroup', { LogGroupName: GROUP });
    await logs.start();
    await put('one', [0, 'after']);
    const answer = await call('GetLogEvents', { logGroupName: GROUP, logStreamName: 'one', startFromHead: true });
    expect(messagesOf(answer)).toEqual(['before', 'after']);
  });

  test('reads a stream page by page in both directions', async () => {
    await given('one', 'two');
    await put('one', [0, 'a'], [1, 'b']);
    await put('two', [1, 'other']);
    await put('one', [2, 'c'], [3, 'd']);
    const stream = { logGroupName: GROUP, logStreamName: 'one', limit: 3 };
    const head = await call('GetLogEvents', { ...stream, startFromHead: true });
    expect(messagesOf(head)).toEqual(['a', 'b', 'c']);
    const next = await call('GetLogEvents', { ...stream, nextToken: head.nextForwardToken });
    expect(messagesOf(next)).toEqual(['d']);
    const end = await call('GetLogEvents', { ...stream, nextToken: next.nextForwardToken });
    expect(messagesOf(end)).toEqual([]);
    expect(end.nextForwardToken).toBe(next.nextForwardToken);
    const tail = await call('GetLogEvents', stream);
    expect(messagesOf(tail)).toEqual(['b', 'c', 'd']);
    expect(messagesOf(await call('GetLogEvents', { ...stream, nextToken: tail.nextBackwardToken }))).toEqual(['a']);
  });

  test('filters the events of all streams in the order of time, page by page', async () => {
    await given('one', 'two');
    await put('one', [0, 'ERROR a'], [10_000, 'ERROR d']);
    await put('two', [1000, 'ERROR b'], [2000, 'INFO'], [3000, 'ERROR c']);
    const filter = { logGroupName: GROUP, filterPattern: 'ERROR', limit: 2 };
    const first = await call('FilterLogEvents', filter);
    expect(messagesOf(first)).toEqual(['ERROR a', 'ERROR b']);
    expect(first.events[1]).toMatchObject({ logStreamName: 'two', timestamp: START_MS + 1000 });
    const second = await call('FilterLogEvents', { ...filter, nextToken: first.nextToken });
    expect(messagesOf(second)).toEqual(['ERROR c', 'ERROR d']);
    expect(second.nextToken).toBeUndefined();
    const between = { startTime: START_MS + 1000, endTime: START_MS + 3000 };
    expect(messagesOf(await call('FilterLogEvents', { logGroupName: GROUP, ...between }))).toHaveLength(3);
    const identifier = { logGroupIdentifier: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*` };
    expect(messagesOf(await call('FilterLogEvents', { ...identifier, logStreamNames: ['one'] }))).toHaveLength(2);
  });

  test('refuses events out of order and sets aside those that are too old or too new', async () => {
    await given('one');
    await expect(put('one', [1, 'b'], [0, 'a'])).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: 'Log events in a single PutLogEvents request must be in chronological order.',
    });
    expect(await put('one', [-8 * DAY_MS, 'expired'])).toEqual({
      rejectedLogEventsInfo: { expiredLogEventEndIndex: 1 },
    });
    expect(await put('one', [0, 'now'], [3 * 60 * MINUTE_MS, 'too new'])).toEqual({
      rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 },
    });
    expect(messagesOf(await call('FilterLogEvents', { logGroupName: GROUP }))).toEqual(['now']);
  });

  test('names what does not exist, and what exists already', async () => {
    await given('one');
    await expect(call('CreateLogGroup', { logGroupName: GROUP })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
    await expect(put('other', [0, 'a'])).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
    await expect(call('GetLogEvents', { logGroupName: 'none', logStreamName: 'x' })).rejects.toMatchObject({
      message: 'The specified log group does not exist.',
    });
    await expect(call('FilterLogEvents', { logGroupName: GROUP, filterPattern: '{ $.a = }' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  test('deletes what has outlived its retention, in the background', async () => {
    await given('one', 'two');
    await put('one', [0, 'old']);
    await host.clock.advance(5 * DAY_MS);
    await put('two', [5 * DAY_MS, 'young']);
    await host.clock.advance(2 * DAY_MS + 2 * 60 * MINUTE_MS);
    expect(messagesOf(await call('FilterLogEvents', { logGroupName: GROUP }))).toEqual(['young']);
    const { logStreams } = await call('DescribeLogStreams', { logGroupName: GROUP });
    expect(logStreams.map(({ logStreamName }) => logStreamName)).toEqual(['two']);
  });

  test('deletes what was logged late for an earlier time as well', async () => {
    await given('one', 'late');
    await put('one', [0, 'at its time']);
    await host.clock.advance(6 * DAY_MS);
    await put('late', [-12 * 60 * MINUTE_MS, 'late']);
    await host.clock.advance(DAY_MS - 60 * MINUTE_MS);
    expect(messagesOf(await call('FilterLogEvents', { logGroupName: GROUP }))).toEqual(['at its time']);
  });

  test('looks for expired events only in groups that may have some', async () => {
    await given('one');
    await put('one', [0, 'a']);
    const range = jest.spyOn(host.store, 'range');

    await host.clock.advance(6 * DAY_MS);

    // The first round looks for them, and for what is left.
    expect(range.mock.calls).toHaveLength(2);
  });

  test('describes groups and streams', async () => {
    await given('one', 'two');
    await put('two', [0, 'a'], [5, 'b']);
    const { logGroups } = await call('DescribeLogGroups', { logGroupNamePrefix: '/aws/' });
    expect(logGroups).toEqual([
      expect.objectContaining({ logGroupName: GROUP, retentionInDays: 7, creationTime: START_MS }),
    ]);
    const { logStreams } = await call('DescribeLogStreams', {
      logGroupName: GROUP,
      orderBy: 'LastEventTime',
      descending: true,
    });
    expect(logStreams[0]).toMatchObject({
      logStreamName: 'two',
      firstEventTimestamp: START_MS,
      lastEventTimestamp: START_MS + 5,
    });
  });

  test('deletes a group with its events', async () => {
    await given('one');
    await put('one', [0, 'gone']);
    await call('DeleteLogGroup', { logGroupName: GROUP });
    await call('CreateLogGroup', { logGroupName: GROUP });
    expect(messagesOf(await call('FilterLogEvents', { logGroupName: GROUP }))).toEqual([]);
  });

  test('asks IAM for the stream, with the policies that let services in', async () => {
    const asked: unknown[] = [];
    host.authorize = (request) => asked.push(request);
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'logs:*',
      Resource: '*',
    };
    await create('AWS::Logs::ResourcePolicy', {
      PolicyName: 'events',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
    await given('one');
    const rule = { kind: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:rule' } as const;
    const logEvents = [{ timestamp: START_MS, message: 'a' }];
    await logs.call('PutLogEvents', { logGroupName: GROUP, logStreamName: 'one', logEvents }, rule);
    expect(asked).toEqual([
      {
        principal: rule,
        action: 'logs:PutLogEvents',
        resource: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:log-stream:one`,
        resourcePolicy: { Version: '2012-10-17', Statement: [statement] },
        context: { 'aws:SourceArn': 'arn:rule', 'aws:SourceAccount': '000000000000' },
      },
    ]);
  });
});
