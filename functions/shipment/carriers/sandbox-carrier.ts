import { createHash } from 'node:crypto';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../../core/environment.ts';
import { CarrierUnavailableError, ShipmentOutcomeUnknownError } from '../../../core/errors.ts';
import type { OrderId, ShipmentKey } from '../../../core/ids.ts';
import { bookingKey } from '../../../core/item-keys.ts';
import type { Booking, BookingRequest, Carrier } from '../../../core/ports.ts';
import { type Patience, REAL_PATIENCE, readFromStore, writeUnlessRefused } from '../../shared/contention.ts';
import { dynamoDb } from '../../shared/dynamodb-client.ts';
import { passes } from '../../shared/order-fate.ts';
import { requireEnvironment } from '../../shared/require-environment.ts';

/** Bookings that get no answer before the carrier is back, by postal code. */
const UNAVAILABLE_FIRST: ReadonlyMap<string, number> = new Map([
  ['00000', Infinity],
  // One of the three attempts that the saga makes.
  ['00001', 1],
]);

/**
 * Bookings whose answer is lost, every time, by postal code: whether a parcel is booked, and whether a lookup is answered
 * (ruling a booking out and calling it off always are).
 */
const ANSWER_LOST: ReadonlyMap<string, { readonly booked: boolean; readonly silent: boolean }> = new Map([
  ['00002', { booked: true, silent: false }],
  ['00003', { booked: false, silent: false }],
  ['00004', { booked: true, silent: true }],
]);

const CARRIER_NAME = 'Sandbox Parcel';
/** An ordinary parcel within a country. */
const DELIVERY_DAYS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The sandbox's own record of a booking. No address: the carrier of a sandbox sends nothing. */
interface BookingItem extends Omit<Booking, 'status'> {
  readonly status: Booking['status'] | 'UNANSWERED';
  readonly attempts?: number;
  /** Lookups of this booking get no answer. */
  readonly silent?: boolean;
}

/**
 * A carrier's sandbox: postal codes decide what happens, and bookings of its own keep it. An ordinary booking is one write,
 * and the first one under a key is the only one.
 */
export class SandboxCarrier implements Carrier {
  private readonly table: string;
  private readonly successRate: number;
  private readonly patience: Patience;

  constructor(patience: Patience = REAL_PATIENCE) {
    this.table = requireEnvironment(ENVIRONMENT.shipmentsTable);
    this.successRate = Number(requireEnvironment(ENVIRONMENT.carrierSuccessRate));
    this.patience = patience;
  }

  async book(request: BookingRequest): Promise<Booking> {
    await this.refuseWhileUnavailable(request);
    const { key, orderId, address } = request;
    const lost = ANSWER_LOST.get(address.postalCode);
    const booking = lost?.booked === false ? undefined : await this.writeBooking(key, orderId, lost?.silent ?? false);
    if (lost || !booking) throw new ShipmentOutcomeUnknownError(`The carrier did not answer in time for ${key}.`);
    return booking;
  }

  async find(key: ShipmentKey): Promise<Booking | undefined> {
    const item = await this.read(key);
    if (item?.silent) throw new CarrierUnavailableError(`The carrier does not say what it knows of ${key}; ask again.`);
    return item && item.status !== 'UNANSWERED' ? bookingOf(key, item) : undefined;
  }

  async ruleOut(key: ShipmentKey): Promise<Booking> {
    return this.write(key, 'SET #status = :to, #key = :key', { ':to': 'CANCELLED', ':key': key });
  }

  async cancel(key: ShipmentKey): Promise<Booking> {
    const values = { ':to': 'CANCELLED', ':key': key, ':booked': 'BOOKED' };
    return this.write(key, 'SET #status = :to, #key = :key REMOVE parcel', values, ' OR #status = :booked');
  }

  private writeBooking(key: ShipmentKey, orderId: OrderId, silent: boolean): Promise<Booking> {
    const parcel = {
      carrier: CARRIER_NAME,
      trackingNumber: trackingNumberOf(key),
      estimatedDelivery: new Date(Date.now() + DELIVERY_DAYS * DAY_MS).toISOString(),
    };
    const values = { ':to': 'BOOKED', ':key': key, ':orderId': orderId, ':parcel': parcel };
    const booking = 'SET #status = :to, #key = :key, orderId = :orderId, parcel = :parcel';
    return silent
      ? this.write(key, `${booking}, silent = :silent`, { ...values, ':silent': true })
      : this.write(key, booking, values);
  }

  /** Counts the attempts that get no answer durably: a retry may run in another process. */
  private async refuseWhileUnavailable({ key, orderId, address }: BookingRequest): Promise<void> {
    const fails = !passes(orderId, 'carrier', this.successRate);
    const unavailableFirst = fails ? Infinity : (UNAVAILABLE_FIRST.get(address.postalCode) ?? 0);
    if (unavailableFirst === 0) return;
    const item = await this.read(key);
    if (item && (item.status !== 'UNANSWERED' || (item.attempts ?? 0) >= unavailableFirst)) return;
    const values = { ':to': 'UNANSWERED', ':key': key, ':zero': 0, ':one': 1 };
    const counting = 'SET #status = :to, #key = :key, attempts = if_not_exists(attempts, :zero) + :one';
    await this.write(key, counting, values);
    throw new CarrierUnavailableError(`The carrier does not answer for ${key}; ask again.`);
  }

  /** Writes a booking that has no answer yet, or answers with the one that is there. */
  private async write(
    key: ShipmentKey,
    UpdateExpression: string,
    values: Record<string, unknown>,
    alsoFrom = '',
  ): Promise<Booking> {
    const update = new UpdateCommand({
      TableName: this.table,
      Key: bookingKey(key),
      UpdateExpression,
      ConditionExpression: `attribute_not_exists(pk) OR #status = :unanswered${alsoFrom}`,
      ExpressionAttributeNames: { '#status': 'status', '#key': 'key' },
      ExpressionAttributeValues: { ...values, ':unanswered': 'UNANSWERED' },
      ReturnValues: 'ALL_NEW',
    });
    const written = await writeUnlessRefused(() => dynamoDb.send(update), this.patience);
    const item = written ? (written.Attributes as BookingItem & Record<string, unknown>) : await this.read(key);
    if (!item) throw new Error(`The booking ${key} was there and is gone; the carrier deletes nothing.`);
    return bookingOf(key, item);
  }

  private async read(key: ShipmentKey): Promise<BookingItem | undefined> {
    const get = new GetCommand({ TableName: this.table, Key: bookingKey(key), ConsistentRead: true });
    const { Item } = await readFromStore(() => dynamoDb.send(get));
    return Item as (BookingItem & Record<string, unknown>) | undefined;
  }
}

function bookingOf(key: ShipmentKey, { status, parcel }: BookingItem): Booking {
  return { key, status: status === 'BOOKED' ? 'BOOKED' : 'CANCELLED', ...(parcel && { parcel }) };
}

/** The same for the same key. 16 digits of a hash: among a million parcels two alike are rarer than 1 in 10,000. */
function trackingNumberOf(key: ShipmentKey): string {
  const digits = createHash('sha256').update(key).digest().readBigUInt64BE(0) % 10n ** 16n;
  return `SBX${digits.toString().padStart(16, '0')}`;
}
