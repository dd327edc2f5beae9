import { eventIdOf } from '../../../core/ids.ts';
import { notificationKey } from '../../../core/item-keys.ts';
import { claim, type Settlement, settle } from '../../../functions/notification/notification-ledger.ts';
import { ORDER_ID } from '../../orders.ts';
import { type DynamoDbTables, dynamoDbTables } from '../dynamodb-tables.ts';

const eventId = eventIdOf(ORDER_ID, 3);
const MAIL = { eventId, orderId: ORDER_ID, eventType: 'PaymentConfirmed', template: 'order-confirmed' } as const;
const NOW = new Date('2026-11-20T13:00:00.000Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const SENT: Settlement = { status: 'SENT', messageId: 'ses-1' };
const RELEASED: Settlement = { status: 'RELEASED', error: 'Throttling' };
const FAILED: Settlement = { status: 'FAILED', error: 'MessageRejected' };
const UNKNOWN: Settlement = { status: 'UNKNOWN', error: 'TimeoutError' };

let tables: DynamoDbTables;
beforeEach(async () => {
  tables = await dynamoDbTables();
});
afterEach(() => tables.close());

const entry = () => tables.get<Record<string, unknown>>('Notifications', notificationKey(eventId, 'email'));

test('given deliveries of one event at once, then one of them gets the mail', async () => {
  const claims = await Promise.all(['a', 'b', 'c', 'd'].map((claimant) => claim(MAIL, claimant, NOW)));
  expect(claims.sort()).toEqual(['busy', 'busy', 'busy', 'claimed']);
});

test('given a claim whose answer was lost, then the same claimant finds it to be its own', async () => {
  await claim(MAIL, 'a', NOW);
  expect(await claim(MAIL, 'a', inSeconds(1))).toBe('claimed');
  expect(await entry()).toMatchObject({ attempts: 1, leaseUntil: inSeconds(30).toISOString() });
});

test('given a claimant that was never heard of again, then its claim is stale after the lease and nobody gets it', async () => {
  await claim(MAIL, 'a', NOW);
  expect(await claim(MAIL, 'b', inSeconds(29))).toBe('busy');
  expect(await claim(MAIL, 'b', inSeconds(31))).toBe('stale');
  expect(await entry()).toMatchObject({ status: 'CLAIMED', claimedBy: 'a' });
});

test.each([SENT, FAILED, UNKNOWN])('given a mail that is $status, then nobody gets it any more', async (settlement) => {
  await claim(MAIL, 'a', NOW);
  await settle(eventId, settlement, NOW);
  expect(await claim(MAIL, 'b', inSeconds(60))).toBe('settled');
  expect(await entry()).toMatchObject({ ...settlement, settledAt: NOW.toISOString() });
});

test('given a mail that was not sent for now, then the next delivery gets it', async () => {
  await claim(MAIL, 'a', NOW);
  await settle(eventId, RELEASED, NOW);
  expect(await claim(MAIL, 'b', inSeconds(90))).toBe('claimed');
  expect(await entry()).toMatchObject({ status: 'CLAIMED', claimedBy: 'b', attempts: 2 });
});

test('given an outcome that had to be assumed unknown, then the one who knows it writes it', async () => {
  await claim(MAIL, 'a', NOW);
  await settle(eventId, UNKNOWN, NOW);
  await settle(eventId, SENT, inSeconds(1));
  expect(await entry()).toMatchObject(SENT);
});

test.each([SENT, FAILED, RELEASED])(
  'given that a mail is known to be $status, then no guess changes it',
  async (known) => {
    await claim(MAIL, 'a', NOW);
    await settle(eventId, known, NOW);
    await settle(eventId, UNKNOWN, inSeconds(31));
    expect(await entry()).toMatchObject(known);
  },
);
