import { handler as releaseInventory } from '../../../functions/inventory/release-inventory.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { ORDER_ID } from '../../orders.ts';
import { type SagaUnderTest, sagaUnderTest, stockItem } from '../saga-under-test.ts';

let saga: SagaUnderTest;
beforeEach(async () => (saga = await sagaUnderTest()));
afterEach(() => saga.close());

const UNTOUCHED = { available: 10, held: 0, committed: 0 };

test('given held stock, then it is available again, and the order and an event say so', async () => {
  await saga.invoke(reserveInventory);
  expect(await saga.invoke(releaseInventory)).toEqual({ orderId: ORDER_ID, outcome: 'RELEASED' });

  expect(await saga.stock('MUG-BLUE')).toEqual(UNTOUCHED);
  expect(await saga.hold()).toMatchObject({ status: 'RELEASED' });
  expect(await saga.order()).toMatchObject({ status: 'INVENTORY_RESERVED', version: 3, hold: 'RELEASED' });
  expect((await saga.events())[2]).toMatchObject({ type: 'InventoryReleased' });
});

test('given a second invocation, then nothing is given back twice', async () => {
  await saga.invoke(reserveInventory);
  await Promise.all([saga.invoke(releaseInventory), saga.invoke(releaseInventory)]);
  expect(await saga.invoke(releaseInventory)).toMatchObject({ outcome: 'RELEASED' });
  expect(await saga.stock('MUG-BLUE')).toEqual(UNTOUCHED);
  expect(await saga.order()).toMatchObject({ version: 3 });
});

test('given that nothing was held, then that is recorded without an event, as often as it is asked', async () => {
  expect(await saga.invoke(releaseInventory)).toMatchObject({ outcome: 'NOTHING_HELD' });
  expect(await saga.invoke(releaseInventory)).toMatchObject({ outcome: 'NOTHING_HELD' });
  expect(await saga.hold()).toMatchObject({ status: 'RELEASED', items: [] });
  expect(await saga.order()).toMatchObject({ status: 'PENDING', version: 1, hold: 'NONE' });
});

test('given a reservation at the same moment, then either way nothing stays held', async () => {
  await Promise.allSettled([saga.invoke(reserveInventory), saga.invoke(releaseInventory)]);
  expect(await saga.stock('MUG-BLUE')).toEqual(UNTOUCHED);
  expect(await saga.stock('NOTEBOOK-A5')).toEqual(UNTOUCHED);
});

test('given stock that does not hold what the order holds, then StockMismatch, and nothing is made up', async () => {
  await saga.invoke(reserveInventory);
  await saga.tables.put('Inventory', stockItem('MUG-BLUE', 'Mug, blue', 1295));
  await expect(saga.invoke(releaseInventory)).rejects.toMatchObject({
    name: 'StockMismatch',
    message: `Order ${ORDER_ID} holds stock that is not there: MUG-BLUE.`,
  });
  expect(await saga.order()).toMatchObject({ hold: 'HELD', version: 2 });
});
