import type { SQSRecord } from 'aws-lambda';
import { EVENT_SOURCE, type EventEnvelope } from '../../core/events.ts';
import { mailNameOf } from '../../core/mail-data.ts';
import type { MailEventType, MailName } from '../../core/mail-templates.ts';
import { eventErrors } from '../shared/event-schemas.ts';

/** An event of ours that a customer is written about. */
export interface MailEvent {
  readonly type: MailEventType;
  readonly template: MailName;
  readonly detail: EventEnvelope['detail'];
}

/** The parts of EventBridge's envelope that matter here. */
interface BusEvent {
  readonly source?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: unknown;
}

/**
 * Reads the event that EventBridge has put on the queue; undefined when nobody is written about it.
 * @throws Error when it is no event of ours: it goes back and in the end to the dead-letter queue, for somebody to look at.
 */
export function readEventMessage({ body }: Pick<SQSRecord, 'body'>): MailEvent | undefined {
  const event = parsed(body);
  const { source, 'detail-type': detailType, detail } = event;
  if (source !== EVENT_SOURCE || typeof detailType !== 'string') {
    throw new Error(`The message is no event of ${EVENT_SOURCE}: source and detail-type must say so.`);
  }
  const errors = eventErrors(detailType, detail);
  if (errors.length > 0) {
    const fields = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new Error(`The event does not satisfy its schema: ${fields}.`);
  }
  const type = detailType as MailEventType;
  const template = mailNameOf(type);
  return template && { type, template, detail: detail as EventEnvelope['detail'] };
}

function parsed(body: string): BusEvent {
  try {
    const event: unknown = JSON.parse(body);
    if (typeof event === 'object' && event !== null) return event;
  } catch (error) {
    throw new Error('The message is not JSON.', { cause: error instanceof SyntaxError ? undefined : error });
  }
  throw new Error('The message is no JSON object.');
}
