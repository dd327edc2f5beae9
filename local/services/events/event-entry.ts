import type { Host, Principal } from '../../aws-service.ts';
import type { TravellingEvent } from './target-input.ts';

/** One entry of PutEvents. */
export interface EventEntry {
  readonly Time?: number | string;
  readonly Source?: string;
  readonly Resources?: readonly string[];
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly TraceHeader?: string;
}

/** An entry that is not taken, as PutEvents tells it. */
export interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Bytes that count for a time that an entry gives. */
const TIME_BYTES = 14;

/** How PutEvents counts. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
export function sizeOfEntry({ Time, Source, DetailType, Detail, Resources }: EventEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return bytes + (Time === undefined ? 0 : TIME_BYTES);
}

/** Makes the event that an entry asks for, or says why it is none. */
export function eventOf(
  host: Host,
  entry: EventEntry,
  principal: Principal,
): { id: string; event: TravellingEvent } | EntryError {
  for (const member of ['Source', 'DetailType', 'Detail'] as const) {
    if (typeof entry[member] === 'string' && entry[member] !== '') continue;
    return invalid(`Parameter ${member} is not valid. Reason: ${member} is a required argument.`);
  }
  const { Source = '', DetailType = '', Detail = '', Resources = [] } = entry;
  if (Source.startsWith('aws.') && principal.kind !== 'service') {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseObject(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const acceptedMs = host.clock.now();
  const timeMs = entry.Time === undefined ? acceptedMs : toMs(entry.Time);
  if (Number.isNaN(timeMs)) return invalid('Parameter Time is not valid. Reason: Time must be a timestamp.');
  const envelope = {
    version: '0',
    id: host.uuid(),
    'detail-type': DetailType,
    source: Source,
    account: host.accountId,
    // Whole seconds, as EventBridge writes them.
    time: `${new Date(timeMs).toISOString().slice(0, 19)}Z`,
    region: host.region,
    resources: Resources,
  };
  // The detail travels as the client wrote it.
  const text = `${JSON.stringify(envelope).slice(0, -1)},"detail":${Detail.trim()}}`;
  return { id: envelope.id, event: { text, parsed: { ...envelope, detail }, acceptedMs } };
}

function toMs(time: number | string): number {
  return typeof time === 'number' ? time * 1000 : Date.parse(time);
}

function invalid(message: string): EntryError {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: message };
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
