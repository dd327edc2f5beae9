import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';

/** How often the times in a stream's record are brought up to date on disk; in memory they always are. */
const STREAM_SAVE_MS = 60_000;

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  retentionInDays: number | undefined;
  kmsKeyId: string | undefined;
  tags: Record<string, string>;
  /** The longest time between the first and the last event of one chunk: how far back a search has to begin. */
  longestChunkMs: number;
}

export interface LogStream {
  readonly name: string;
  readonly creationTime: number;
  firstEventTimestamp?: number;
  lastEventTimestamp?: number;
  lastIngestionTime?: number;
}

/** Log groups and their streams: kept in memory, each change on disk before it is acknowledged. */
export class LogGroups {
  private readonly host: Host;
  private readonly groups = new Map<string, LogGroup>();
  private readonly streams = new Map<string, Map<string, LogStream>>();

  constructor(host: Host) {
    this.host = host;
  }

  async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: 'logs/group/', lt: 'logs/group0' })) {
      const group = JSON.parse(value) as LogGroup;
      if (!this.groups.has(group.name)) this.groups.set(group.name, group);
    }
    for await (const [key, value] of this.host.store.range({ gte: 'logs/stream/', lt: 'logs/stream0' })) {
      const stream = JSON.parse(value) as LogStream;
      const group = key.slice('logs/stream/'.length, key.indexOf('\u0000'));
      const streams = this.streamsOf(group);
      if (!streams.has(stream.name)) streams.set(stream.name, stream);
    }
  }

  all(): LogGroup[] {
    return [...this.groups.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  find(name: string): LogGroup {
    const group = this.groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  findStream(group: string, name: string): LogStream {
    this.find(group);
    const stream = this.streamsOf(group).get(name);
    if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return stream;
  }

  allStreams(group: string): LogStream[] {
    this.find(group);
    return [...this.streamsOf(group).values()];
  }

  /** The group as the template or a client wants it; a group of the template that exists keeps its events. */
  async create(
    name: string,
    settings: { retentionInDays?: number | undefined; kmsKeyId?: string | undefined; tags?: Record<string, string> },
    ifExists: 'refuse' | 'update',
  ): Promise<LogGroup> {
    const saved = this.host.store.get(`logs/group/${name}`);
    if (saved !== undefined && ifExists === 'refuse') {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    const before = saved === undefined ? undefined : (JSON.parse(saved) as LogGroup);
    const group: LogGroup = {
      name,
      creationTime: before?.creationTime ?? this.host.clock.now(),
      retentionInDays: settings.retentionInDays,
      kmsKeyId: settings.kmsKeyId,
      tags: settings.tags ?? before?.tags ?? {},
      longestChunkMs: before?.longestChunkMs ?? 0,
    };
    this.groups.set(name, group);
    await this.save(group);
    return group;
  }

  async save(group: LogGroup): Promise<void> {
    await this.host.store.write([groupWrite(group)]);
  }

  async createStream(group: string, name: string): Promise<void> {
    this.find(group);
    const streams = this.streamsOf(group);
    if (streams.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    const stream: LogStream = { name, creationTime: this.host.clock.now() };
    streams.set(name, stream);
    await this.host.store.write([streamWrite(group, stream)]);
  }

  /** What has to be written beside a new chunk, so that the group and the stream know its times. */
  noteChunk(group: LogGroup, stream: LogStream, times: { firstMs: number; lastMs: number }): StoreWrite[] {
    const writes: StoreWrite[] = [];
    if (times.lastMs - times.firstMs > group.longestChunkMs) {
      group.longestChunkMs = times.lastMs - times.firstMs;
      writes.push(groupWrite(group));
    }
    const savedMs = stream.lastIngestionTime;
    const startsEarlier = stream.firstEventTimestamp === undefined || times.firstMs < stream.firstEventTimestamp;
    const nowMs = this.host.clock.now();
    if (startsEarlier) stream.firstEventTimestamp = times.firstMs;
    stream.lastEventTimestamp = Math.max(stream.lastEventTimestamp ?? 0, times.lastMs);
    if (startsEarlier || savedMs === undefined || nowMs - savedMs >= STREAM_SAVE_MS) {
      stream.lastIngestionTime = nowMs;
      writes.push(streamWrite(group.name, stream));
    }
    return writes;
  }

  async deleteStream(group: string, name: string): Promise<void> {
    this.findStream(group, name);
    this.streamsOf(group).delete(name);
    await this.host.store.write([{ key: `logs/stream/${group}\u0000${name}`, value: undefined }]);
  }

  async delete(name: string): Promise<void> {
    this.find(name);
    const streams = [...this.streamsOf(name).keys()];
    this.groups.delete(name);
    this.streams.delete(name);
    await this.host.store.write([
      { key: `logs/group/${name}`, value: undefined },
      ...streams.map((stream) => ({ key: `logs/stream/${name}\u0000${stream}`, value: undefined })),
    ]);
  }

  private streamsOf(group: string): Map<string, LogStream> {
    let streams = this.streams.get(group);
    if (!streams) {
      streams = new Map();
      this.streams.set(group, streams);
    }
    return streams;
  }
}

function groupWrite(group: LogGroup): StoreWrite {
  return { key: `logs/group/${group.name}`, value: JSON.stringify(group) };
}

function streamWrite(group: string, stream: LogStream): StoreWrite {
  return { key: `logs/stream/${group}\u0000${stream.name}`, value: JSON.stringify(stream) };
}
