import { hash } from 'node:crypto';
import { AwsError } from '../../../aws-error.ts';
import type { Principal } from '../../../aws-service.ts';
import type { DynamoDb, Operation } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import { Constraints } from '../request-constraints.ts';
import type { StoredRecord } from '../streams/stream-log.ts';
import { openIterator, sequenceNumber, sequenceOf, writeIterator } from '../streams/shard-iterator.ts';
import { keyAttributes, streamOf, type Table, type TableStream } from '../tables/table.ts';
import { itemSize } from '../values/item-size.ts';

/** Records per GetRecords, and streams and shards per page. */
const MAX_RECORDS = 1000;
const MAX_STREAMS = 100;

interface StreamInput {
  readonly StreamArn?: string;
}

interface Found {
  readonly table: Table;
  readonly stream: TableStream;
}

function findStream(db: DynamoDb, arn: string | undefined, principal: Principal, action: string): Found {
  new Constraints().notNull(arn, 'streamArn').length(arn, 'streamArn', 37, 1024).check();
  db.host.authorize({ principal, action: `dynamodb:${action}`, resource: arn as string });
  for (const table of db.tables.all()) {
    const stream = streamOf(table.definition, table.arn);
    if (stream && stream.arn === arn) return { table, stream };
  }
  throw resourceNotFound(`Requested resource not found: Stream: ${String(arn)} not found`);
}

/** A stream has one shard here, which stays open as long as the stream is enabled. */
function shardIdOf(table: Table, stream: TableStream): string {
  const createdMs = String(Date.parse(`${stream.label}Z`)).padStart(20, '0');
  return `shardId-${createdMs}-${hash('sha1', table.arn).slice(0, 8)}`;
}

function checkShard({ table, stream }: Found, shardId: string | undefined): void {
  new Constraints().notNull(shardId, 'shardId').check();
  if (shardId !== shardIdOf(table, stream)) {
    throw resourceNotFound(
      `Requested resource not found: Shard: ${String(shardId)} in Stream: ${stream.arn} not found`,
    );
  }
}

export const listStreams: Operation<{
  readonly TableName?: string;
  readonly Limit?: number;
  readonly ExclusiveStartStreamArn?: string;
}> = (db, input, principal) => {
  const resource = input.TableName === undefined ? '*' : `${db.tables.arnOf(input.TableName)}/stream/*`;
  db.host.authorize({ principal, action: 'dynamodb:ListStreams', resource });
  const start = input.ExclusiveStartStreamArn;
  const streams = db.tables
    .all()
    .filter(({ name }) => input.TableName === undefined || name === input.TableName)
    .flatMap((table) => {
      const stream = streamOf(table.definition, table.arn);
      return stream ? [{ StreamArn: stream.arn, TableName: table.name, StreamLabel: stream.label }] : [];
    })
    .sort((left, right) => (left.StreamArn < right.StreamArn ? -1 : 1))
    .filter(({ StreamArn }) => start === undefined || StreamArn > start);
  const page = streams.slice(0, input.Limit ?? MAX_STREAMS);
  const last = page.at(-1);
  return { Streams: page, ...(page.length < streams.length && last ? { LastEvaluatedStreamArn: last.StreamArn } : {}) };
};

export const describeStream: Operation<StreamInput> = (db, input, principal) => {
  const { table, stream } = findStream(db, input.StreamArn, principal, 'DescribeStream');
  const enabled = table.stream !== undefined;
  const createdMs = Date.parse(`${stream.label}Z`);
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: enabled ? 'ENABLED' : 'DISABLED',
      StreamViewType: stream.viewType,
      CreationRequestDateTime: createdMs / 1000,
      TableName: table.name,
      KeySchema: keyAttributes(table.keys).map(({ name }, position) => ({
        AttributeName: name,
        KeyType: position === 0 ? 'HASH' : 'RANGE',
      })),
      Shards: [
        {
          ShardId: shardIdOf(table, stream),
          SequenceNumberRange: {
            StartingSequenceNumber: sequenceNumber(createdMs * 1000),
            ...(enabled ? {} : { EndingSequenceNumber: sequenceNumber(db.streams.lastSequence(stream)) }),
          },
        },
      ],
    },
  };
};

