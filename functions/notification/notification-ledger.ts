import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { EventId, OrderId } from '../../core/ids.ts';
import { notificationKey } from '../../core/item-keys.ts';
import type { MailEventType, MailName } from '../../core/mail-templates.ts';
import { REAL_PATIENCE, readFromStore, writeUnlessRefused } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

/**
 * - `CLAIMED`: somebody is sending it. `SENT`: SES has taken it.
 * - `RELEASED`: SES refused it for now, so nothing was sent and the next delivery of the event may try again.
 * - `FAILED`: SES refused it for good. `UNKNOWN`: it may have been sent or not; nobody sends it again by itself.
 */
export type NotificationStatus = 'CLAIMED' | 'SENT' | 'RELEASED' | 'FAILED' | 'UNKNOWN';

/** One mail about one event. No address: who needs it reads the order. */
export interface Notification {
  readonly eventId: EventId;
  readonly orderId: OrderId;
  readonly eventType: MailEventType;
  readonly template: MailName;
}

/** What became of an attempt to claim a mail. */
export type Claim =
  | 'claimed'
  /** Another invocation has claimed it and may be sending it now. */
  | 'busy'
  /** Whoever claimed it has ended without writing how; it may have been sent. */
  | 'stale'
  /** Its outcome is known: nothing is left to do. */
  | 'settled';

/** Twice the 15 s that an invocation can last: a claim that is older belongs to nobody alive. */
const LEASE_MS = 30_000;

const key = (eventId: EventId) => ({
  TableName: requireEnvironment(ENVIRONMENT.notificationsTable),
  Key: notificationKey(eventId, 'email'),
});

/**
 * Claims the mail; only one of any number of deliveries of the event gets it.
 * @param claimant this delivery and no other: when the answer to a claim is lost and the SDK repeats it, it finds itself
 */
export async function claim(notification: Notification, claimant: string, now: Date): Promise<Claim> {
  const { eventId } = notification;
  const update = new UpdateCommand({
    ...key(eventId),
    UpdateExpression:
      'SET #status = :claimed, eventId = :eventId, orderId = :orderId, eventType = :eventType, #template = :template, ' +
      'claimedBy = :claimant, claimedAt = :now, leaseUntil = :leaseUntil ADD attempts :one',
    ConditionExpression: 'attribute_not_exists(pk) OR #status = :released',
    ExpressionAttributeNames: { '#status': 'status', '#template': 'template' },
    ExpressionAttributeValues: {
      ':claimed': 'CLAIMED',
      ':released': 'RELEASED',
      ':eventId': eventId,
      ':orderId': notification.orderId,
      ':eventType': notification.eventType,
      ':template': notification.template,
      ':claimant': claimant,
      ':now': now.toISOString(),
      ':leaseUntil': new Date(now.getTime() + LEASE_MS).toISOString(),
      ':one': 1,
    },
  });
  const written = await writeUnlessRefused(() => dynamoDb.send(update), REAL_PATIENCE);
  return written ? 'claimed' : existingClaim(eventId, claimant, now);
}

async function existingClaim(eventId: EventId, claimant: string, now: Date): Promise<Claim> {
  const get = new GetCommand({ ...key(eventId), ConsistentRead: true });
  const { Item } = await readFromStore(() => dynamoDb.send(get));
  const entry = Item as { status: NotificationStatus; claimedBy: string; leaseUntil: string } | undefined;
  // Released since the claim was refused: the next delivery will find it free.
  if (!entry || entry.status === 'RELEASED') return 'busy';
  if (entry.status !== 'CLAIMED') return 'settled';
  if (entry.claimedBy === claimant) return 'claimed';
  return entry.leaseUntil > now.toISOString() ? 'busy' : 'stale';
}

/** How a claimed mail ended, with SES's message id or the name of its error. */
export type Settlement =
  | { readonly status: 'SENT'; readonly messageId: string }
  | { readonly status: 'RELEASED' | 'FAILED' | 'UNKNOWN'; readonly error: string };

/**
 * Writes how a claimed mail ended. It also overwrites the UNKNOWN that another invocation had to assume: now it is known.
 * Nothing overwrites an outcome that is known: then it is left as it is.
 */
export async function settle(eventId: EventId, settlement: Settlement, now: Date): Promise<void> {
  const [attribute, value] =
    settlement.status === 'SENT' ? ['messageId', settlement.messageId] : ['error', settlement.error];
  const update = new UpdateCommand({
    ...key(eventId),
    UpdateExpression: 'SET #status = :status, #attribute = :value, settledAt = :now',
    ConditionExpression: '#status IN (:claimed, :unknown)',
    ExpressionAttributeNames: { '#status': 'status', '#attribute': attribute },
    ExpressionAttributeValues: {
      ':status': settlement.status,
      ':value': value,
      ':now': now.toISOString(),
      ':claimed': 'CLAIMED',
      ':unknown': 'UNKNOWN',
    },
  });
  await writeUnlessRefused(() => dynamoDb.send(update), REAL_PATIENCE);
}
