import { jest } from '@jest/globals';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { invocationLog } from '../../../functions/shared/invocation-log.ts';
import { putEvents } from '../../../functions/outbox/put-events.ts';
import { handler } from '../../../functions/outbox/publish-events.ts';
import { EVENT_SOURCE, type OrderEvent } from '../../../core/events.ts';
import { eventItem, orderItem } from '../../../core/order-item.ts';
import { eventErrors } from '../../../functions/shared/event-schemas.ts';
import { everyEvent } from '../../every-event.ts';
import { newOrder } from '../../orders.ts';
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
  bus.on(PutEventsCommand).callsFake(takeAll);
  failureQueue.on(SendMessageCommand).resolves({});
  process.env['EVENT_BUS_NAME'] = 'orders';
  process.env['FAILURE_QUEUE_URL'] = 'https://sqs.us-east-1.amazonaws.com/000000000000/failures';
});
afterEach(() => {
  logs.restore();
  jest.restoreAllMocks();
});

type Put = { Entries: { Detail: string }[] };
const takeAll = ({ Entries }: Put) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'taken' })) });
/** The bus takes all entries but those of these versions. */
const takeAllBut =
  (...versions: number[]) =>
  ({ Entries }: Put) => ({
    FailedEntryCount: versions.length,
    Entries: Entries.map((entry) =>
      versions.includes(versionIn(entry)) ? { ErrorCode: 'ThrottlingException' } : { EventId: 'taken' },
    ),
  });

const versionIn = ({ Detail }: { Detail: string }) =>
  (JSON.parse(Detail) as { metadata: { version: number } }).metadata.version;

/** A record of the Orders stream, numbered from 1. */
function streamRecord(number: number, item: object, eventName: 'INSERT' | 'MODIFY' = 'INSERT'): DynamoDBRecord {
  const { pk, sk } = item as { pk: string; sk: string };
  return {
    eventID: `e-${number}`,
    eventName,
    dynamodb: {
      SequenceNumber: `seq-${number}`,
      Keys: marshall({ pk, sk }) as never,
      NewImage: marshall(item, { removeUndefinedValues: true }) as never,
    },
  };
}

const eventOfVersion = (version: number, change: Partial<OrderEvent> = {}): OrderEvent => {
  const { event } = newOrder();
  return { ...event, version, eventId: `${event.orderId}#${version}` as OrderEvent['eventId'], ...change };
};
const record = (version: number) => streamRecord(version, eventItem(eventOfVersion(version)));
const records = (count: number) => Array.from({ length: count }, (_, index) => record(index + 1));
/** An event item that no schema accepts. */
const broken = (version: number) =>
  streamRecord(version, { ...eventItem(eventOfVersion(version)), type: 'OrderExploded' });

const publish = (...Records: DynamoDBRecord[]) => handler({ Records }, lambdaContext());
const requests = () =>
  bus.commandCalls(PutEventsCommand).map(({ args }) => (args[0].input.Entries as Put['Entries']).map(versionIn));
const setAside = () =>
  failureQueue
    .commandCalls(SendMessageCommand)
    .map(({ args }) => JSON.parse(args[0].input.MessageBody ?? '') as Record<string, unknown>);

describe('event items', () => {
  test('go to the bus in the envelope that the schemas describe, at the time of the change', async () => {
    expect(await publish(record(1))).toEqual({ batchItemFailures: [] });

    const entry = bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0];
    expect(entry).toMatchObject({ EventBusName: 'orders', Source: EVENT_SOURCE, DetailType: 'OrderCreated' });
    expect(entry?.Time?.toISOString()).toBe('2026-11-20T13:00:00.000Z');
    const detail = JSON.parse(entry?.Detail ?? '') as { metadata: object };
    expect(detail.metadata).toMatchObject({ version: 1, schemaVersion: 1, causationId: 'request-1' });
    expect(eventErrors('OrderCreated', detail)).toEqual([]);
  });

  test.each(everyEvent().map((event) => [event.type, event.version, event] as const))(
    'of type %s (version %i) are published',
    async (type, _version, event) => {
      await publish(streamRecord(1, eventItem(event)));

      expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([{ DetailType: type }]);
      expect(setAside()).toEqual([]);
    },
  );

  test('go in the order of the stream, ten to a request', async () => {
    await publish(...records(23));

    expect(requests().map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(requests().flat()).toEqual(records(23).map((_, index) => index + 1));
  });

  test('go in smaller requests when they are large: one request holds a megabyte', async () => {
    const entries = [1, 2, 3].map((version) => ({
      Detail: JSON.stringify({ metadata: { version }, filling: 'x'.repeat(400_000) }),
    }));

    expect(await putEvents(entries, invocationLog(lambdaContext()))).toBe(3);

    expect(requests()).toEqual([[1, 2], [3]]);
  });

  test('are the only items that are published', async () => {
    const order = streamRecord(1, orderItem(newOrder().order));
    const changed = streamRecord(2, eventItem(eventOfVersion(2)), 'MODIFY');

    expect(await publish(order, changed)).toEqual({ batchItemFailures: [] });

    expect(requests()).toEqual([]);
    expect(setAside()).toEqual([]);
  });
});

