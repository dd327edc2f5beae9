import { Payload } from '../engine/payload.ts';
import { eventCode, eventType } from './event-types.ts';

/** A detail of an event; `undefined` leaves it out. */
export type Detail = string | number | object | Payload | VariableTexts | undefined;

/** Variables that a state assigned, with their values. */
export class VariableTexts {
  readonly variables: Readonly<Record<string, unknown>>;

  constructor(variables: Readonly<Record<string, unknown>>) {
    this.variables = variables;
  }
}

/** Where a chunk of the log begins to be worth a record of its own: the live record is rewritten at every transition. */
const CHUNK_CHARACTERS = 4096;

/**
 * The compact log of one execution, from which its history is derived when someone asks for it. An event is a JSON list
 * `[type, ms since start, steps back to the previous event, ...details]`; 27 events of a saga take about 1.8 kB instead of 9.
 */
export class EventLog {
  /** Number of events so far, which is also the id of the last one. */
  count: number;
  /** Ids of the first events of the chunks that have left the live record. */
  readonly chunkStarts: number[];
  /** Events since the last {@link takeRecent}, kept only for machines that log. */
  recent: string[] | undefined;
  /** Number of events in the tail. */
  private tailLength: number;
  /** The events that belong into the live record: all but the last one, and the last one. */
  private earlier: string;
  private last: string;

  constructor(kept?: { count: number; chunkStarts: readonly number[]; tail: readonly string[] }) {
    this.count = kept?.count ?? 0;
    this.chunkStarts = [...(kept?.chunkStarts ?? [])];
    this.tailLength = kept?.tail.length ?? 0;
    this.earlier = kept?.tail.slice(0, -1).join(',') ?? '';
    this.last = kept?.tail.at(-1) ?? '';
  }

  /** Adds an event and returns its id. */
  append(type: string, sinceStartMs: number, previousEventId: number, details: readonly Detail[]): number {
    const id = this.count + 1;
    // 0 steps back means "no previous event", which AWS writes as 0 too.
    let text = `[${eventCode(type)},${sinceStartMs},${previousEventId === 0 ? 0 : id - previousEventId}`;
    for (const detail of details) text += `,${encode(detail, id)}`;
    text += ']';
    this.count = id;
    this.earlier = this.tailText;
    this.last = text;
    this.tailLength += 1;
    this.recent?.push(text);
    return id;
  }

  /** The tail as the inside of a JSON list. */
  get tailText(): string {
    return this.earlier === '' ? this.last : `${this.earlier},${this.last}`;
  }

  /** The events since the last call, with the id of the first. */
  takeRecent(): { firstId: number; events: readonly KeptEvent[] } {
    const texts = this.recent ?? [];
    if (this.recent) this.recent = [];
    return { firstId: this.count - texts.length + 1, events: texts.map((text) => JSON.parse(text) as KeptEvent) };
  }

  /** Cuts the tail off as a chunk when it has grown long; the last event always stays, since it tells how things ended. */
  takeChunk(): { index: number; text: string } | undefined {
    if (this.earlier.length < CHUNK_CHARACTERS) return undefined;
    const chunk = { index: this.chunkStarts.length, text: `[${this.earlier}]` };
    this.chunkStarts.push(this.count - this.tailLength + 1);
    this.earlier = '';
    this.tailLength = 1;
    return chunk;
  }
}

function encode(detail: Detail, id: number): string {
  if (detail === undefined) return 'null';
  if (detail instanceof Payload) {
    if (detail.eventId !== undefined) return String(detail.eventId);
    detail.eventId = id;
    return detail.isCanonical ? `{"v":${detail.text}}` : `{"t":${JSON.stringify(detail.text)}}`;
  }
  return JSON.stringify(detail instanceof VariableTexts ? detail.variables : detail);
}

/** An event as it was kept, before payloads are looked up. */
export type KeptEvent = readonly [code: number, sinceStartMs: number, stepsBack: number, ...details: unknown[]];

/** Finds the JSON text of the payload that an event carries. */
export type PayloadReader = (eventId: number) => string;

/** The event in AWS's form (`timestamp` in epoch seconds). */
export function historyEvent(
  kept: KeptEvent,
  id: number,
  startMs: number,
  payloadOf: PayloadReader,
  includeData = true,
): Record<string, unknown> {
  const [code, sinceStartMs, stepsBack, ...values] = kept;
  const { type, details, fields } = eventType(code);
  const event: Record<string, unknown> = {
    timestamp: (startMs + sinceStartMs) / 1000,
    type,
    id,
    previousEventId: stepsBack === 0 ? 0 : id - stepsBack,
  };
  if (details === undefined) return event;
  const members: Record<string, unknown> = {};
  fields.forEach(([name, kind], position) => {
    const value = values[position];
    if (value === null || value === undefined) return;
    if (kind === 'plain') members[name] = value;
    else {
      if (includeData) members[name] = kind === 'payload' ? payloadText(value, payloadOf) : variableTexts(value);
      else if (name === 'parameters') members[name] = '';
      // "Always false for API calls", even where the data is left out.
      if (name !== 'parameters') members[`${name}Details`] = { truncated: false };
    }
  });
  event[details] = members;
  return event;
}

/** The payload that an event carries itself, or by reference. */
export function payloadText(kept: unknown, payloadOf: PayloadReader): string {
  if (typeof kept === 'number') return payloadOf(kept);
  const { v, t } = kept as { v?: unknown; t?: string };
  return t ?? JSON.stringify(v);
}

/** The position of the payload among the details of an event of this type, or -1. */
export function payloadPosition(code: number): number {
  return eventType(code).fields.findIndex(([, kind]) => kind === 'payload');
}

function variableTexts(variables: object): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));
}
