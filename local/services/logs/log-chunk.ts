/** One event as GetLogEvents and FilterLogEvents tell of it. */
export interface LogEvent {
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  /** Sorts like time, then like the order of arrival. */
  readonly id: string;
}

/** The events of one PutLogEvents request: one record in the store, since several lines per order are written. */
export interface LogChunk {
  readonly stream: string;
  readonly ingestionTime: number;
  readonly events: readonly (readonly [timestamp: number, message: string])[];
}

const TIME_DIGITS = 15;
const SEQUENCE_DIGITS = 18;

/** Chunks of a group sort by the time of their first event. */
export function chunkKey(group: string, firstMs: number, sequence: string): string {
  return `${chunkPrefix(group)}${padTime(firstMs)}/${sequence}`;
}

export function chunkRange(group: string, fromMs: number, toMs: number): { gte: string; lt: string } {
  return { gte: chunkPrefix(group) + padTime(fromMs), lt: chunkPrefix(group) + padTime(toMs + 1) };
}

/** All chunks of a group. */
export function groupRange(group: string): { gte: string; lt: string } {
  return { gte: chunkPrefix(group), lt: `logs/chunk/${group}\u0001` };
}

export function firstTimeOf(key: string): number {
  const at = key.indexOf('\u0000') + 1;
  return Number(key.slice(at, at + TIME_DIGITS));
}

/** `run` counts the starts of the host, so that no two chunks share a key, whatever the clock does. */
export function sequenceOf(run: number, count: number): string {
  return (BigInt(run) * 10n ** 12n + BigInt(count)).toString().padStart(SEQUENCE_DIGITS, '0');
}

export function eventsOf(key: string, value: string): LogEvent[] {
  const chunk = JSON.parse(value) as LogChunk;
  const sequence = key.slice(key.lastIndexOf('/') + 1);
  return chunk.events.map(([timestamp, message], index) => ({
    stream: chunk.stream,
    timestamp,
    message,
    ingestionTime: chunk.ingestionTime,
    id: padTime(timestamp) + sequence + String(index).padStart(5, '0'),
  }));
}

function chunkPrefix(group: string): string {
  return `logs/chunk/${group}\u0000`;
}

function padTime(ms: number): string {
  return String(Math.max(0, ms)).padStart(TIME_DIGITS, '0');
}
