import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Archives } from './archives.ts';
import { alreadyExists, notFound, required, validationError } from './events-errors.ts';
import type { TravellingEvent } from './target-input.ts';

/** StartReplay's request; times in epoch seconds. */
export interface StartReplayInput {
  readonly ReplayName?: string;
  readonly Description?: string;
  readonly EventSourceArn?: string;
  readonly EventStartTime?: number;
  readonly EventEndTime?: number;
  readonly Destination?: { readonly Arn?: string; readonly FilterArns?: readonly string[] };
}

interface Replay {
  readonly input: StoredInput;
  readonly archiveName: string;
  readonly startedMs: number;
  state: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  endedMs: number | undefined;
  /** Key of the last event that was replayed, and that event's own time. */
  lastKey: string | undefined;
  lastEventTimeS: number | undefined;
}

type StoredInput = Required<Omit<StartReplayInput, 'Description' | 'Destination'>> & {
  readonly Description?: string;
  readonly Destination: { readonly Arn: string; readonly FilterArns?: readonly string[] };
};

/** Accepts events on a bus together with other writes, all or nothing; only for the rules named, if any are. */
export type Republish = (
  busArn: string,
  events: readonly TravellingEvent[],
  alongWith: readonly StoreWrite[],
  onlyRules: readonly string[] | undefined,
) => Promise<void>;

/** Events accepted together, with the progress of the replay in the same write. */
const REPLAYED_TOGETHER = 100;

/** An event is looked for among those accepted up to a day after its own time, which its sender may have set. */
const LATEST_ACCEPTANCE_MS = 86_400_000;

/** Replays of archives: each event once more onto its bus, marked with the replay's name, in the order of acceptance. */
export class Replays {
  private readonly host: Host;
  private readonly archives: Archives;
  private readonly republish: Republish;
  private readonly replays = new Map<string, Replay>();
  private stopped = false;

  constructor(host: Host, archives: Archives, republish: Republish) {
    this.host = host;
    this.archives = archives;
    this.republish = republish;
  }

  async start(request: StartReplayInput): Promise<object> {
    const input = checked(request);
    if (this.replays.has(input.ReplayName)) throw alreadyExists(`Replay ${input.ReplayName} already exists.`);
    const archive = this.archives.find(input.EventSourceArn);
    if (archive.sourceArn !== input.Destination.Arn) {
      throw validationError('Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN that is the source of the archive.'); // prettier-ignore
    }
    const replay: Replay = {
      input,
      archiveName: archive.name,
      startedMs: this.host.clock.now(),
      state: 'RUNNING',
      endedMs: undefined,
      lastKey: undefined,
      lastEventTimeS: undefined,
    };
    this.replays.set(input.ReplayName, replay);
    await this.host.store.write([writeOf(replay)]);
    this.run(replay);
    const { ReplayArn, State, ReplayStartTime } = this.describe(input.ReplayName) as Record<string, unknown>;
    return { ReplayArn, State, ReplayStartTime };
  }

  async cancel(name: string): Promise<object> {
    const replay = this.find(name);
    if (replay.state !== 'RUNNING') throw validationError(`Replay ${name} is not in a valid state for this operation.`);
    replay.state = 'CANCELLED';
    replay.endedMs = this.host.clock.now();
    await this.host.store.write([writeOf(replay)]);
    const { ReplayArn, State } = this.describe(name) as Record<string, unknown>;
    return { ReplayArn, State };
  }

  describe(name: string): object {
    const { input, state, startedMs, endedMs, lastEventTimeS } = this.find(name);
    return {
      ...input,
      ReplayArn: `arn:aws:events:${this.host.region}:${this.host.accountId}:replay/${name}`,
      State: state,
      ReplayStartTime: startedMs / 1000,
      ...(endedMs !== undefined && { ReplayEndTime: endedMs / 1000 }),
      ...(lastEventTimeS !== undefined && { EventLastReplayedTime: lastEventTimeS }),
    };
  }

  list(prefix = ''): object[] {
    return [...this.replays.keys()].filter((name) => name.startsWith(prefix)).map((name) => this.describe(name));
  }

  /** Goes on with the replays that were running when the host last ended. */
  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: 'events/replay/', lt: 'events/replay0' })) {
      const replay = JSON.parse(value) as Replay;
      this.replays.set(key.slice('events/replay/'.length), replay);
      if (replay.state === 'RUNNING') this.run(replay);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private find(name: string): Replay {
    const replay = this.replays.get(name);
    if (!replay) throw notFound(`Replay ${name} does not exist.`);
    return replay;
  }

  private run(replay: Replay): void {
    const failed = async (error: unknown) => {
      this.host.report(`EventBridge: replay ${replay.input.ReplayName} failed: ${String(error)}`);
      replay.state = 'FAILED';
      await this.host.store.write([writeOf(replay)]);
    };
    void this.host.clock.work(() => this.replayAll(replay).catch(failed));
  }

  private async replayAll(replay: Replay): Promise<void> {
    const { EventStartTime, EventEndTime } = replay.input;
    const fromMs = EventStartTime * 1000;
    const untilMs = EventEndTime * 1000 + LATEST_ACCEPTANCE_MS;
    let group: TravellingEvent[] = [];
    for await (const [key, text] of this.archives.events(replay.archiveName, fromMs, untilMs, replay.lastKey)) {
      if (this.stopped || replay.state !== 'RUNNING') return;
      replay.lastKey = key;
      const event = JSON.parse(text) as Record<string, unknown>;
      const timeS = Date.parse(String(event['time'])) / 1000;
      if (timeS < EventStartTime || timeS >= EventEndTime) continue;
      replay.lastEventTimeS = timeS;
      group.push(this.marked(event, replay.input.ReplayName));
      if (group.length < REPLAYED_TOGETHER) continue;
      await this.accept(replay, group);
      group = [];
    }
    replay.state = 'COMPLETED';
    replay.endedMs = this.host.clock.now();
    await this.accept(replay, group);
  }

  private accept(replay: Replay, events: readonly TravellingEvent[]): Promise<void> {
    const { Arn, FilterArns } = replay.input.Destination;
    return this.republish(Arn, events, [writeOf(replay)], FilterArns);
  }

  private marked(event: Record<string, unknown>, replayName: string): TravellingEvent {
    const parsed = { ...event, 'replay-name': replayName };
    return { text: JSON.stringify(parsed), parsed, acceptedMs: this.host.clock.now() };
  }
}

function checked(input: StartReplayInput): StoredInput {
  const { EventStartTime, EventEndTime, Destination } = input;
  const ReplayName = required(input.ReplayName, 'replayName');
  const EventSourceArn = required(input.EventSourceArn, 'eventSourceArn');
  const Arn = required(Destination?.Arn, 'destination.arn');
  if (EventStartTime === undefined || EventEndTime === undefined || EventEndTime <= EventStartTime) {
    throw validationError('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
  }
  return { ...input, ReplayName, EventSourceArn, EventStartTime, EventEndTime, Destination: { ...Destination, Arn } };
}

function writeOf(replay: Replay): StoreWrite {
  return { key: `events/replay/${replay.input.ReplayName}`, value: JSON.stringify(replay) };
}