interface GetShardIteratorInput extends StreamInput {
  readonly ShardId?: string;
  readonly ShardIteratorType?: 'TRIM_HORIZON' | 'LATEST' | 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
  readonly SequenceNumber?: string;
}

export const getShardIterator: Operation<GetShardIteratorInput> = (db, input, principal) => {
  const found = findStream(db, input.StreamArn, principal, 'GetShardIterator');
  checkShard(found, input.ShardId);
  new Constraints()
    .notNull(input.ShardIteratorType, 'shardIteratorType')
    .oneOf(input.ShardIteratorType, 'shardIteratorType', [
      'AFTER_SEQUENCE_NUMBER',
      'LATEST',
      'AT_SEQUENCE_NUMBER',
      'TRIM_HORIZON',
    ])
    .check();
  return { ShardIterator: writeIterator(found.stream.arn, startOf(db, found.stream, input), db.host.clock.now()) };
};

function startOf(db: DynamoDb, stream: TableStream, input: GetShardIteratorInput): number {
  if (input.ShardIteratorType === 'TRIM_HORIZON') return Math.max(db.streams.horizon(stream), 0);
  if (input.ShardIteratorType === 'LATEST') return db.streams.lastSequence(stream) + 1;
  if (input.SequenceNumber === undefined) {
    throw validationError(
      `The parameter SequenceNumber is required with the ShardIteratorType ${String(input.ShardIteratorType)}`,
    );
  }
  const sequence = sequenceOf(input.SequenceNumber);
  if (sequence < db.streams.horizon(stream)) throw trimmed();
  return input.ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? sequence : sequence + 1;
}

function trimmed(): AwsError {
  return new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard: records are kept for 24 hours.',
  );
}

interface GetRecordsInput {
  readonly ShardIterator?: string;
  readonly Limit?: number;
}

export const getRecords: Operation<GetRecordsInput> = async (db, input, principal) => {
  new Constraints()
    .notNull(input.ShardIterator, 'shardIterator')
    .atLeast(input.Limit, 'limit', 1)
    .atMost(input.Limit, 'limit', MAX_RECORDS)
    .check();
  const iterator = openIterator(input.ShardIterator as string, db.host.clock.now());
  const { table, stream } = findStream(db, iterator.streamArn, principal, 'GetRecords');
  if (iterator.next < db.streams.horizon(stream) - CLOCK_TOLERANCE) throw trimmed();
  const records: object[] = [];
  let { next } = iterator;
  for await (const [sequence, record] of db.streams.read(stream, next, input.Limit ?? MAX_RECORDS)) {
    records.push((record.described ??= streamRecord(db, stream, sequence, record)));
    next = sequence + 1;
  }
  const ended = table.stream === undefined && next > db.streams.lastSequence(stream);
  return {
    Records: records,
    ...(ended ? {} : { NextShardIterator: writeIterator(stream.arn, next, db.host.clock.now()) }),
  };
};

/** An iterator at the horizon stays good for its fifteen minutes, in sequence numbers. */
const CLOCK_TOLERANCE = 15 * 60 * 1000 * 1000;

function streamRecord(db: DynamoDb, stream: TableStream, sequence: number, record: StoredRecord): object {
  const { name, atMs, keys, before, after, expired } = record;
  return {
    eventID: eventId(stream.arn, sequence),
    eventName: name,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: db.host.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: keys,
      ...(after ? { NewImage: after } : {}),
      ...(before ? { OldImage: before } : {}),
      SequenceNumber: sequenceNumber(sequence),
      // Most records are passed over by the filters of those who follow the stream, and nobody asks for their size.
      get SizeBytes() {
        return itemSize(keys) + (after ? itemSize(after) : 0) + (before ? itemSize(before) : 0);
      },
      StreamViewType: stream.viewType,
    },
    ...(expired ? { userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } } : {}),
  };
}

/** Half of the id stands for the stream, and is worked out once; AWS's are 32 hexadecimal digits too. */
const streamDigits = new Map<string, string>();

function eventId(streamArn: string, sequence: number): string {
  let digits = streamDigits.get(streamArn);
  if (digits === undefined) streamDigits.set(streamArn, (digits = hash('md5', streamArn).slice(0, 16)));
  return digits + sequence.toString(16).padStart(16, '0');
}
