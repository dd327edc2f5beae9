import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaFixture, lambdaFixture, ROLE, standIn } from './lambda-fixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:failures';
const MINUTE_MS = 60_000;

/** Fails until the host's clock has reached the instant in the event; tells every attempt to its log. */
const FAILS_UNTIL = `export const handler = async ({ untilMs }, context) => {
  process.stdout.write('attempt ' + new Date().toISOString().slice(14, 19) + ' ' + context.awsRequestId + '\\n');
  if (Date.now() < untilMs) throw new Error('not yet');
  return 'done';
};`;

function attempts(fixture: LambdaFixture): string[] {
  return fixture.logLines.filter((line) => line.startsWith('attempt')).map((line) => line.split(' ')[1] as string);
}

describe('An asynchronous invocation', () => {
  let fixture: LambdaFixture;
  let sent: { QueueUrl: string; MessageBody: string }[];
  beforeEach(async () => {
    fixture = await lambdaFixture();
    sent = [];
    standIn(fixture.host, 'sqs', { SendMessage: (input) => sent.push(input) });
    await fixture.deploy('later', FAILS_UNTIL);
  });
  afterEach(() => fixture.stop());

  async function invoke(untilMs: number): Promise<void> {
    const answer = await fixture.invoke('later', { untilMs }, { InvocationType: 'Event' });
    expect(answer.StatusCode).toBe(202);
    expect(answer.Payload).toBeUndefined();
    await fixture.host.clock.idle();
  }

  test('runs after it was accepted', async () => {
    await invoke(0);
    expect(attempts(fixture)).toEqual(['00:00']);
  });

  test('that fails is retried after one minute and after two more, with the same request id', async () => {
    await invoke(Number.MAX_SAFE_INTEGER);
    expect(attempts(fixture)).toEqual(['00:00', '01:00', '03:00']);
    const ids = fixture.logLines.filter((line) => line.startsWith('attempt')).map((line) => line.split(' ')[2]);
    expect(new Set(ids).size).toBe(1);
  });

  test('is not retried once it has succeeded', async () => {
    await invoke(fixture.host.clock.now() + MINUTE_MS);
    expect(attempts(fixture)).toEqual(['00:00', '01:00']);
  });

  test('whose retries are used up goes to the on-failure destination, with the rights of the function', async () => {
    await fixture.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'later',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    await invoke(Number.MAX_SAFE_INTEGER);
    expect(attempts(fixture)).toHaveLength(2);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.QueueUrl).toBe('https://sqs.us-east-1.amazonaws.com/000000000000/failures');
    expect(JSON.parse(sent[0]?.MessageBody ?? '')).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { untilMs: Number.MAX_SAFE_INTEGER },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'not yet' },
    });
    expect(fixture.host.calls.find(({ service }) => service === 'sqs')?.principal).toMatchObject({ roleArn: ROLE });
  });

  test('sends the bare event to the dead-letter queue of the function', async () => {
    await fixture.deploy('letters', FAILS_UNTIL, { DeadLetterConfig: { TargetArn: QUEUE } });
    await fixture.invoke('letters', { untilMs: Number.MAX_SAFE_INTEGER }, { InvocationType: 'Event' });
    await fixture.host.clock.idle();
    expect(sent.map(({ MessageBody }) => MessageBody)).toEqual([`{"untilMs":${Number.MAX_SAFE_INTEGER}}`]);
    expect((sent[0] as unknown as { MessageAttributes: object }).MessageAttributes).toEqual({
      RequestID: { DataType: 'String', StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { DataType: 'String', StringValue: 'not yet' },
    });
  });

  test('that is throttled is tried again without counting as a retry', async () => {
    await fixture.deploy('none', FAILS_UNTIL, { ReservedConcurrentExecutions: 0 });
    await fixture.invoke('none', {}, { InvocationType: 'Event' });
    await fixture.host.clock.idle();
    const throttles = fixture.host.measurements.filter(({ name }) => name === 'Throttles');
    expect(throttles.length).toBeGreaterThan(10);
    expect(attempts(fixture)).toEqual([]);
    expect(fixture.host.measurements).toContainEqual(expect.objectContaining({ name: 'AsyncEventsDropped' }));
  });
});

describe('An accepted event', () => {
  let fixture: LambdaFixture;
  const directories: string[] = [];
  afterEach(async () => {
    await fixture.stop();
    await Promise.all(directories.map((path) => rm(path, { recursive: true, force: true })));
  });

  test('survives the end of the host', async () => {
    const storeDirectory = await mkdtemp(join(tmpdir(), 'async-'));
    const assets = await mkdtemp(join(tmpdir(), 'bundles-'));
    directories.push(storeDirectory, assets);
    fixture = await lambdaFixture({ storeDirectory, assets });
    await fixture.deploy('later', FAILS_UNTIL);
    await fixture.invoke('later', { untilMs: 0 }, { InvocationType: 'Event' });
    expect(attempts(fixture)).toEqual([]);
    await fixture.stop();

    fixture = await lambdaFixture({ storeDirectory, assets });
    await fixture.deploy('later', FAILS_UNTIL);
    await fixture.lambda.start();
    await fixture.host.clock.idle();
    expect(attempts(fixture)).toEqual(['00:00']);
  });
});
