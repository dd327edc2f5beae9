import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { applyChange } from '../../../core/order-change.ts';
import type { Patience } from '../../../functions/shared/contention.ts';
import { dynamoDb } from '../../../functions/shared/dynamodb-client.ts';
import { OrderStore } from '../../../functions/shared/order-store.ts';
import { orderItem, eventItem } from '../../../core/order-item.ts';
import { CONTEXT, SAMPLE_CHANGES } from '../../order-changes.ts';
import { newOrder, ORDER_ID } from '../../orders.ts';
import { dynamoDbTables, type DynamoDbTables } from '../dynamodb-tables.ts';

let tables: DynamoDbTables;
let waits: number[];
let store: OrderStore;
beforeEach(async () => {
  tables = await dynamoDbTables();
  waits = [];
  const patience: Patience = {
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0.5,
  };
  store = new OrderStore('Orders', dynamoDb, patience);
});
afterEach(() => tables.close());

const RESERVE = { change: () => SAMPLE_CHANGES.InventoryReserved };
const STEP = { ...CONTEXT, step: { name: 'ReserveInventory', visit: 1, outcome: 'RESERVED' } } as const;

/** DynamoDB's answer when another transaction has one of the items. */
const conflict = (...codes: string[]) =>
  Object.assign(new Error('Transaction cancelled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('a new order', () => {
  test('is stored with its event, and found again with both', async () => {
    const made = newOrder();
    expect(await store.create(made)).toEqual({ order: made.order, created: true });
    expect(await store.findWithEvents(ORDER_ID)).toEqual({ order: made.order, events: [made.event] });
  });

  test('under an id that is taken leaves the first one as it was', async () => {
    const first = newOrder();
    await store.create(first);
    const second = newOrder({ paymentToken: 'tok_declined' });
    expect(await store.create(second)).toEqual({ order: first.order, created: false });
  });

  test('that nobody made is not found', async () => {
    expect(await store.find(ORDER_ID)).toBeUndefined();
    expect(await store.findWithEvents(ORDER_ID)).toBeUndefined();
    await expect(store.get(ORDER_ID)).rejects.toMatchObject({ name: 'OrderNotFound' });
  });
});

describe('a change', () => {
  test('guards the order by its version and status, and the event by its absence', async () => {
    const { order } = newOrder();
    await store.create(newOrder());
    await store.commit(order, RESERVE, STEP);
    const items = tables.sdk.commandCalls(TransactWriteCommand).at(-1)!.args[0].input.TransactItems!;
    expect(
      items.map(({ Put }) => [Put?.Item?.['sk'] as string, Put?.ConditionExpression, Put?.ExpressionAttributeValues]),
    ).toEqual([
      ['ORDER', 'version = :version AND #status = :status', { ':version': 1, ':status': 'PENDING' }],
      ['EVENT#000002', 'attribute_not_exists(pk)', undefined],
    ]);
  });

  test('of an order that has changed otherwise meanwhile is decided again on what is there now', async () => {
    const { order } = newOrder();
    await store.create(newOrder());
    await store.commit(order, { change: () => SAMPLE_CHANGES.CancellationRequested }, CONTEXT);
    const { order: changed } = await store.commit(order, RESERVE, STEP);
    expect(changed).toMatchObject({ status: 'INVENTORY_RESERVED', cancelRequested: true, version: 3 });
  });

  test('that the order has behind it returns what was recorded then', async () => {
    const { order } = newOrder();
    await store.create(newOrder());
    await store.commit(order, RESERVE, STEP);
    const again = await store.commit(order, RESERVE, { ...STEP, step: { ...STEP.step, outcome: 'ANOTHER' } });
    expect(again).toMatchObject({ outcome: 'RESERVED', repeated: true });
  });

  test('whose effect is refused throws what the effect says, and leaves order and event unwritten', async () => {
    const { order } = newOrder();
    await store.create(newOrder());
    const write = {
      Put: { TableName: 'Orders', Item: { pk: 'x', sk: 'x' }, ConditionExpression: 'attribute_exists(pk)' },
    };
    const effects = { of: () => [{ subject: 'X', write }], refusal: () => new Error('X is refused') };
    await expect(store.commit(order, { ...RESERVE, effects }, STEP)).rejects.toThrow('X is refused');
    expect(await store.findWithEvents(ORDER_ID)).toMatchObject({ order: { version: 1 }, events: [{ version: 1 }] });
  });

  test('gives up, to be retried, on an order that changes faster than it is decided', async () => {
    const { order } = newOrder();
    await store.create(newOrder());
    tables.sdk.on(TransactWriteCommand).rejects(conflict('ConditionalCheckFailed', 'None'));
    await expect(store.commit(order, RESERVE, STEP)).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});

describe('contention', () => {
  const { order } = newOrder();

  test('is waited out with full jitter: half of waits that double from 20 ms', async () => {
    await tables.put('Orders', orderItem(order));
    tables.sdk
      .on(TransactWriteCommand)
      .rejectsOnce(conflict('TransactionConflict', 'None', 'None'))
      .rejectsOnce(conflict('None', 'ThrottlingError'))
      .rejectsOnce(conflict('TransactionConflict'))
      .resolves({});
    expect(await store.commit(order, RESERVE, STEP)).toMatchObject({ outcome: 'RESERVED', repeated: false });
    expect(waits).toEqual([10, 20, 40]);
  });

  test('that does not end is StoreUnavailable, long before the function times out after 10 s', async () => {
    await tables.put('Orders', orderItem(order));
    tables.sdk.on(TransactWriteCommand).rejects(conflict('TransactionConflict'));
    await expect(store.commit(order, RESERVE, STEP)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      retryable: true,
    });
    expect(waits).toHaveLength(12);
    expect(2 * waits.reduce((total, wait) => total + wait, 0)).toBeLessThan(5_000);
  });

  test('beside a failed condition does not hide it', async () => {
    const { order: changed, event } = applyChange(order, SAMPLE_CHANGES.InventoryReserved, STEP);
    await tables.put('Orders', orderItem(changed));
    await tables.put('Orders', eventItem(event));
    tables.sdk.on(TransactWriteCommand).rejectsOnce(conflict('ConditionalCheckFailed', 'TransactionConflict'));
    expect(await store.commit(order, RESERVE, STEP)).toMatchObject({ outcome: 'RESERVED', repeated: true });
    expect(waits).toEqual([]);
  });

  test('is not what a validation error is: that is thrown as it came', async () => {
    await tables.put('Orders', orderItem(order));
    tables.sdk.on(TransactWriteCommand).rejects(conflict('ValidationError', 'None'));
    await expect(store.commit(order, RESERVE, STEP)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });
});
