/** Ids that cannot be confused with one another: a string with a label that only the compiler sees. */
type Labelled<Label extends string> = string & { readonly __label: Label };

/** UUIDv5 of client and idempotency key; see order-id.ts. */
export type OrderId = Labelled<'OrderId'>;
/** `orderId#version`: an order has exactly one event per version. */
export type EventId = Labelled<'EventId'>;
/** The OAuth client that submitted the order. */
export type ClientId = Labelled<'ClientId'>;
export type Sku = Labelled<'Sku'>;
/** `orderId#pay#n`: under one key the payment provider charges once. */
export type PaymentKey = Labelled<'PaymentKey'>;
/** `orderId#ship#n`: under one key the carrier books one parcel. */
export type ShipmentKey = Labelled<'ShipmentKey'>;

/** A UUID of version 5, as a pattern for schemas and other patterns. */
export const ORDER_ID_PATTERN = '[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const ORDER_ID = new RegExp(`^${ORDER_ID_PATTERN}$`);

/** Whether an order can be called so; whether there is one, only the table knows. */
export const isOrderId = (text: string): text is OrderId => ORDER_ID.test(text);

export const asOrderId = (text: string): OrderId => text as OrderId;
export const asClientId = (text: string): ClientId => text as ClientId;
export const asSku = (text: string): Sku => text as Sku;

export const eventIdOf = (orderId: OrderId, version: number): EventId => `${orderId}#${version}` as EventId;

/** `visit` counts how often the saga was sent to the step on purpose; retries and redrives keep it, and so the key. */
export const paymentKeyOf = (orderId: OrderId, visit: number): PaymentKey => `${orderId}#pay#${visit}` as PaymentKey;
export const shipmentKeyOf = (orderId: OrderId, visit: number): ShipmentKey =>
  `${orderId}#ship#${visit}` as ShipmentKey;

/** Name of an execution of the saga. One run of one order starts once, whoever asks (Step Functions keeps names 90 days). */
export const executionNameOf = (orderId: OrderId, run: number): string => `${orderId}-${run}`;
