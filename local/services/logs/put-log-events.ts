import { AwsError } from '../../aws-error.ts';

/** Limits of one PutLogEvents request: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const LIMIT_EVENTS = 10_000;
const LIMIT_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const LONGEST_SPAN_MS = 24 * 60 * 60 * 1000;
const OLDEST_MS = 14 * 24 * 60 * 60 * 1000;
const NEWEST_MS = 2 * 60 * 60 * 1000;

export interface InputEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface AcceptedEvents {
  readonly events: readonly InputEvent[];
  readonly rejected: Readonly<Record<string, number>> | undefined;
}

/** Checks a request and sets aside the events that are too old or too new, as the indexes of where those end and begin. */
export function acceptEvents(input: unknown, nowMs: number, retentionInDays: number | undefined): AcceptedEvents {
  const events = readEvents(input);
  checkBatch(events);
  const expiredMs = retentionInDays === undefined ? -Infinity : nowMs - retentionInDays * 24 * 60 * 60 * 1000;
  const tooOld = events.filter(({ timestamp }) => timestamp < nowMs - OLDEST_MS).length;
  const expired = events.filter(({ timestamp }) => timestamp < expiredMs).length;
  const tooNew = events.findIndex(({ timestamp }) => timestamp > nowMs + NEWEST_MS);
  if (tooOld === 0 && expired === 0 && tooNew === -1) return { events, rejected: undefined };
  return {
    events: events.slice(Math.max(tooOld, expired), tooNew === -1 ? undefined : tooNew),
    rejected: {
      ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    },
  };
}

function readEvents(input: unknown): readonly InputEvent[] {
  if (!Array.isArray(input) || input.length === 0) throw invalid('logEvents needs 1 to 10000 events.');
  for (const event of input as Partial<InputEvent>[]) {
    if (typeof event.timestamp !== 'number' || typeof event.message !== 'string' || event.message === '') {
      throw invalid('Each of logEvents needs a timestamp in milliseconds and a message.');
    }
  }
  return input as InputEvent[];
}

function checkBatch(events: readonly InputEvent[]): void {
  if (events.length > LIMIT_EVENTS) throw invalid('logEvents needs 1 to 10000 events.');
  let bytes = 0;
  let previous = 0;
  for (const { timestamp, message } of events) {
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    if (timestamp < previous)
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    previous = timestamp;
  }
  if (bytes > LIMIT_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${LIMIT_BYTES}`);
  if (previous - (events[0] as InputEvent).timestamp > LONGEST_SPAN_MS) {
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
