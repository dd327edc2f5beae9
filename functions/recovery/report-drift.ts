import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { fingerprintOf } from '../../core/fingerprint.ts';
import type { Violation } from '../../core/invariants/snapshot.ts';
import { driftKey } from '../../core/item-keys.ts';
import type { Instant } from '../../core/order.ts';
import { driftDetected, type StockEventData } from '../../core/stock-events.ts';
import { putEvents } from '../outbox/put-events.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { stockEventEntry } from '../shared/stock-event-schemas.ts';

/** Keys that one event names: some 8 KB of the 256 that an event may have. How many more there are is in its detail. */
const NAMED_KEYS = 200;
/** Details that an event tells in full; they resemble each other. */
const TOLD_DETAILS = 3;
/** As the schema of the event says. */
const LONGEST_DETAIL = 2048;
/** The same drift is told again so often while nobody does anything about it. */
const TOLD_EVERY_MS = 24 * 60 * 60 * 1000;

export interface DriftContext {
  readonly now: Instant;
  /** Which check, and when. */
  readonly causationId: string;
  readonly log: InvocationLog;
}

/**
 * Publishes what contradicts the invariants, one event per rule that is broken. What was told within a day is not told again:
 * a check runs every few minutes, and people need longer. Nothing is repaired.
 * @returns events that were published
 */
export async function reportDrift(violations: readonly Violation[], context: DriftContext): Promise<number> {
  const byRule = new Map<string, Violation[]>();
  for (const violation of violations) {
    byRule.set(violation.rule, [...(byRule.get(violation.rule) ?? []), violation]);
  }
  let published = 0;
  for (const [rule, broken] of byRule) if (await report(rule, broken, context)) published += 1;
  return published;
}

async function report(kind: string, broken: readonly Violation[], context: DriftContext): Promise<boolean> {
  const { now, causationId, log } = context;
  const data = driftOf(kind, broken);
  // The details too: more of the same has gone wrong with the same keys.
  const digest = fingerprintOf(broken.map(({ keys, detail }) => [...keys, detail]).sort());
  if (!(await isDue(kind, digest, now))) return false;
  log.error('drift detected', { kind, keys: data.keys, detail: data.detail });
  const event = driftDetected(data, { now, causationId });
  const entry = stockEventEntry(event, requireEnvironment(ENVIRONMENT.eventBusName));
  if ((await putEvents([entry], log)) === 0) throw new Error(`The bus did not take the event of the drift ${kind}.`);
  // Only now: an event too many is better than none. It has the same id, should the check be made to run again.
  await rememberTold(kind, digest, now);
  return true;
}

function driftOf(kind: string, broken: readonly Violation[]): StockEventData['DriftDetected'] {
  const keys = [...new Set(broken.flatMap((violation) => violation.keys))].sort();
  const told = broken.slice(0, TOLD_DETAILS).map(({ keys: [first], detail }) => `${first}: ${detail}`);
  const untold = [
    ...(broken.length > told.length ? [`${broken.length - told.length} more like that`] : []),
    ...(keys.length > NAMED_KEYS ? [`${keys.length - NAMED_KEYS} keys are not named`] : []),
  ];
  return { kind, keys: keys.slice(0, NAMED_KEYS), detail: [...told, ...untold].join('; ').slice(0, LONGEST_DETAIL) };
}

async function isDue(kind: string, digest: string, now: Instant): Promise<boolean> {
  const get = new GetCommand({ TableName: table(), Key: driftKey(kind, digest), ConsistentRead: true });
  const { Item } = await readFromStore(() => dynamoDb.send(get));
  const toldAt = (Item as { toldAt?: Instant } | undefined)?.toldAt;
  return toldAt === undefined || Date.parse(now) - Date.parse(toldAt) >= TOLD_EVERY_MS;
}

async function rememberTold(kind: string, digest: string, toldAt: Instant): Promise<void> {
  await dynamoDb.send(new PutCommand({ TableName: table(), Item: { ...driftKey(kind, digest), kind, toldAt } }));
}

function table(): string {
  return requireEnvironment(ENVIRONMENT.ordersTable);
}
