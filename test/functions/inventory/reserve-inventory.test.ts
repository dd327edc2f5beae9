import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as releaseInventory } from '../../../functions/inventory/release-inventory.ts';
import { stockKey } from '../../../core/item-keys.ts';
import { ORDER_ID } from '../../orders.ts';
import { PAYLOAD, type SagaUnderTest, sagaUnderTest, stockItem } from '../saga-under-test.ts';

let saga: SagaUnderTest;
beforeEach(async () => (saga = await sagaUnderTest()));
afterEach(() => saga.close());

test('given enough stock, then all lines are held, the order is INVENTORY_RESERVED and its event is written', async () => {
  expect(await saga.invoke(reserveInventory)).toEqual({ orderId: ORDER_ID, outcome: 'RESERVED' });

  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 2, committed: 0 });
  expect(await saga.stock('NOTEBOOK-A5')).toEqual({ available: 9, held: 1, committed: 0 });
  expect(await saga.hold()).toMatchObject({ status: 'HELD', items: [{ sku: 'MUG-BLUE', quantity: 2 }, {}] });
  expect(await saga.order()).toMatchObject({ status: 'INVENTORY_RESERVED', version: 2, hold: 'HELD' });
  expect((await saga.events())[1]).toMatchObject({
    type: 'InventoryReserved',
    causationId: `${ORDER_ID}-1/ReserveInventory#1`,
    data: { statusBefore: 'PENDING', statusAfter: 'INVENTORY_RESERVED' },
  });
});

test('costs one read and one transaction', async () => {
  await saga.invoke(reserveInventory);
  expect(saga.tables.calls()).toEqual(['GetCommand', 'TransactWriteCommand']);
});

test('given a second invocation, then it returns what the first recorded and holds nothing more', async () => {
  await saga.invoke(reserveInventory);
  expect(await saga.invoke(reserveInventory)).toEqual({ orderId: ORDER_ID, outcome: 'RESERVED' });
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 2, committed: 0 });
  expect(await saga.order()).toMatchObject({ version: 2 });
});

test('given two invocations at once, then both return RESERVED and the stock is held once', async () => {
  const outcomes = await Promise.all([saga.invoke(reserveInventory), saga.invoke(reserveInventory)]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['RESERVED', 'RESERVED']);
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 8, held: 2, committed: 0 });
});

test('given that the first invocation took the last units, then the second finds them recorded and not missing', async () => {
  await saga.tables.put('Inventory', stockItem('MUG-BLUE', 'Mug, blue', 1295, 2));
  const outcomes = await Promise.all([saga.invoke(reserveInventory), saga.invoke(reserveInventory)]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['RESERVED', 'RESERVED']);
});

describe('given too little of one line', () => {
  beforeEach(() => saga.tables.put('Inventory', stockItem('NOTEBOOK-A5', 'Notebook A5', 890, 0)));

  test('then InsufficientStock names it, nothing is held and the order is as it was', async () => {
    await expect(saga.invoke(reserveInventory)).rejects.toMatchObject({
      name: 'InsufficientStock',
      message: 'NOTEBOOK-A5',
    });
    expect(await saga.stock('MUG-BLUE')).toEqual({ available: 10, held: 0, committed: 0 });
    expect(await saga.order()).toMatchObject({ status: 'PENDING', version: 1 });
  });

  test('then a late invocation is refused too, even if goods have come in since', async () => {
    await expect(saga.invoke(reserveInventory)).rejects.toThrow();
    await saga.tables.put('Inventory', stockItem('NOTEBOOK-A5', 'Notebook A5', 890, 10));
    await expect(saga.invoke(reserveInventory)).rejects.toMatchObject({
      name: 'InsufficientStock',
      message: 'NOTEBOOK-A5',
    });
    expect(await saga.stock('NOTEBOOK-A5')).toEqual({ available: 10, held: 0, committed: 0 });
  });

  test('then the log says so as information: it is no failure', async () => {
    await expect(saga.invoke(reserveInventory)).rejects.toThrow();
    expect(saga.logs.lines()).toEqual([
      expect.objectContaining({ level: 'INFO', outcome: 'InsufficientStock', detail: 'NOTEBOOK-A5' }),
    ]);
  });
});

test('given a SKU without a stock item, then it is short', async () => {
  await saga.close();
  const { sku, ...line } = { sku: 'GONE' as never, name: 'Gone', quantity: 1, unitPriceMinor: 1 };
  saga = await sagaUnderTest({ items: [{ sku, ...line }] });
  await saga.tables.put('Inventory', { ...stockKey('GONE'), sku: 'GONE' });
  await expect(saga.invoke(reserveInventory)).rejects.toMatchObject({ name: 'InsufficientStock', message: 'GONE' });
});

test('given that the saga has released already, then a late invocation cannot hold stock any more', async () => {
  await saga.invoke(releaseInventory);
  await expect(saga.invoke(reserveInventory)).rejects.toMatchObject({ name: 'IllegalTransition' });
  expect(await saga.stock('MUG-BLUE')).toEqual({ available: 10, held: 0, committed: 0 });
});

test('given a payload without an order, then InvalidPayload names the field and nothing is called', async () => {
  await expect(saga.invoke(reserveInventory, { payloadVersion: 3, run: 1 })).rejects.toMatchObject({
    name: 'InvalidPayload',
    message: 'orderId is missing; it must be an order id (a UUID of version 5); payloadVersion must be 1 or 2.',
  });
  expect(saga.tables.calls()).toEqual([]);
});

test('given an order that does not exist, then OrderNotFound', async () => {
  const orderId = 'b877508c-d516-55cd-af20-000000000000';
  await expect(saga.invoke(reserveInventory, { ...PAYLOAD, orderId })).rejects.toMatchObject({ name: 'OrderNotFound' });
});

test('given that DynamoDB throttles, then StoreUnavailable, which the machine retries', async () => {
  const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  saga.tables.sdk.on(TransactWriteCommand as never).rejects(throttled);
  await expect(saga.invoke(reserveInventory)).rejects.toMatchObject({ name: 'StoreUnavailable', retryable: true });
});

test('logs the order and the step, and nothing personal', async () => {
  await saga.invoke(reserveInventory);
  expect(saga.logs.lines()).toEqual([
    expect.objectContaining({ orderId: ORDER_ID, step: 'ReserveInventory', run: 1, outcome: 'RESERVED' }),
  ]);
  expect(saga.logs.text()).not.toMatch(/Ada|example\.com|St James|tok_/);
});
