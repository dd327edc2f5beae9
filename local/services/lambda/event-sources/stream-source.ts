import type { Host, Principal } from '../../../aws-service.ts';
import { compileFilters, type EventFilter } from './event-filter.ts';
import type { Mapping, SourceState } from './mapping.ts';
import { ShardPoller, type ShardEvents } from './shard-poller.ts';
import { ShardPosition } from './shard-position.ts';

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
}

/** An unreadable stream is tried again after this; nothing else would wake it. */
const UNREADABLE_PAUSE_MS = 10_000;

/** The DynamoDB stream of a mapping: one poller per shard, parents before their children. */
export class StreamSource implements SourceState {
  lastResult = 'No records processed';
  private readonly host: Host;
  private readonly mapping: Mapping;
  private readonly filter: EventFilter;
  private readonly invoke: ShardEvents['invoke'];
  private readonly principal: Principal;
  private readonly pollers = new Map<string, ShardPoller>();
  private stopped = false;

  constructor(host: Host, mapping: Mapping, invoke: ShardEvents['invoke']) {
    this.host = host;
    this.mapping = mapping;
    this.invoke = invoke;
    this.filter = compileFilters(mapping.properties);
    const { roleArn, name } = mapping.definition;
    this.principal = { kind: 'role', roleArn, sessionName: name };
  }

  async start(): Promise<void> {
    this.host.onAnnounced(this.mapping.properties.EventSourceArn, () => {
      for (const poller of this.pollers.values()) poller.announce();
    });
    await this.discover();
  }

  stop(): void {
    this.stopped = true;
    for (const poller of this.pollers.values()) poller.stop();
  }

  /** Stops for good, and resolves once what is with the function has its result. */
  async drain(): Promise<void> {
    const pollers = [...this.pollers.values()];
    await Promise.all(pollers.map((poller) => poller.drain()));
    this.stop();
  }

  /** Starts a poller for every shard whose parent has been read to its end. */
  private async discover(): Promise<void> {
    try {
      const shards = await this.shards();
      const positions = new Map(shards.map((shard) => [shard.ShardId, this.position(shard.ShardId)]));
      for (const { ShardId, ParentShardId } of shards) {
        const parent = ParentShardId === undefined ? undefined : positions.get(ParentShardId);
        if (!positions.get(ShardId)?.isFinished && (!parent || parent.isFinished)) this.poll(ShardId);
      }
    } catch (error) {
      this.problem(`PROBLEM: ${String(error)}`);
      const again = (): void => void this.discover();
      if (!this.stopped) this.host.clock.after(UNREADABLE_PAUSE_MS, again, { background: true });
    }
  }

  private poll(shardId: string): void {
    if (this.stopped || this.pollers.has(shardId)) return;
    const shard = { id: shardId, position: this.position(shardId), filter: this.filter };
    const poller = new ShardPoller(this.host, this.mapping, shard, {
      invoke: this.invoke,
      processed: (result) => this.problem(result),
      finished: () => {
        this.pollers.delete(shardId);
        void this.host.clock.work(() => this.discover());
      },
    });
    this.pollers.set(shardId, poller);
    poller.announce();
  }

  private position(shardId: string): ShardPosition {
    const source = { streamArn: this.mapping.properties.EventSourceArn, shardId, principal: this.principal };
    const start = this.mapping.properties.StartingPosition ?? 'TRIM_HORIZON';
    return new ShardPosition(this.host, source, { mappingId: this.mapping.uuid, start });
  }

  private async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let after: string | undefined;
    do {
      const input = { StreamArn: this.mapping.properties.EventSourceArn, ExclusiveStartShardId: after };
      const { StreamDescription } = (await this.host.call(
        'dynamodbstreams',
        'DescribeStream',
        input,
        this.principal,
      )) as {
        StreamDescription: { Shards: Shard[]; LastEvaluatedShardId?: string };
      };
      shards.push(...StreamDescription.Shards);
      after = StreamDescription.LastEvaluatedShardId;
    } while (after !== undefined);
    return shards;
  }

  /** Said once per problem, not at every attempt. */
  private problem(result: string): void {
    if (result !== this.lastResult && result.startsWith('PROBLEM') && !result.endsWith('Function call failed')) {
      this.host.report(`Lambda: ${this.mapping.definition.name} cannot read its stream: ${result}`);
    }
    this.lastResult = result;
  }
}
