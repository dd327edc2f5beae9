import type { Store } from '../../../store.ts';
import { Payload } from '../engine/payload.ts';
import { historyEvent, type KeptEvent, payloadPosition, payloadText } from '../history/event-log.ts';
import { eventType } from '../history/event-types.ts';
import { chunkKey } from './keys.ts';

/** Where the events of an execution are. */
export interface LogPlace {
  readonly machine: string;
  readonly name: string;
  readonly startMs: number;
  readonly count: number;
  readonly chunkStarts: readonly number[];
  readonly tail: readonly KeptEvent[];
}

/** Reads the log of an execution from disk, chunk by chunk as it is asked for. */
export class KeptLog {
  private readonly store: Store;
  private readonly place: LogPlace;
  private readonly chunks = new Map<number, readonly KeptEvent[]>();
  private readonly payloads = new Map<number, Payload>();

  constructor(store: Store, place: LogPlace) {
    this.store = store;
    this.place = place;
  }

  /** The event in AWS's form. */
  event(id: number, includeData: boolean): Record<string, unknown> {
    return historyEvent(this.kept(id), id, this.place.startMs, (eventId) => this.text(eventId), includeData);
  }

  /** JSON text of the payload that an event shows. */
  text(id: number): string {
    const [code, , , ...details] = this.kept(id);
    return payloadText(details[payloadPosition(code)], (eventId) => this.text(eventId));
  }

  /** One object per payload, so that what is equal stays one. */
  payload(id: number): Payload {
    const known = this.payloads.get(id);
    if (known) return known;
    const text = this.text(id);
    const payload = new Payload(JSON.parse(text), text, id);
    this.payloads.set(id, payload);
    return payload;
  }

  /** What the event shows as assigned. */
  variables(id: number): Readonly<Record<string, unknown>> {
    const [code, , , ...details] = this.kept(id);
    const position = eventType(code).fields.findIndex(([, kind]) => kind === 'variables');
    return (details[position] ?? {}) as Record<string, unknown>;
  }

  private kept(id: number): KeptEvent {
    const { count, tail, chunkStarts } = this.place;
    const tailStart = count - tail.length + 1;
    if (id >= tailStart) return tail[id - tailStart] as KeptEvent;
    let index = chunkStarts.length - 1;
    while (index > 0 && (chunkStarts[index] as number) > id) index -= 1;
    return this.chunk(index)[id - (chunkStarts[index] as number)] as KeptEvent;
  }

  private chunk(index: number): readonly KeptEvent[] {
    const known = this.chunks.get(index);
    if (known) return known;
    const { machine, name } = this.place;
    const text = this.store.get(chunkKey(machine, name, index));
    if (text === undefined) throw new Error(`The history of ${machine}/${name} lacks its part ${index}.`);
    const events = JSON.parse(text) as KeptEvent[];
    this.chunks.set(index, events);
    return events;
  }
}
