import { ENVIRONMENT } from '../../core/environment.ts';
import type { OrderEvent } from '../../core/events.ts';
import { eventKey, holdKey, intentKey, orderKey, stockKey, bookingKey } from '../../core/item-keys.ts';
import { type EventItem, eventOf, orderItem, eventItem, type OrderItem, orderOf } from '../../core/order-item.ts';
import type { NewOrder } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import { paymentKeyOf, shipmentKeyOf } from '../../core/ids.ts';
import type { Hold, StockItem } from '../../core/stock.ts';
import { newOrder, ORDER_ID } from '../orders.ts';
import { captureLogs, type CapturedLogs } from './capture-logs.ts';
import { type AroundCall, dynamoDbTables, type DynamoDbTables } from './dynamodb-tables.ts';
import { lambdaContext } from './lambda-context.ts';

export const PAYLOAD = { payloadVersion: 2, orderId: ORDER_ID, run: 1 };
export const PAYMENT_KEY = paymentKeyOf(ORDER_ID, 1);
export const SHIPMENT_KEY = shipmentKeyOf(ORDER_ID, 1);

type Handler = (payload: never, context: never) => Promise<unknown>;

/** Tables with one PENDING order and its stock, and the steps of the saga to invoke on it. */
export interface SagaUnderTest {
  readonly tables: DynamoDbTables;
  readonly logs: CapturedLogs;
  /** Invokes a step as the state machine does. */
  invoke(handler: unknown, payload?: object): Promise<{ orderId: string; outcome: string }>;
  order(): Promise<Order>;
  events(): Promise<OrderEvent[]>;
  hold(): Promise<Hold | undefined>;
  stock(sku: string): Promise<Pick<StockItem, 'available' | 'held' | 'committed'>>;
  intent(): Promise<Record<string, unknown> | undefined>;
  booking(): Promise<Record<string, unknown> | undefined>;
  /** Begins anew with another order and full stock. */
  restart(overrides: Partial<NewOrder>): Promise<void>;
  close(): Promise<void>;
}

/** @param overrides of the order; its lines are two MUG-BLUE and one NOTEBOOK-A5, of which there are ten each */
export async function sagaUnderTest(
  overrides: Partial<NewOrder> = {},
  aroundCall?: AroundCall,
): Promise<SagaUnderTest> {
  Object.assign(process.env, {
    [ENVIRONMENT.paymentProvider]: 'sandbox',
    [ENVIRONMENT.carrier]: 'sandbox',
    [ENVIRONMENT.paymentSuccessRate]: '1',
    [ENVIRONMENT.carrierSuccessRate]: '1',
  });
  const logs = captureLogs();
  // No step of the saga reads an index.
  const tables = await dynamoDbTables(aroundCall, false);
  await fill(tables, overrides);
  return {
    tables,
    logs,
    invoke: (handler, payload = PAYLOAD) =>
      (handler as Handler)(payload as never, lambdaContext() as never) as Promise<{ orderId: string; outcome: string }>,
    order: async () => orderOf((await tables.get<OrderItem>('Orders', orderKey(ORDER_ID)))!),
    async events() {
      const { version } = orderOf((await tables.get<OrderItem>('Orders', orderKey(ORDER_ID)))!);
      const items = await Promise.all(
        Array.from({ length: version }, (_, index) => tables.get<EventItem>('Orders', eventKey(ORDER_ID, index + 1))),
      );
      return items.map((item) => eventOf(item!));
    },
    hold: () => tables.get<Hold>('Orders', holdKey(ORDER_ID)),
    async stock(sku) {
      const { available, held, committed } = (await tables.get<StockItem>('Inventory', stockKey(sku)))!;
      return { available, held, committed };
    },
    intent: () => tables.get('Payments', intentKey(PAYMENT_KEY)),
    booking: () => tables.get('Shipments', bookingKey(SHIPMENT_KEY)),
    async restart(others) {
      // What was called and logged in thousands of walks would fill the memory.
      tables.sdk.resetHistory();
      logs.clear();
      await tables.clear();
      await fill(tables, others);
    },
    async close() {
      await tables.close();
      logs.restore();
    },
  };
}

async function fill(tables: DynamoDbTables, overrides: Partial<NewOrder>): Promise<void> {
  const { order, event } = newOrder(overrides);
  await tables.put('Orders', orderItem(order));
  await tables.put('Orders', eventItem(event));
  for (const { sku, name, unitPriceMinor } of order.items)
    await tables.put('Inventory', stockItem(sku, name, unitPriceMinor));
}

/** A SKU of which ten came in and none was sold. */
export function stockItem(sku: string, name: string, priceMinor: number, units = 10): object {
  const counts = { received: units, available: units, held: 0, committed: 0, adjusted: 0, lowStockThreshold: 2 };
  return { ...stockKey(sku), sku, name, priceMinor, currency: 'EUR', ...counts };
}
