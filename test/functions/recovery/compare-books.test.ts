import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { stockKey } from '../../../core/item-keys.ts';
import { asOrderId, paymentKeyOf } from '../../../core/ids.ts';
import type { StockItem } from '../../../core/stock.ts';
import { type ComparisonResult, handler } from '../../../functions/recovery/compare-books.ts';
import { cancelled, completed, edit, held, lived } from '../../core/snapshots.ts';
import { ORDER_ID } from '../../orders.ts';
import { type RecoveryUnderTest, recoveryUnderTest } from './recovery-fixture.ts';

let under: RecoveryUnderTest;
beforeEach(async () => {
  under = await recoveryUnderTest();
});
afterEach(() => under.close());

const compare = (remainingMs?: number) => under.run<ComparisonResult>(handler, {}, remainingMs);

test('books that agree say so', async () => {
  await under.given(completed());
  expect(await compare()).toEqual({ orders: 1, skus: 2, released: 0, violations: {}, drifts: 0 });
  expect(under.published()).toEqual([]);
});

test('empty books agree', async () => {
  expect(await compare()).toMatchObject({ orders: 0, skus: 0, violations: {}, drifts: 0 });
});

test('a refund that no order knows of is told once, with its keys, and not repaired', async () => {
  const { intents, ...rest } = completed();
  await under.given({ ...rest, intents: edit(intents, 0, { status: 'REFUNDED', refundedMinor: 3480 }) });
  under.tables.sdk.resetHistory();
  expect(await compare()).toMatchObject({ violations: { 'money-conserved': 1, 'payment-fits-ledger': 1 }, drifts: 2 });
  expect(await compare()).toMatchObject({ violations: { 'money-conserved': 1, 'payment-fits-ledger': 1 }, drifts: 0 });
  expect(under.published()).toMatchObject([
    { type: 'DriftDetected', data: { kind: 'money-conserved', keys: [ORDER_ID] } },
    { type: 'DriftDetected', data: { kind: 'payment-fits-ledger', keys: [ORDER_ID] } },
  ]);
  expect(JSON.stringify(under.published())).not.toMatch(/ada@example|Ada Lovelace|tok_visa/);
  expect(under.tables.sdk.commandCalls(TransactWriteCommand)).toEqual([]);
});

test('an order that was touched a quarter of an hour ago or later is not judged yet', async () => {
  const { intents: _lost, ...rest } = completed();
  await under.given(rest);
  under.at('2026-11-20T13:15:01.000Z');
  expect(await compare()).toMatchObject({ violations: {} });
  under.at('2026-11-20T13:15:01.001Z');
  expect(await compare()).toMatchObject({ violations: { 'money-conserved': 1 } });
});

test('money that was charged for an order that does not exist is found in the ledger', async () => {
  const stranger = asOrderId('11111111-1111-5111-8111-111111111111');
  const key = paymentKeyOf(stranger, 1);
  await under.given(completed());
  await under.given({ intents: [{ key, status: 'SUCCEEDED', chargedMinor: 100, refundedMinor: 0 }] });
  expect(await compare()).toMatchObject({ violations: { 'money-conserved': 1 } });
  expect(under.published()).toMatchObject([{ data: { keys: [stranger] } }]);
});

test('an event that is missing is drift too', async () => {
  const { events, ...rest } = completed();
  await under.given({ ...rest, events: events.slice(1) });
  expect(await compare()).toMatchObject({ violations: { 'versions-without-gap': 1 } });
});

