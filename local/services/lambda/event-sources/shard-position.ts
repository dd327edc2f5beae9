import type { Host, Principal } from '../../../aws-service.ts';
import type { StreamRecord } from './stream-batch.ts';

/** GetRecords returns at most this many records. */
const FETCH_LIMIT = 1000;

interface Saved {
  /** Everything up to here has been processed or discarded. */
  readonly sequenceNumber?: string;
  /** The shard is closed and has been read to its end. */
  readonly finished?: boolean;
}

/** How far one mapping has read one shard: an iterator in memory, a checkpoint on disk. */
export class ShardPosition {
  private readonly host: Host;
  private readonly source: { readonly streamArn: string; readonly shardId: string; readonly principal: Principal };
  private readonly key: string;
  /** LATEST at the first start ever: what the stream holds by then is passed over. */
  private skipsOld: boolean;
  private iterator: string | undefined;
  private read: string | undefined;
  private atEnd = false;

  constructor(
    host: Host,
    source: { streamArn: string; shardId: string; principal: Principal },
    options: { mappingId: string; start: 'TRIM_HORIZON' | 'LATEST' },
  ) {
    this.host = host;
    this.source = source;
    this.key = `lambda/checkpoint/${options.mappingId}/${source.shardId}`;
    this.skipsOld = options.start === 'LATEST' && host.store.get(this.key) === undefined;
    this.read = this.saved.sequenceNumber;
  }

  get isFinished(): boolean {
    return this.saved.finished === true;
  }

  /** Read to the end of a closed shard; finished when all of it is processed too. */
  get isAtEnd(): boolean {
    return this.atEnd;
  }

  /** Number of the latest record that was fetched. */
  get fetched(): string | undefined {
    return this.read;
  }

  /** The next records; none when there are none yet. */
  async fetch(): Promise<readonly StreamRecord[]> {
    if (this.skipsOld) await this.skipOld();
    return this.next();
  }

  /**
   * Reads to the end of what is there and writes that down as the place to start from. An iterator of type LATEST would
   * forget its place when the host ends before the first record is processed.
   */
  private async skipOld(): Promise<void> {
    while ((await this.next()).length > 0);
    await this.save(this.read);
    this.skipsOld = false;
  }

  private async next(): Promise<readonly StreamRecord[]> {
    try {
      this.iterator ??= await this.newIterator();
      const output = (await this.call('GetRecords', { ShardIterator: this.iterator, Limit: FETCH_LIMIT })) as {
        Records: readonly StreamRecord[];
        NextShardIterator?: string;
      };
      this.iterator = output.NextShardIterator;
      this.atEnd = output.NextShardIterator === undefined;
      this.read = output.Records.at(-1)?.dynamodb.SequenceNumber ?? this.read;
      return output.Records;
    } catch (error) {
      this.iterator = undefined;
      // An iterator lives for 15 minutes; a new one starts where this one stood.
      if ((error as Error).name === 'ExpiredIteratorException') return this.next();
      if ((error as Error).name !== 'TrimmedDataAccessException' || this.read === undefined) throw error;
      // A stream that was quiet for a day: the record that was read last is gone, and all that there is comes after it.
      this.read = undefined;
      return this.next();
    }
  }

  /** Resolves when the checkpoint is on disk. */
  save(sequenceNumber: string | undefined, finished = false): Promise<void> {
    const saved: Saved = { ...(sequenceNumber && { sequenceNumber }), ...(finished && { finished }) };
    return this.host.store.write([{ key: this.key, value: JSON.stringify(saved) }]);
  }

  private get saved(): Saved {
    return JSON.parse(this.host.store.get(this.key) ?? '{}') as Saved;
  }

  private async newIterator(): Promise<string> {
    const from =
      this.read === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.read };
    const { streamArn, shardId } = this.source;
    const input = { StreamArn: streamArn, ShardId: shardId, ...from };
    const { ShardIterator } = (await this.call('GetShardIterator', input)) as { ShardIterator: string };
    return ShardIterator;
  }

  private call(operation: string, input: object): Promise<unknown> {
    return this.host.call('dynamodbstreams', operation, input, this.source.principal);
  }
}
