import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaFixture, lambdaFixture } from './lambda-fixture.ts';
import { FakeStream, STREAM } from './stream-fixture.ts';

const CONSUMER = `export const handler = async ({ Records }) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.stdout.write('batch ' + Records.map(({ dynamodb }) => dynamodb.Keys.sk.S).join('') + '\\n');
};`;

describe('An event source mapping that a client changes', () => {
  let fixture: LambdaFixture;
  let stream: FakeStream;
  let directories: string[];
  let UUID: string;

  async function open(mapping: object = {}): Promise<void> {
    const [storeDirectory = '', assets = ''] = directories;
    fixture = await lambdaFixture({ storeDirectory, assets });
    stream = new FakeStream(fixture.host);
    await fixture.deploy('consumer', CONSUMER);
    const properties = { FunctionName: 'consumer', EventSourceArn: STREAM, StartingPosition: 'TRIM_HORIZON', BatchSize: 2, ...mapping }; // prettier-ignore
    ({ ref: UUID } = await fixture.create('AWS::Lambda::EventSourceMapping', properties, 'Mapping'));
    await fixture.lambda.start();
  }
  beforeEach(async () => {
    directories = await Promise.all(['store-', 'bundles-'].map((name) => mkdtemp(join(tmpdir(), name))));
    await open();
  });
  afterEach(async () => {
    await fixture.stop();
    await Promise.all(directories.map((path) => rm(path, { recursive: true, force: true })));
  });

  const update = (changes: object) => fixture.call('UpdateEventSourceMapping', { UUID, ...changes });
  const batches = () => fixture.logLines.filter((line) => line.startsWith('batch')).map((line) => line.trim().slice(6));
  async function quiet(): Promise<void> {
    await fixture.host.clock.idle();
  }

  test('is paused and goes on where it stood, each record once', async () => {
    stream.write('a', 'b');
    await quiet();
    expect(await update({ Enabled: false })).toMatchObject({ UUID, State: 'Disabling' });
    stream.write('c', 'd');
    await quiet();
    expect(batches()).toEqual(['ab']);
    expect(await fixture.call('GetEventSourceMapping', { UUID })).toMatchObject({ State: 'Disabled' });
    expect(await update({ Enabled: true })).toMatchObject({ State: 'Enabling' });
    await quiet();
    expect(batches()).toEqual(['ab', 'cd']);
  });

  test('lets the batch that is with the function end: it does not come again', async () => {
    stream.write('a', 'b');
    // Paused and set going in the middle of the first batch.
    await Promise.all([update({ Enabled: false }), update({ Enabled: true })]);
    stream.write('c');
    await quiet();
    expect(batches()).toEqual(['ab', 'c']);
  });

  test('has its new settings', async () => {
    expect(await update({ BatchSize: 3, MaximumRetryAttempts: 2 })).toMatchObject({ BatchSize: 3, MaximumRetryAttempts: 2, State: 'Updating' }); // prettier-ignore
    stream.write('a', 'b', 'c');
    await quiet();
    expect(batches()).toEqual(['abc']);
  });

  test('stays as it was set over a restart, until the template says something new of it', async () => {
    await update({ Enabled: false });
    await fixture.stop();
    await open();
    expect(await fixture.call('GetEventSourceMapping', { UUID })).toMatchObject({ State: 'Disabled' });
    await fixture.stop();
    await open({ BatchSize: 5 });
    expect(await fixture.call('GetEventSourceMapping', { UUID })).toMatchObject({ State: 'Enabled', BatchSize: 5 });
  });

  test('may read for another function', async () => {
    await fixture.deploy('other', CONSUMER.replace('batch', 'other'));
    await update({ FunctionName: 'other' });
    stream.write('a');
    await quiet();
    expect(fixture.logLines.some((line) => line.startsWith('other a'))).toBe(true);
    await expect(update({ FunctionName: 'nobody' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('is refused what is not served or out of range', async () => {
    await expect(update({ TumblingWindowInSeconds: 10 })).rejects.toThrow('TumblingWindowInSeconds');
    await expect(update({ BatchSize: 0 })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(update({ FilterCriteria: { Filters: [{ Pattern: '{"a": 1}' }] } })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    await expect(fixture.call('UpdateEventSourceMapping', { UUID: 'none' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

describe('An event source mapping that a client makes', () => {
  let fixture: LambdaFixture;
  let stream: FakeStream;
  let directories: string[];

  async function open(): Promise<void> {
    const [storeDirectory = '', assets = ''] = directories;
    fixture = await lambdaFixture({ storeDirectory, assets });
    stream = new FakeStream(fixture.host);
    await fixture.deploy('consumer', CONSUMER);
    await fixture.lambda.start();
  }
  beforeEach(async () => {
    directories = await Promise.all(['store-', 'bundles-'].map((name) => mkdtemp(join(tmpdir(), name))));
    await open();
  });
  afterEach(async () => {
    await fixture.stop();
    await Promise.all(directories.map((path) => rm(path, { recursive: true, force: true })));
  });

  const ask = { FunctionName: 'consumer', EventSourceArn: STREAM, StartingPosition: 'TRIM_HORIZON' };
  const make = async (input: object) => ((await fixture.call('CreateEventSourceMapping', input)) as { UUID: string }).UUID; // prettier-ignore
  const batches = () => fixture.logLines.filter((line) => line.startsWith('batch')).map((line) => line.trim().slice(6));

  test('reads from then on, also after a restart, until it is deleted', async () => {
    const UUID = await make(ask);
    stream.write('a');
    await fixture.host.clock.idle();
    expect(batches()).toEqual(['a']);
    await fixture.stop();
    await open();
    stream.write('b');
    await fixture.host.clock.idle();
    expect(batches().join('')).toContain('b');
    expect(await fixture.call('DeleteEventSourceMapping', { UUID })).toMatchObject({ State: 'Deleting' });
    stream.write('c');
    await fixture.host.clock.idle();
    expect(batches().join('')).not.toContain('c');
    await expect(fixture.call('GetEventSourceMapping', { UUID })).rejects.toMatchObject({ code: 'ResourceNotFoundException' }); // prettier-ignore
  });

  test('that is not the first for its function and source is refused', async () => {
    const UUID = await make(ask);
    await expect(make(ask)).rejects.toMatchObject({ code: 'ResourceConflictException', status: 409 });
    await expect(make(ask)).rejects.toThrow(UUID);
  });

  const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:mails';
  test.each([
    ['ResourceNotFoundException', { ...ask, FunctionName: 'nobody' }],
    ['ValidationException', { ...ask, EventSourceArn: undefined }],
    ['InvalidParameterValueException', { ...ask, StartingPosition: undefined }],
    ['InvalidParameterValueException', { ...ask, EventSourceArn: QUEUE }],
    ['InvalidParameterValueException', { FunctionName: 'consumer', EventSourceArn: QUEUE, BatchSize: 11 }],
    ['UnsupportedOperation', { ...ask, EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }],
    ['UnsupportedOperation', { ...ask, TumblingWindowInSeconds: 30 }],
  ])('is refused with %s: %j', async (code, input) => {
    await expect(make(input)).rejects.toMatchObject({ code });
  });
});
