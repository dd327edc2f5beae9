import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EVENT_SOURCE, envelopeOf, type EventEnvelope } from '../../core/events.ts';
import { EVENT_SORT_PREFIX, type ItemKey } from '../../core/item-keys.ts';
import { type EventItem, eventOf } from '../../core/order-item.ts';
import type { TimeSpan } from './recorded-events.ts';

/** What lies in a queue of things that could not be delivered. */
export type FailureMessage =
  /** An event item that publish-events could not make a valid event of, whole. */
  | { readonly kind: 'record'; readonly key: ItemKey; readonly reason: string; readonly envelope: EventEnvelope }
  /** What Lambda says about a batch of the stream that it gave up: which time it is from, not what was in it. */
  | {
      readonly kind: 'batch';
      readonly streamArn: string;
      readonly span: TimeSpan;
      readonly reason: string;
      readonly records: number;
    }
  /** An event that EventBridge could not give to one of the targets of a rule. */
  | { readonly kind: 'undelivered'; readonly envelope: EventEnvelope; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** An event is recorded by a function that runs for seconds, and reaches the stream when it is written. */
const RECORDED_BEFORE_MS = 60_000;
const RECORDED_AFTER_MS = 1_000;

interface SetAside {
  readonly reason: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly record: { readonly dynamodb?: { readonly NewImage?: Record<string, AttributeValue> } };
}

interface GivenUp {
  readonly requestContext?: { readonly condition?: string };
  readonly DDBStreamBatchInfo: {
    readonly streamArn: string;
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
    readonly batchSize: number;
  };
}

interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: EventEnvelope['detail'];
}

/**
 * Reads a message by what its body looks like.
 * @param attributes of the message; EventBridge says in them why it gave up
 */
export function readFailureMessage(body: string, attributes: Readonly<Record<string, string>> = {}): FailureMessage {
  const content = parse(body) as Partial<SetAside & GivenUp & BusEvent> | undefined;
  if (content?.record) return readSetAside(content as SetAside);
  if (content?.DDBStreamBatchInfo) return readGivenUp(content as GivenUp);
  if (content?.source === EVENT_SOURCE && content.detail?.metadata) {
    const { source, detail } = content as BusEvent;
    const envelope = { source, detailType: content['detail-type'], detail } as EventEnvelope;
    const reason = [attributes['ERROR_CODE'], attributes['ERROR_MESSAGE']].filter(Boolean).join(': ');
    return { kind: 'undelivered', envelope, reason: reason || 'NotDelivered' };
  }
  const { source } = content ?? {};
  // Such as the end of an execution on its way to the failed list, which the reconciler finds by itself.
  if (source !== undefined)
    return { kind: 'unknown', reason: `It is an event of ${source}; npm run ops -- reconcile makes up for it.` };
  return { kind: 'unknown', reason: 'It is nothing that this stack puts there.' };
}

function readSetAside({ reason, errors = [], record }: SetAside): FailureMessage {
  const item = record.dynamodb?.NewImage && (unmarshallOrNothing(record.dynamodb.NewImage) as EventItem | undefined);
  if (!item?.sk?.startsWith(EVENT_SORT_PREFIX)) return { kind: 'unknown', reason: 'The record holds no event item.' };
  const why = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return {
    kind: 'record',
    key: { pk: item.pk, sk: item.sk },
    reason: [reason, why].filter(Boolean).join(': '),
    envelope: envelopeOf(eventOf(item)),
  };
}

function readGivenUp({ requestContext, DDBStreamBatchInfo: batch }: GivenUp): FailureMessage {
  return {
    kind: 'batch',
    streamArn: batch.streamArn,
    reason: requestContext?.condition ?? 'GivenUp',
    records: batch.batchSize,
    span: {
      fromMs: Date.parse(batch.approximateArrivalOfFirstRecord) - RECORDED_BEFORE_MS,
      toMs: Date.parse(batch.approximateArrivalOfLastRecord) + RECORDED_AFTER_MS,
    },
  };
}

function unmarshallOrNothing(image: Record<string, AttributeValue>): Record<string, unknown> | undefined {
  try {
    return unmarshall(image);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
