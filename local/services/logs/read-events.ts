import type { Store } from '../../store.ts';
import { chunkRange, eventsOf, firstTimeOf, type LogEvent } from './log-chunk.ts';
import type { LogGroup } from './log-groups.ts';

export interface ReadOptions {
  /** Epoch milliseconds, included. */
  readonly fromMs: number;
  /** Excluded. */
  readonly toMs: number;
  readonly newestFirst?: boolean;
  readonly accepts?: (event: LogEvent) => boolean;
}

/**
 * The events of a group in the order of time. Chunks are stored by the time of their first event and may overlap, but no
 * chunk is longer than the group's longest: so an event can be given out once every later chunk lies beyond it.
 */
export async function* readEvents(store: Store, group: LogGroup, options: ReadOptions): AsyncGenerator<LogEvent> {
  const { fromMs, toMs, newestFirst = false, accepts = () => true } = options;
  const range = { ...chunkRange(group.name, fromMs - group.longestChunkMs, toMs - 1), reverse: newestFirst };
  const order = newestFirst ? newer : older;
  let held: LogEvent[] = [];
  for await (const [key, value] of store.range(range)) {
    const firstMs = firstTimeOf(key);
    const isSettled = newestFirst
      ? (event: LogEvent) => event.timestamp > firstMs + group.longestChunkMs
      : (event: LogEvent) => event.timestamp < firstMs;
    const settled = held.filter(isSettled);
    if (settled.length > 0) {
      held = held.filter((event) => !isSettled(event));
      yield* settled.sort(order);
    }
    const inSpan = eventsOf(key, value).filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs);
    held.push(...inSpan.filter(accepts));
  }
  yield* held.sort(order);
}

function older(left: LogEvent, right: LogEvent): number {
  return left.id < right.id ? -1 : 1;
}

function newer(left: LogEvent, right: LogEvent): number {
  return left.id > right.id ? -1 : 1;
}
