import { ENVIRONMENT } from '../../../../core/environment.ts';
import type { BookingRequest } from '../../../../core/ports.ts';
import { SandboxCarrier } from '../../../../functions/shipment/carriers/sandbox-carrier.ts';
import { submission, ORDER_ID } from '../../../orders.ts';
import { dynamoDbTables, type DynamoDbTables } from '../../dynamodb-tables.ts';
import { SHIPMENT_KEY } from '../../saga-under-test.ts';

let tables: DynamoDbTables;
let carrier: SandboxCarrier;
beforeEach(async () => {
  process.env[ENVIRONMENT.carrierSuccessRate] = '1';
  tables = await dynamoDbTables();
  carrier = new SandboxCarrier();
});
afterEach(() => tables.close());

const request = (postalCode = 'SW1Y 4JH'): BookingRequest => ({
  key: SHIPMENT_KEY,
  orderId: ORDER_ID,
  address: { ...submission().shippingAddress, postalCode },
  items: [],
});

test('two bookings of one key are one parcel with one number', async () => {
  const [first, second] = await Promise.all([carrier.book(request()), carrier.book(request())]);
  expect(second).toEqual(first);
  expect(await carrier.find(SHIPMENT_KEY)).toEqual(first);
  expect(first).toMatchObject({ key: SHIPMENT_KEY, status: 'BOOKED' });
});

test('a key that was never booked, or whose booking got no answer, is not found', async () => {
  expect(await carrier.find(SHIPMENT_KEY)).toBeUndefined();
  await expect(carrier.book(request('00000'))).rejects.toMatchObject({ name: 'CarrierUnavailable' });
  expect(await carrier.find(SHIPMENT_KEY)).toBeUndefined();
});

test.each([['before it was booked'], ['after it was booked']])(
  'a key that is cancelled %s stays cancelled',
  async (when) => {
    if (when.startsWith('after')) await carrier.book(request());
    expect(await carrier.cancel(SHIPMENT_KEY)).toEqual({ key: SHIPMENT_KEY, status: 'CANCELLED' });
    expect(await carrier.book(request())).toEqual({ key: SHIPMENT_KEY, status: 'CANCELLED' });
    expect(await carrier.book(request('00000'))).toEqual({ key: SHIPMENT_KEY, status: 'CANCELLED' });
    expect(await carrier.cancel(SHIPMENT_KEY)).toEqual({ key: SHIPMENT_KEY, status: 'CANCELLED' });
  },
);

test('keeps nothing of the address', async () => {
  await carrier.book(request());
  expect(JSON.stringify(await tables.all('Shipments'))).not.toMatch(/St James|London|SW1Y/);
});

describe('postal codes whose answer is lost, every time', () => {
  const unknown = { name: 'ShipmentOutcomeUnknown', retryable: false };

  test('00002: a parcel is booked, and can be found', async () => {
    await expect(carrier.book(request('00002'))).rejects.toMatchObject(unknown);
    expect(await carrier.find(SHIPMENT_KEY)).toMatchObject({ status: 'BOOKED' });
  });

  test('00003: none is booked, and none will be once that is ruled out', async () => {
    await expect(carrier.book(request('00003'))).rejects.toMatchObject(unknown);
    expect(await carrier.find(SHIPMENT_KEY)).toBeUndefined();
    expect(await carrier.ruleOut(SHIPMENT_KEY)).toEqual({ key: SHIPMENT_KEY, status: 'CANCELLED' });
    expect(await carrier.book(request())).toMatchObject({ status: 'CANCELLED' });
  });

  test('00004: a parcel is booked, and no lookup says so; ruling out and calling off do', async () => {
    await expect(carrier.book(request('00004'))).rejects.toMatchObject(unknown);
    await expect(carrier.find(SHIPMENT_KEY)).rejects.toMatchObject({ name: 'CarrierUnavailable' });
    expect(await carrier.ruleOut(SHIPMENT_KEY)).toMatchObject({ status: 'BOOKED' });
    expect(await carrier.cancel(SHIPMENT_KEY)).toMatchObject({ status: 'CANCELLED' });
  });
});

test('a booking that is ruled out and made at once: one of the two wins, and both say so', async () => {
  const [booking, ruling] = await Promise.all([carrier.book(request()), carrier.ruleOut(SHIPMENT_KEY)]);
  expect(booking.status).toBe(ruling.status);
});
