import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { OrderEvent } from '../../core/events.ts';
import type { OrderId } from '../../core/ids.ts';
import type { InterventionRecord } from '../../core/intervention.ts';
import { orderPartition } from '../../core/item-keys.ts';
import { recordsIn } from '../../core/order-records.ts';
import type { Order } from '../../core/order.ts';
import type { LiveStack } from './live-stack.ts';

/** An order and everything that was written about it, oldest first. */
export interface OrderHistory {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
  readonly interventions: readonly InterventionRecord[];
}

/** Reads an order as of now from the table: one item collection, one consistent query. Undefined when there is none. */
export async function orderHistory(stack: LiveStack, orderId: OrderId): Promise<OrderHistory | undefined> {
  const query = {
    TableName: stack.outputs.OrdersTableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': orderPartition(orderId) },
    ConsistentRead: true,
  };
  const items: { sk: string }[] = [];
  for await (const { Items = [] } of paginateQuery({ client: stack.dynamoDb }, query)) {
    items.push(...(Items as { sk: string }[]));
  }
  const {
    orders: [order],
    events,
    interventions,
  } = recordsIn(items);
  return order && { order, events, interventions };
}
