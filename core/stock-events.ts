import { EVENT_SOURCE } from './events.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Sku } from './ids.ts';
import type { Instant } from './order.ts';

/** Raised when a consumer could no longer read the data of a type; see EVENT_SCHEMA_VERSION. */
export const STOCK_EVENT_SCHEMA_VERSION = 1;

/** What these events say. They belong to no order, so they have neither its statuses nor its version. */
export interface StockEventData {
  /** What can be sold of a SKU has come down to its threshold, or the threshold was raised over it: once per crossing. */
  LowStock: { readonly sku: Sku; readonly available: number; readonly lowStockThreshold: number };
  /** Stock, holds, the provider's ledger and orders contradict one another. Nothing was repaired. */
  DriftDetected: {
    /** Which rule is broken, in kebab-case: `held-is-in-holds`. */
    readonly kind: string;
    /** What is concerned: SKUs, order ids, keys of intents. */
    readonly keys: readonly string[];
    /** What is, and what should be. Free of personal data. */
    readonly detail: string;
  };
}

export type StockEventType = keyof StockEventData;
export const STOCK_EVENT_TYPES = ['LowStock', 'DriftDetected'] as const satisfies StockEventType[];

/** A stock event as it travels on the bus, beside the events of orders and in the same shape. */
export interface StockEventEnvelope<Type extends StockEventType = StockEventType> {
  readonly source: typeof EVENT_SOURCE;
  readonly detailType: Type;
  readonly detail: { readonly metadata: StockEventMetadata; readonly data: StockEventData[Type] };
}

export interface StockEventMetadata {
  /** The same whenever the same happening is published again: delivery is at least once, dedupe by it. */
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly occurredAt: Instant;
  /** The SKU, or the first of the keys that drifted. */
  readonly correlationId: string;
  /** What noticed it. */
  readonly causationId: string;
}

/** @param change the change of the stock that crossed the threshold: its place in the stream, which no other change has */
export function lowStock(
  data: StockEventData['LowStock'],
  change: { readonly sequenceNumber: string; readonly at: Instant },
): StockEventEnvelope<'LowStock'> {
  return envelope('LowStock', data, {
    eventId: `low-stock#${data.sku}#${change.sequenceNumber}`,
    occurredAt: change.at,
    correlationId: data.sku,
    causationId: `inventory-stream/${change.sequenceNumber}`,
  });
}

/** @param found when, and by which check: one check reports the same drift once, however often it is made to try */
export function driftDetected(
  data: StockEventData['DriftDetected'],
  found: { readonly now: Instant; readonly causationId: string },
): StockEventEnvelope<'DriftDetected'> {
  const { kind, keys } = data;
  return envelope('DriftDetected', data, {
    eventId: `drift#${kind}#${fingerprintOf([found.causationId, kind, keys]).slice(0, 32)}`,
    occurredAt: found.now,
    correlationId: keys[0] ?? kind,
    causationId: found.causationId,
  });
}

function envelope<Type extends StockEventType>(
  detailType: Type,
  data: StockEventData[Type],
  metadata: Omit<StockEventMetadata, 'schemaVersion'>,
): StockEventEnvelope<Type> {
  const { eventId, ...rest } = metadata;
  return {
    source: EVENT_SOURCE,
    detailType,
    detail: { metadata: { eventId, schemaVersion: STOCK_EVENT_SCHEMA_VERSION, ...rest }, data },
  };
}
