import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { DynamoDBRecord } from 'aws-lambda';
import { envelopeOf } from '../../core/events.ts';
import { EVENT_SORT_PREFIX } from '../../core/item-keys.ts';
import { eventOf, type EventItem } from '../../core/order-item.ts';
import { eventErrors } from '../shared/event-schemas.ts';
import type { FieldError } from '../shared/problem.ts';

/** What a record of the Orders stream is to the outbox. */
export type ReadRecord =
  | { readonly kind: 'event'; readonly entry: PutEventsRequestEntry }
  /** It can never be published: the same record fails in the same way however often it comes. */
  | { readonly kind: 'unpublishable'; readonly errors: readonly FieldError[] }
  /** Not a new event item; the event source's filter lets none of these through. */
  | { readonly kind: 'other' };

/** Reads one record into an entry for the bus, checked against the schema of its type. */
export function readStreamRecord(record: DynamoDBRecord, busName: string): ReadRecord {
  const { Keys, NewImage } = record.dynamodb ?? {};
  if (record.eventName !== 'INSERT' || !Keys?.['sk']?.S?.startsWith(EVENT_SORT_PREFIX)) return { kind: 'other' };
  if (!NewImage) return unpublishable('NewImage', 'is missing; the stream must be of type NEW_IMAGE');

  const item = itemOf(NewImage as Record<string, AttributeValue>);
  if (!item) return unpublishable('NewImage', 'has an attribute of a type that DynamoDB does not have');
  const { source, detailType, detail } = envelopeOf(eventOf(item));
  const errors = eventErrors(detailType, detail);
  if (errors.length > 0) return { kind: 'unpublishable', errors };
  const entry = {
    EventBusName: busName,
    Source: source,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    Time: new Date(detail.metadata.occurredAt),
  };
  return { kind: 'event', entry };
}

function itemOf(image: Record<string, AttributeValue>): EventItem | undefined {
  try {
    return unmarshall(image) as EventItem;
  } catch {
    return undefined;
  }
}

function unpublishable(field: string, message: string): ReadRecord {
  return { kind: 'unpublishable', errors: [{ field, message }] };
}
