import { type LambdaFixture, lambdaFixture, ROLE, standIn } from './lambda-fixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:mails';

const CONSUMER = `let inFlight = 0; let most = 0;
export const handler = async ({ Records }) => {
  inFlight += 1; most = Math.max(most, inFlight);
  await new Promise((resolve) => setTimeout(resolve, 5));
  inFlight -= 1;
  process.stdout.write('batch ' + Records.map(({ body }) => body).join('|') + ' at most ' + most + '\\n');
  if (Records.some(({ body }) => body === 'throw')) throw new Error('no');
  const failed = Records.filter(({ body }) => body === 'fail');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

/** A queue whose messages, once received, stay invisible for ever. */
class FakeQueue {
  readonly waiting: { id: string; body: string }[] = [];
  readonly deleted: string[] = [];
  readonly received: object[] = [];
  private count = 0;

  constructor(fixture: LambdaFixture) {
    standIn(fixture.host, 'sqs', {
      ReceiveMessage: (input: { MaxNumberOfMessages: number }) => {
        this.received.push(input);
        const messages = this.waiting.splice(0, input.MaxNumberOfMessages);
        return {
          Messages: messages.map(({ id, body }) => ({
            MessageId: id,
            ReceiptHandle: `handle-${id}`,
            Body: body,
            MD5OfBody: 'md5',
            Attributes: { ApproximateReceiveCount: '1' },
            MessageAttributes: { kind: { DataType: 'String', StringValue: 'mail' } },
          })),
        };
      },
      DeleteMessageBatch: ({ Entries }: { Entries: { ReceiptHandle: string }[] }) => {
        this.deleted.push(...Entries.map(({ ReceiptHandle }) => ReceiptHandle));
        return {};
      },
    });
  }

  send(...bodies: string[]): void {
    for (const body of bodies) {
      this.count += 1;
      this.waiting.push({ id: `m${this.count}`, body });
    }
  }
}

describe('A queue as an event source', () => {
  let fixture: LambdaFixture;
  let queue: FakeQueue;
  beforeEach(async () => {
    fixture = await lambdaFixture();
    queue = new FakeQueue(fixture);
  });
  afterEach(() => fixture.stop());

  async function given(mapping: object = {}, source = CONSUMER): Promise<void> {
    await fixture.deploy('consumer', source);
    await fixture.create('AWS::Lambda::EventSourceMapping', {
      FunctionName: 'consumer',
      EventSourceArn: QUEUE,
      ...mapping,
    });
    await fixture.lambda.start();
    await fixture.host.clock.idle();
  }

  async function sent(...bodies: string[]): Promise<void> {
    queue.send(...bodies);
    fixture.host.announce(QUEUE);
    await fixture.host.clock.idle();
  }

  function batches(): string[] {
    return fixture.logLines
      .filter((line) => line.startsWith('batch '))
      .map((line) => line.replace(/^batch (.*) at most \d+$/, '$1'))
      .sort();
  }

  test('brings its messages in batches and deletes them when the function has succeeded', async () => {
    await given({ BatchSize: 2 });
    await sent('a', 'b', 'c');
    expect(batches()).toEqual(['a|b', 'c']);
    expect(queue.deleted.sort()).toEqual(['handle-m1', 'handle-m2', 'handle-m3']);
    const calls = fixture.host.calls.filter(({ service }) => service === 'sqs');
    expect(calls.every(({ principal }) => principal.kind === 'role' && principal.roleArn === ROLE)).toBe(true);
    expect(calls[0]?.input).toMatchObject({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/mails' });
  });

  test('gives messages the form that Lambda gives them', async () => {
    await given({}, `export const handler = async (event) => { process.stdout.write(JSON.stringify(event) + '\\n') };`);
    await sent('{"order":1}');
    expect(JSON.parse(fixture.logLines.find((line) => line.startsWith('{')) ?? '')).toEqual({
      Records: [
        {
          messageId: 'm1',
          receiptHandle: 'handle-m1',
          body: '{"order":1}',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {
            kind: { stringValue: 'mail', stringListValues: [], binaryListValues: [], dataType: 'String' },
          },
          md5OfBody: 'md5',
          eventSource: 'aws:sqs',
          eventSourceARN: QUEUE,
          awsRegion: 'us-east-1',
        },
      ],
    });
  });

  test('leaves the messages of a failed batch to their visibility timeout', async () => {
    await given();
    await sent('a', 'throw');
    expect(batches()).toEqual(['a|throw']);
    expect(queue.deleted).toEqual([]);
  });

  test('leaves only the failed messages of a partial failure', async () => {
    await given({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await sent('a', 'fail', 'c');
    expect(queue.deleted).toEqual(['handle-m1', 'handle-m3']);
  });

  test('deletes what its filters do not let pass, unseen', async () => {
    const Pattern = JSON.stringify({ body: { type: ['OrderShipped'] } });
    await given({ FilterCriteria: { Filters: [{ Pattern }] } });
    await sent('{"type":"OrderShipped"}', '{"type":"OrderCreated"}', 'no JSON');
    expect(batches()).toEqual(['{"type":"OrderShipped"}']);
    expect(queue.deleted.sort()).toEqual(['handle-m1', 'handle-m2', 'handle-m3']);
  });

  test('runs no more batches at a time than its maximum concurrency', async () => {
    await given({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await sent('a', 'b', 'c', 'd', 'e');
    expect(batches()).toEqual(['a', 'b', 'c', 'd', 'e']);
    const most = fixture.logLines.map((line) => Number(/at most (\d+)$/.exec(line)?.[1] ?? 0));
    expect(Math.max(...most)).toBe(2);
  });

  test('gathers a batch for as long as its window', async () => {
    await given({ BatchSize: 20, MaximumBatchingWindowInSeconds: 5 });
    const startMs = fixture.host.clock.now();
    await sent(...Array.from({ length: 12 }, (_, index) => String(index)));
    expect(batches()).toEqual(['0|1|2|3|4|5|6|7|8|9|10|11']);
    expect(fixture.host.clock.now() - startMs).toBe(5000);
    expect(queue.deleted).toHaveLength(12);
  });

  test('says once that it cannot be read, and tries again', async () => {
    await given();
    standIn(fixture.host, 'sqs', {});
    await sent('a');
    fixture.host.announce(QUEUE);
    await fixture.host.clock.idle();
    expect(fixture.host.reports).toEqual([expect.stringContaining('consumer cannot work on its queue')]);
  });
});
