import { AwsError } from '../../../local/aws-error.ts';
import type { FakeHost } from '../fake-host.ts';
import { standIn } from './lambda-fixture.ts';

export const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-15T10:00:00.000';

interface FakeShard {
  readonly records: object[];
  readonly parent: string | undefined;
  closed: boolean;
}

/** The stream of a table: shards with numbered records, and the three operations that read them. */
export class FakeStream {
  private readonly host: FakeHost;
  private readonly shards = new Map<string, FakeShard>();
  private number = 0;
  /** Thrown by the next GetRecords, once. */
  failNext: string | undefined;
  /** Records up to here are gone: an iterator after one of them cannot be had. */
  private trimmedTo = 0;

  constructor(host: FakeHost) {
    this.host = host;
    this.addShard('shard-1');
    standIn(host, 'dynamodbstreams', {
      DescribeStream: () => ({
        StreamDescription: {
          Shards: [...this.shards].map(([ShardId, { parent }]) => ({
            ShardId,
            ...(parent && { ParentShardId: parent }),
          })),
        },
      }),
      GetShardIterator: (input) => ({ ShardIterator: this.iterator(input) }),
      GetRecords: (input) => this.records(input),
    });
  }

  addShard(id: string, parent?: string): void {
    this.shards.set(id, { records: [], parent, closed: false });
    if (parent !== undefined) (this.shards.get(parent) as FakeShard).closed = true;
  }

  /** Writes records whose sort key is given and tells the pollers. */
  write(...sortKeys: string[]): void {
    this.append('shard-1', ...sortKeys);
    this.host.announce(STREAM);
  }

  append(shard: string, ...sortKeys: string[]): void {
    for (const sk of sortKeys) {
      this.number += 1;
      (this.shards.get(shard) as FakeShard).records.push({
        eventID: `event-${this.number}`,
        eventName: 'INSERT',
        dynamodb: {
          Keys: { pk: { S: 'ORDER#1' }, sk: { S: sk } },
          SequenceNumber: String(this.number).padStart(21, '0'),
          ApproximateCreationDateTime: Math.floor(this.host.clock.now() / 1000),
        },
      });
    }
  }

  /** All records are older than a stream keeps them. */
  trim(): void {
    this.trimmedTo = this.number;
    for (const { records } of this.shards.values()) records.splice(0);
  }

  private iterator(input: { ShardId: string; ShardIteratorType: string; SequenceNumber?: string }): string {
    const { records } = this.shards.get(input.ShardId) as FakeShard;
    if (Number(input.SequenceNumber ?? Infinity) <= this.trimmedTo)
      throw new AwsError('TrimmedDataAccessException', 'past the oldest record');
    const after = records.findIndex(
      (record) => (record as { dynamodb: { SequenceNumber: string } }).dynamodb.SequenceNumber === input.SequenceNumber,
    );
    return `${input.ShardId}/${input.ShardIteratorType === 'TRIM_HORIZON' ? 0 : after + 1}`;
  }

  private records({ ShardIterator, Limit }: { ShardIterator: string; Limit: number }): object {
    if (this.failNext !== undefined) {
      const code = this.failNext;
      this.failNext = undefined;
      throw new AwsError(code, code);
    }
    const [id = '', from] = ShardIterator.split('/');
    const { records, closed } = this.shards.get(id) as FakeShard;
    const Records = records.slice(Number(from), Number(from) + Limit);
    const next = Number(from) + Records.length;
    const isAtEnd = closed && next === records.length;
    return { Records, ...(!isAtEnd && { NextShardIterator: `${id}/${next}` }) };
  }
}
