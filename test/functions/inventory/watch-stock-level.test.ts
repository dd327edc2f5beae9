import { jest } from '@jest/globals';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/inventory/watch-stock-level.ts';
import { captureLogs, type CapturedLogs } from '../capture-logs.ts';
import { lambdaContext } from '../lambda-context.ts';

const bus = mockClient(EventBridgeClient);
const failureQueue = mockClient(SQSClient);
let logs: CapturedLogs;
beforeEach(() => {
  logs = captureLogs();
  // Jitter of nothing: the waits between attempts are over at once.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  bus.reset();
  failureQueue.reset();
  bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: object[] }) => ({
    FailedEntryCount: 0,
    Entries: Entries.map(() => ({ EventId: 'taken' })),
  }));
  failureQueue.on(SendMessageCommand).resolves({});
  process.env['EVENT_BUS_NAME'] = 'orders';
  process.env['FAILURE_QUEUE_URL'] = 'https://sqs.us-east-1.amazonaws.com/000000000000/failures';
});
afterEach(() => {
  logs.restore();
  jest.restoreAllMocks();
});

interface Level {
  readonly available: number;
  readonly lowStockThreshold?: number;
}

/** A record of the Inventory stream: stock of MUG-BLUE, whose threshold is 10, before and after a change. */
function change(
  number: number,
  before: Level,
  after: Level,
  parts: { sku?: string; sk?: string } = {},
): DynamoDBRecord {
  const { sku = 'MUG-BLUE', sk = 'STOCK' } = parts;
  const item = (level: Level) => ({ pk: `SKU#${sku}`, sk, sku, lowStockThreshold: 10, ...level });
  return {
    eventName: 'MODIFY',
    dynamodb: {
      SequenceNumber: String(number),
      ApproximateCreationDateTime: Date.UTC(2026, 10, 20, 13) / 1000,
      Keys: marshall({ pk: `SKU#${sku}`, sk }) as never,
      OldImage: marshall(item(before)) as never,
      NewImage: marshall(item(after)) as never,
    },
  };
}
const sold = (number: number, left: number) => change(number, { available: left + 1 }, { available: left });
const broken = (number: number) => change(number, { available: 11 }, { available: 9 }, { sku: 'NOT A SKU' });

const watch = (...Records: DynamoDBRecord[]) => handler({ Records }, lambdaContext());
const published = () =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? [])
    .map(({ Detail = '', ...entry }) => ({ ...entry, detail: JSON.parse(Detail) as { data: object } }));

test('given stock that is sold down to nothing, then it is told once, when it comes to its threshold', async () => {
  const records = Array.from({ length: 20 }, (_, index) => sold(index, 19 - index));

  expect(await watch(...records)).toEqual({ batchItemFailures: [] });

  expect(published()).toEqual([
    {
      EventBusName: 'orders',
      Source: 'order-saga',
      DetailType: 'LowStock',
      Time: new Date('2026-11-20T13:00:00.000Z'),
      detail: {
        metadata: {
          eventId: 'low-stock#MUG-BLUE#9',
          schemaVersion: 1,
          occurredAt: '2026-11-20T13:00:00.000Z',
          correlationId: 'MUG-BLUE',
          causationId: 'inventory-stream/9',
        },
        data: { sku: 'MUG-BLUE', available: 10, lowStockThreshold: 10 },
      },
    },
  ]);
});

test('given stock that is filled up and sold again, then it is told again', async () => {
  await watch(
    sold(1, 10),
    change(2, { available: 10 }, { available: 60 }),
    change(3, { available: 60 }, { available: 10 }),
  );

  expect(published()).toHaveLength(2);
});

test('given a threshold that is raised over the stock, then it is told', async () => {
  await watch(change(1, { available: 50 }, { available: 50, lowStockThreshold: 50 }));

  expect(published()).toMatchObject([{ detail: { data: { available: 50, lowStockThreshold: 50 } } }]);
});

test('given records of anything but changed stock, then nothing is told', async () => {
  const entry = change(1, { available: 11 }, { available: 9 }, { sk: 'CHANGE#1' });

  expect(await watch(entry, { ...sold(2, 10), eventName: 'INSERT' })).toEqual({ batchItemFailures: [] });
  expect(bus.calls()).toEqual([]);
});

test('given a bus that does not take an event, then the stream comes again from there on', async () => {
  bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) => ({
    Entries: Entries.map(({ Detail }) =>
      Detail.includes('"TEE"') ? { ErrorCode: 'Throttling' } : { EventId: 'taken' },
    ),
  }));
  const tee = change(3, { available: 11 }, { available: 1 }, { sku: 'TEE' });

  expect(await watch(sold(1, 10), sold(2, 9), tee, broken(4))).toEqual({
    batchItemFailures: [{ itemIdentifier: '3' }],
  });
  expect(failureQueue.calls()).toEqual([]);
});

describe('a change that can never be told', () => {
  test('is set aside whole, and holds nothing up', async () => {
    expect(await watch(broken(1), sold(2, 10))).toEqual({ batchItemFailures: [] });

    const [message] = failureQueue.commandCalls(SendMessageCommand);
    expect(JSON.parse(message?.args[0].input.MessageBody ?? '')).toMatchObject({
      reason: 'UnpublishableEvent',
      errors: [{ field: 'data.sku' }],
      record: { dynamodb: { SequenceNumber: '1', NewImage: { available: { N: '9' } } } },
    });
    expect(published()).toHaveLength(1);
  });

  test('comes again while it cannot be set aside', async () => {
    failureQueue.on(SendMessageCommand).rejects(new Error('no queue'));

    expect(await watch(sold(1, 10), broken(2))).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  });

  test('such as one without its images, names the stream', async () => {
    const { OldImage: _before, ...rest } = sold(1, 10).dynamodb ?? {};

    await watch({ eventName: 'MODIFY', dynamodb: rest });

    const [message] = failureQueue.commandCalls(SendMessageCommand);
    expect(message?.args[0].input.MessageBody).toContain('must be of type NEW_AND_OLD_IMAGES');
  });
});
