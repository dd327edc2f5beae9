import { AwsError } from '../../aws-error.ts';
import type { Store } from '../../store.ts';
import { checkLimit } from './check-names.ts';
import { LogText } from './filter-pattern/filter-match.ts';
import type { LogEvent } from './log-chunk.ts';
import type { LogGroups } from './log-groups.ts';
import { compile } from './metric-filters.ts';
import { readEvents } from './read-events.ts';

/** The most that one answer holds. */
const LARGEST_PAGE = 10_000;
const LARGEST_BYTES = 1024 * 1024;
/** What an event counts besides its message. */
const EVENT_OVERHEAD_BYTES = 26;
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
  checkLimit(input.limit, LARGEST_PAGE);
  const group = groups.find(input.logGroupName);
  const stream = groups.findStream(group.name, input.logStreamName);
  const [direction, position] = readToken(input);
  const newestFirst = direction === 'b';
  const accepts = (event: LogEvent): boolean =>
    event.stream === stream.name && (position === '' || (newestFirst ? event.id < position : event.id > position));
  const fromMs = Math.max(input.startTime ?? 0, stream.firstEventTimestamp ?? 0);
  const options = { fromMs, toMs: input.endTime ?? END_OF_TIME_MS, newestFirst, accepts };
  const events = await take(readEvents(store, group, options), input.limit ?? LARGEST_PAGE);
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
  if (direction === '') throw invalid('The specified nextToken is invalid.');
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
  checkLimit(input.limit, LARGEST_PAGE);
  const group = groups.find(input.logGroupName);
  const pattern = compile(input.filterPattern ?? '');
  const { logStreamNames, logStreamNamePrefix: prefix = '', nextToken = '' } = input;
  if (!/^(\d{38})?$/.test(nextToken)) throw invalid('The specified nextToken is invalid.');
  if (logStreamNames && prefix !== '') {
    throw invalid('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
  }
  for (const name of logStreamNames ?? []) groups.findStream(group.name, name);
  const streams = logStreamNames && new Set(logStreamNames);
  const accepts = (event: LogEvent): boolean =>
    event.id > nextToken &&
    event.stream.startsWith(prefix) &&
    (streams === undefined || streams.has(event.stream)) &&
    pattern(new LogText(event.message)) !== undefined;
  // The token is the id of the last event, which begins with its time.
  const fromMs = Math.max(input.startTime ?? 0, nextToken === '' ? 0 : Number(nextToken.slice(0, 15)));
  const limit = input.limit ?? LARGEST_PAGE;
  const options = { fromMs, toMs: (input.endTime ?? END_OF_TIME_MS) + 1, accepts };
  const found = await take(readEvents(store, group, options), limit + 1);
  // One more was asked for, to know whether there is one; a page that is full of bytes has others behind it too.
  const isFull = found.length > limit || bytesOf(found) >= LARGEST_BYTES;
  const page = found.slice(0, limit);
  return {
    events: page.map(({ stream, id, ...event }) => ({ logStreamName: stream, ...event, eventId: id })),
    searchedLogStreams: [],
    ...(isFull && { nextToken: (page.at(-1) as LogEvent).id }),
  };
}

/** As many events as fit: so many, or so many bytes. */
async function take(source: AsyncGenerator<LogEvent>, limit: number): Promise<LogEvent[]> {
  const taken: LogEvent[] = [];
  let bytes = 0;
  for await (const one of source) {
    taken.push(one);
    bytes += sizeOf(one);
    if (taken.length >= limit || bytes >= LARGEST_BYTES) break;
  }
  return taken;
}

function bytesOf(events: readonly LogEvent[]): number {
  return events.reduce((bytes, event) => bytes + sizeOf(event), 0);
}

function sizeOf({ message }: LogEvent): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
