import { envelopeOf, type OrderEvent } from '../../core/events.ts';
import type { EventType } from '../../core/lifecycle.ts';
import type { Pace } from '../cli/pace.ts';
import type { EventSchemas } from './event-schemas.ts';
import type { LiveStack } from './live-stack.ts';
import { ENTRIES_PER_REQUEST, putOnBus } from './put-events.ts';
import { recordedEvents, type TimeSpan } from './recorded-events.ts';

export interface Republished {
  readonly events: number;
  readonly byType: Readonly<Partial<Record<EventType, number>>>;
  /** Events that no consumer may be given, with what is wrong with them. */
  readonly invalid: readonly { readonly eventId: string; readonly errors: readonly string[] }[];
}

export interface RepublishOptions {
  readonly span: TimeSpan;
  readonly type?: EventType;
  readonly schemas: EventSchemas;
  /** Nothing goes on the bus when left out: a dry run. */
  readonly pace?: Pace;
  progress(events: number): void;
}

/** Puts recorded events on the bus again, ten at a time. Consumers dedupe by eventId, so once more does no harm. */
export async function republishEvents(stack: LiveStack, options: RepublishOptions): Promise<Republished> {
  const byType: Partial<Record<EventType, number>> = {};
  const invalid: { eventId: string; errors: readonly string[] }[] = [];
  let events = 0;
  for await (const page of recordedEvents(stack, options.span, options.type)) {
    const valid = page.filter((event) => {
      const errors = errorsOf(event, options.schemas);
      if (errors.length > 0) invalid.push({ eventId: event.eventId, errors });
      return errors.length === 0;
    });
    for (let start = 0; start < valid.length; start += ENTRIES_PER_REQUEST) {
      const batch = valid.slice(start, start + ENTRIES_PER_REQUEST);
      if (options.pace) {
        await options.pace.turn(batch.length);
        await putOnBus(stack, batch.map(envelopeOf));
      }
      for (const { type } of batch) byType[type] = (byType[type] ?? 0) + 1;
      events += batch.length;
      options.progress(events);
    }
  }
  return { events, byType, invalid };
}

/** What is wrong with a recorded event, by the schema of its type. */
export function errorsOf(event: OrderEvent, schemas: EventSchemas): readonly string[] {
  const { detailType, detail } = envelopeOf(event);
  return schemas.errors(detailType, detail);
}