describe('when the bus does not take an event', () => {
  test('only that one is sent again, and then all is well', async () => {
    bus.on(PutEventsCommand).callsFakeOnce(takeAllBut(2)).callsFake(takeAll);

    expect(await publish(...records(3))).toEqual({ batchItemFailures: [] });

    expect(requests()).toEqual([[1, 2, 3], [2]]);
  });

  test('after three attempts the stream is to come again from the first that is missing, and nothing behind it is sent', async () => {
    bus.on(PutEventsCommand).callsFake(takeAllBut(4, 7));

    expect(await publish(...records(15))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-4' }] });

    expect(requests()).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [4, 7],
      [4, 7],
    ]);
  });

  test('because it cannot be reached, the stream is to come again from that request on', async () => {
    bus.on(PutEventsCommand).callsFakeOnce(takeAll).rejects(new Error('socket hang up'));

    expect(await publish(...records(12))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-11' }] });
  });

  test('and says nothing about some of them, those count as not taken', async () => {
    bus
      .on(PutEventsCommand)
      .callsFakeOnce(() => ({ Entries: [{ EventId: 'taken' }] }))
      .callsFake(takeAll);

    await publish(...records(2));

    expect(requests()).toEqual([[1, 2], [2]]);
  });
});

describe('an event that can never be published', () => {
  test('goes whole to the failure queue, with what is wrong, and holds nothing up', async () => {
    expect(await publish(record(1), broken(2), record(3))).toEqual({ batchItemFailures: [] });

    expect(requests()).toEqual([[1, 3]]);
    expect(setAside()).toEqual([
      {
        reason: 'UnpublishableEvent',
        errors: [{ field: 'detail-type', message: 'is no event type of ours' }],
        record: broken(2),
      },
    ]);
    expect(logs.lines()[0]).toMatchObject({ level: 'ERROR', sk: 'EVENT#000002' });
  });

  test.each([
    ['whose data its schema refuses', { data: { customer: 'Ada' } }],
    ['without a time', { occurredAt: undefined }],
    ['of another schema version', { schemaVersion: 2 }],
    ['without data', { data: undefined }],
  ])('is one %s', async (_, change) => {
    await publish(streamRecord(1, { ...eventItem(eventOfVersion(1)), ...change }));

    expect(setAside()).toHaveLength(1);
  });

  test('is one without its image, or with one that is none', async () => {
    const { dynamodb, ...rest } = record(1);
    const without = { ...rest, dynamodb: { ...dynamodb, NewImage: undefined } } as unknown as DynamoDBRecord;
    const garbled = { ...rest, dynamodb: { ...dynamodb, NewImage: { pk: { X: '?' } } } } as unknown as DynamoDBRecord;

    await publish(without, garbled);

    expect(setAside()).toMatchObject([{ errors: [{ field: 'NewImage' }] }, { errors: [{ field: 'NewImage' }] }]);
  });

  test('comes again when it cannot be set aside: nothing is lost', async () => {
    failureQueue.on(SendMessageCommand).rejects(new Error('queue is gone'));

    expect(await publish(record(1), broken(2), record(3))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'seq-2' }],
    });
  });

  test('is not set aside yet when it lies behind one that comes again', async () => {
    bus.on(PutEventsCommand).callsFake(takeAllBut(1));

    expect(await publish(record(1), broken(2))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-1' }] });

    expect(setAside()).toEqual([]);
  });
});
