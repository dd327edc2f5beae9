import { AwsError } from '../../aws-error.ts';
import type { Store } from '../../store.ts';
import { LogText } from './filter-pattern/filter-match.ts';
import type { LogEvent } from './log-chunk.ts';
import type { LogGroups } from './log-groups.ts';
import { compile } from './metric-filters.ts';
import { readEvents } from './read-events.ts';

/** The most that one answer holds. */
const LARGEST_PAGE = 10_000;
const END_OF_TIME_MS = 10 ** 14;

export interface GetLogEventsInput {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly startFromHead?: boolean;
  readonly limit?: number;
  readonly nextToken?: string;
}

/** One page of a stream, oldest first within the page. `f/<id>` goes on after that event, `b/<id>` before it. */
export async function getLogEvents(store: Store, groups: LogGroups, input: GetLogEventsInput): Promise<object> {
  const group = groups.find(input.logGroupName);
  const stream = groups.findStream(group.name, input.logStreamName);
  const [direction, position] = readToken(input);
  const newestFirst = direction === 'b';
  const accepts = (event: LogEvent): boolean =>
    event.stream === stream.name && (position === '' || (newestFirst ? event.id < position : event.id > position));
  const fromMs = Math.max(input.startTime ?? 0, stream.firstEventTimestamp ?? 0);
  const options = { fromMs, toMs: input.endTime ?? END_OF_TIME_MS, newestFirst, accepts };
  const events = await take(readEvents(store, group, options), Math.min(input.limit ?? LARGEST_PAGE, LARGEST_PAGE));
  if (newestFirst) events.reverse();
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${events.at(-1)?.id ?? position}`,
    nextBackwardToken: `b/${events[0]?.id ?? position}`,
  };
}

function readToken({ nextToken, startFromHead }: GetLogEventsInput): readonly [direction: string, position: string] {
  if (nextToken === undefined) return [startFromHead ? 'f' : 'b', ''];
  const [, direction = '', position = ''] = /^([fb])\/(\d*)$/.exec(nextToken) ?? [];
  if (direction === '') throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  return [direction, position];
}

export interface FilterLogEventsInput {
  readonly logGroupName: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly filterPattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
}

/** Matching events of all streams of a group, oldest first. */
export async function filterLogEvents(store: Store, groups: LogGroups, input: FilterLogEventsInput): Promise<object> {
  const group = groups.find(input.logGroupName);
  const pattern = compile(input.filterPattern ?? '');
  const streams = input.logStreamNames && new Set(input.logStreamNames);
  const { logStreamNamePrefix: prefix = '', nextToken = '' } = input;
  const accepts = (event: LogEvent): boolean =>
    event.id > nextToken &&
    event.stream.startsWith(prefix) &&
    (streams === undefined || streams.has(event.stream)) &&
    pattern(new LogText(event.message)) !== undefined;
  // The token is the id of the last event, which begins with its time.
  const fromMs = Math.max(input.startTime ?? 0, nextToken === '' ? 0 : Number(nextToken.slice(0, 15)));
  const limit = Math.min(input.limit ?? LARGEST_PAGE, LARGEST_PAGE);
  const found = await take(
    readEvents(store, group, { fromMs, toMs: (input.endTime ?? END_OF_TIME_MS) + 1, accepts }),
    limit + 1,
  );
  const page = found.slice(0, limit);
  return {
    events: page.map(({ stream, id, ...event }) => ({ logStreamName: stream, ...event, eventId: id })),
    searchedLogStreams: [],
    ...(found.length > limit && { nextToken: (page.at(-1) as LogEvent).id }),
  };
}

async function take<T>(source: AsyncGenerator<T>, limit: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const one of source) {
    taken.push(one);
    if (taken.length >= limit) break;
  }
  return taken;
}