describe('the stock of a SKU', () => {
  test('that does not add up, or that nobody holds, is told with the SKU', async () => {
    const { stock, ...rest } = completed();
    await under.given({ ...rest, stock: edit(stock, 0, { available: 5, held: 3 }) });
    expect(await compare()).toMatchObject({ violations: { 'held-is-in-holds': 1 } });
    expect(under.published()).toMatchObject([{ data: { kind: 'held-is-in-holds', keys: ['MUG-BLUE'] } }]);
  });

  test('that is missing while orders hold it is told too', async () => {
    const { stock, ...rest } = completed();
    await under.given({ ...rest, stock: stock.slice(1) });
    expect(await compare()).toMatchObject({ violations: { 'held-is-in-holds': 1 } });
  });

  test('that only looked different while goods were on the move is not told', async () => {
    const { stock, ...rest } = completed();
    await under.given({ ...rest, stock: edit(stock, 0, { available: 7, held: 1 }) });
    const { sku } = stock[0]!;
    // Before the second look the unit has gone back to the shelf.
    under.beforeScan('Inventory', 2, () => under.tables.put('Inventory', { ...stockKey(sku), ...stock[0]! }));
    expect(await compare()).toMatchObject({ violations: {}, drifts: 0 });
    expect(await under.tables.get<StockItem>('Inventory', stockKey(sku))).toMatchObject({ held: 0 });
  });
});

describe('a hold that outlived its order', () => {
  /** Cancelled by hand, past the saga: the goods are still held. */
  const outlived = () => {
    const { orders, events, ...rest } = cancelled();
    const still = edit(orders, 0, { hold: 'HELD' });
    return { ...rest, events, orders: still, ...held() };
  };

  test('is released, with an event, and nobody is called', async () => {
    await under.given(outlived());
    expect(await compare()).toMatchObject({ released: 1, violations: {}, drifts: 0 });
    const { hold, status, version } = await under.order();
    expect({ hold, status, version }).toEqual({
      hold: 'RELEASED',
      status: 'CANCELLED',
      version: outlived().orders[0]!.version + 1,
    });
    expect(await under.tables.get<StockItem>('Inventory', stockKey('MUG-BLUE'))).toMatchObject({
      available: 10,
      held: 0,
    });
    expect(await compare()).toMatchObject({ released: 0, violations: {} });
  });

  test('is released once by two comparisons at the same time', async () => {
    await under.given(outlived());
    const both = await Promise.all([compare(), compare()]);
    expect(both.map(({ violations }) => violations)).toEqual([{}, {}]);
    expect(await under.tables.get<StockItem>('Inventory', stockKey('MUG-BLUE'))).toMatchObject({
      available: 10,
      held: 0,
    });
  });

  test('whose goods are not there is told instead', async () => {
    const { stock, ...rest } = outlived();
    await under.given({ ...rest, stock: stock.map((item) => ({ ...item, available: 10, held: 0 })) });
    expect(await compare()).toMatchObject({
      released: 0,
      violations: { 'hold-fits-order': 1, 'held-is-in-holds': 2 },
    });
  });

  test('is left alone while its order is under way', async () => {
    await under.given({ ...completed(), ...lived(['InventoryReserved', 'PaymentConfirmed']), ...held(), bookings: [] });
    expect(await compare()).toMatchObject({ released: 0, violations: {} });
  });
});

test('hundreds of orders go through in pages, and drift names the first of its keys and counts the others', async () => {
  const { orders, events } = completed();
  const ids = Array.from({ length: 300 }, (_, n) =>
    asOrderId(`${String(n).padStart(8, '0')}-1111-5111-8111-111111111111`),
  );
  for (const orderId of ids) {
    await under.given({
      orders: [{ ...orders[0]!, orderId, hold: 'NONE', status: 'REJECTED' }],
      events: [],
    });
  }
  expect(events.length).toBeGreaterThan(0);
  const { violations } = await compare();
  expect(violations['versions-without-gap']).toBe(300);
  const event = under.published().find(({ data }) => data['kind'] === 'versions-without-gap');
  expect(event?.data['keys']).toHaveLength(200);
  expect(event?.data['detail']).toContain('100 keys are not named');
});

test('a comparison without time fails, for its alarm to be heard', async () => {
  await under.given(completed());
  await expect(compare(1000)).rejects.toThrow('no time left');
});
