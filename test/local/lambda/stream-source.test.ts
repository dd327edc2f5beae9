import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaFixture, lambdaFixture, ROLE, standIn } from './lambda-fixture.ts';
import { FakeStream, STREAM } from './stream-fixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:failures';

/**
 * Writes the sort keys of every batch to its log. A key that begins with `poison` fails: the batch, or with `partial` in
 * the environment only the record; `until:<ms>` fails before that instant.
 */
const CONSUMER = `export const handler = async ({ Records }) => {
  const keys = Records.map((record) => record.dynamodb.Keys.sk.S);
  process.stdout.write('batch ' + keys.join(',') + '\\n');
  const fails = (key) => key.startsWith('poison') || (key.startsWith('until:') && Date.now() < Number(key.slice(6)));
  const failed = Records.filter((record) => fails(record.dynamodb.Keys.sk.S));
  if (failed.length === 0) return;
  if (process.env.partial === undefined) throw new Error('poison');
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber })) };
};`;

let fixture: LambdaFixture;
let stream: FakeStream;
let discarded: Record<string, Record<string, unknown>>[];
const directories: string[] = [];

afterEach(async () => {
  await fixture.stop();
  await Promise.all(directories.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

async function open(options: { storeDirectory?: string; assets?: string } = {}): Promise<void> {
  fixture = await lambdaFixture(options);
  stream = new FakeStream(fixture.host);
  discarded = [];
  standIn(fixture.host, 'sqs', {
    SendMessage: ({ MessageBody }: { MessageBody: string }) => discarded.push(JSON.parse(MessageBody) as never),
  });
}

async function given(mapping: object = {}, environment: Record<string, string> = {}): Promise<{ ref: string }> {
  await fixture.deploy('consumer', CONSUMER, { Environment: { Variables: environment } });
  return fixture.create('AWS::Lambda::EventSourceMapping', {
    FunctionName: 'consumer',
    EventSourceArn: STREAM,
    StartingPosition: 'TRIM_HORIZON',
    ...mapping,
  });
}

async function started(): Promise<void> {
  await fixture.lambda.start();
  await fixture.host.clock.idle();
}

async function written(...keys: string[]): Promise<void> {
  stream.write(...keys);
  await fixture.host.clock.idle();
}

function batches(): string[] {
  return fixture.logLines.filter((line) => line.startsWith('batch ')).map((line) => line.slice('batch '.length));
}

describe('A stream as an event source', () => {
  beforeEach(() => open());

  test('brings its records in order, in batches, from its beginning', async () => {
    stream.append('shard-1', 'a', 'b', 'c');
    await given({ BatchSize: 2 });
    await started();
    await written('d');
    expect(batches()).toEqual(['a,b', 'c', 'd']);
    const reads = fixture.host.calls.filter(({ service }) => service === 'dynamodbstreams');
    expect(reads.every(({ principal }) => principal.kind === 'role' && principal.roleArn === ROLE)).toBe(true);
  });

  test('from LATEST passes over what is there already', async () => {
    stream.append('shard-1', 'old');
    await given({ StartingPosition: 'LATEST' });
    await started();
    await written('new');
    expect(batches()).toEqual(['new']);
  });

  test('waits for a batch as long as its window, but not when the batch is full', async () => {
    await given({ BatchSize: 3, MaximumBatchingWindowInSeconds: 60 });
    await started();
    const startMs = fixture.host.clock.now();
    stream.write('a');
    stream.write('b');
    await fixture.host.clock.idle();
    expect(batches()).toEqual(['a,b']);
    expect(fixture.host.clock.now() - startMs).toBe(60_000);
    stream.write('c', 'd', 'e');
    await fixture.host.clock.idle();
    expect(batches()).toEqual(['a,b', 'c,d,e']);
    expect(fixture.host.clock.now() - startMs).toBe(60_000);
  });

  test('leaves out what its filters do not let pass', async () => {
    const Pattern = JSON.stringify({
      eventName: ['INSERT'],
      dynamodb: { Keys: { sk: { S: [{ prefix: 'EVENT#' }] } } },
    });
    await given({ FilterCriteria: { Filters: [{ Pattern }] } });
    await started();
    await written('ORDER', 'EVENT#1', 'HOLD', 'EVENT#2');
    expect(batches()).toEqual(['EVENT#1,EVENT#2']);
  });

  test('with a filter that is no pattern is refused', async () => {
    await expect(given({ FilterCriteria: { Filters: [{ Pattern: '{"a": 1}' }] } })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
  });

  test('tries a failed batch again until it succeeds, and holds back what comes after', async () => {
    await given();
    await started();
    const soon = `until:${fixture.host.clock.now() + 3000}`;
    stream.write(soon);
    await fixture.host.clock.work(async () => {});
    await written('b');
    expect(
      batches()
        .slice(0, -1)
        .every((batch) => batch.startsWith('until')),
    ).toBe(true);
    expect(batches().at(-1)).toMatch(/b$/);
    expect(batches().length).toBeGreaterThanOrEqual(3);
  });

  test('discards a batch when its retries are used up and tells the destination where it is', async () => {
    await given({ MaximumRetryAttempts: 2, DestinationConfig: { OnFailure: { Destination: QUEUE } } });
    await started();
    await written('a', 'poison');
    await written('c');
    expect(batches()).toEqual(['a,poison', 'a,poison', 'a,poison', 'c']);
    expect(discarded).toHaveLength(1);
    expect(discarded[0]).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      DDBStreamBatchInfo: {
        shardId: 'shard-1',
        startSequenceNumber: '1'.padStart(21, '0'),
        endSequenceNumber: '2'.padStart(21, '0'),
        batchSize: 2,
        streamArn: STREAM,
        approximateArrivalOfFirstRecord: '2026-01-15T10:00:00.000Z',
      },
    });
  });

  test('bisects a failed batch until the poison is alone, without counting the splits as retries', async () => {
    const DestinationConfig = { OnFailure: { Destination: QUEUE } };
    await given({ MaximumRetryAttempts: 1, BisectBatchOnFunctionError: true, DestinationConfig });
    await started();
    await written('a', 'b', 'poison', 'd');
    expect(batches()).toEqual(['a,b,poison,d', 'a,b', 'poison,d', 'poison', 'poison', 'd']);
    expect(discarded.map((message) => message['DDBStreamBatchInfo']?.['batchSize'])).toEqual([1]);
  });

  test('goes on from the lowest failed record of a partial failure', async () => {
    const DestinationConfig = { OnFailure: { Destination: QUEUE } };
    const FunctionResponseTypes = ['ReportBatchItemFailures'];
    await given({ MaximumRetryAttempts: 2, FunctionResponseTypes, DestinationConfig }, { partial: '1' });
    await started();
    await written('a', 'poison1', 'c');
    await written('e');
    expect(batches()).toEqual(['a,poison1,c', 'poison1,c', 'poison1,c', 'e']);
    expect(discarded.map((message) => message['DDBStreamBatchInfo']?.['batchSize'])).toEqual([2]);
  });

  test('with partial failures and bisecting discards the poison alone', async () => {
    const DestinationConfig = { OnFailure: { Destination: QUEUE } };
    const FunctionResponseTypes = ['ReportBatchItemFailures'];
    const more = {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      FunctionResponseTypes,
      DestinationConfig,
    };
    await given(more, { partial: '1' });
    await started();
    await written('a', 'poison', 'c', 'd');
    expect(batches()).toEqual(['a,poison,c,d', 'poison,c,d', 'poison,c', 'poison', 'poison', 'c', 'd']);
    expect(discarded.map((message) => message['DDBStreamBatchInfo']?.['batchSize'])).toEqual([1]);
  });

  test('discards records that have become too old', async () => {
    await given({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: QUEUE } } });
    await started();
    await written('poison');
    await written('b');
    expect(batches().at(-1)).toBe('b');
    expect(discarded[0]).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
  });

  test('goes on after an iterator has expired, and when the stream could not be read', async () => {
    await given();
    await started();
    stream.failNext = 'ExpiredIteratorException';
    await written('a');
    stream.failNext = 'AccessDeniedException';
    await written('b');
    expect(batches()).toEqual(['a']);
    expect(fixture.host.reports[0]).toContain('AccessDeniedException');
    await fixture.host.clock.advance(10_000);
    await fixture.host.clock.idle();
    expect(batches()).toEqual(['a', 'b']);
  });

  test('goes on when all that it has read is older than a stream keeps', async () => {
    await given();
    await started();
    await written('a');
    stream.trim();
    stream.failNext = 'ExpiredIteratorException';
    await written('b');
    expect(batches()).toEqual(['a', 'b']);
    expect(fixture.host.reports).toEqual([]);
  });

  test('reads the children of a shard when it has been read to its end', async () => {
    await given();
    await started();
    stream.append('shard-1', 'a');
    stream.addShard('shard-2', 'shard-1');
    stream.append('shard-2', 'b');
    await written();
    expect(batches()).toEqual(['a', 'b']);
  });

  test('is described with its state, and measures the age of what it brings', async () => {
    const { ref } = await given({ BatchSize: 10 });
    await started();
    await written('a');
    const described = await fixture.call('GetEventSourceMapping', { UUID: ref });
    expect(described).toMatchObject({ UUID: ref, State: 'Enabled', BatchSize: 10, LastProcessingResult: 'OK' });
    expect(await fixture.call('ListEventSourceMappings', { FunctionName: 'consumer' })).toEqual({
      EventSourceMappings: [described],
    });
    expect(fixture.host.measurements).toContainEqual(expect.objectContaining({ name: 'IteratorAge', value: 0 }));
  });
});

test('A stream is read on from its checkpoint after a restart', async () => {
  const storeDirectory = await mkdtemp(join(tmpdir(), 'stream-'));
  const assets = await mkdtemp(join(tmpdir(), 'bundles-'));
  directories.push(storeDirectory, assets);
  await open({ storeDirectory, assets });
  await given({ BatchSize: 1 });
  await started();
  await written('a', 'b');
  await fixture.stop();

  await open({ storeDirectory, assets });
  stream.append('shard-1', 'a', 'b', 'c');
  await given({ BatchSize: 1 });
  await started();
  expect(batches()).toEqual(['c']);
});

test('A stream is read on after a restart when its checkpoint is older than a stream keeps', async () => {
  const storeDirectory = await mkdtemp(join(tmpdir(), 'stream-'));
  const assets = await mkdtemp(join(tmpdir(), 'bundles-'));
  directories.push(storeDirectory, assets);
  await open({ storeDirectory, assets });
  await given();
  await started();
  await written('a');
  await fixture.stop();

  await open({ storeDirectory, assets });
  stream.append('shard-1', 'a');
  stream.trim();
  stream.append('shard-1', 'b');
  await given();
  await started();
  expect(batches()).toEqual(['b']);
});
