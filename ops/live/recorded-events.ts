import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { OrderEvent } from '../../core/events.ts';
import { EVENT_SORT_PREFIX } from '../../core/item-keys.ts';
import type { EventType } from '../../core/lifecycle.ts';
import { type EventItem, eventOf } from '../../core/order-item.ts';
import type { LiveStack } from './live-stack.ts';

export interface TimeSpan {
  /** Epoch milliseconds, both included. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The events that were recorded in a time span, in no order across orders (who consumes them orders by version). No index has
 * events by time, since that would cost every order a write: the whole table is read, and paid for.
 */
export async function* recordedEvents(
  stack: LiveStack,
  { fromMs, toMs }: TimeSpan,
  type?: EventType,
): AsyncGenerator<OrderEvent[]> {
  const query = {
    TableName: stack.outputs.OrdersTableName,
    FilterExpression: `begins_with(sk, :event) AND occurredAt BETWEEN :from AND :to${type === undefined ? '' : ' AND #type = :type'}`,
    ...(type !== undefined && { ExpressionAttributeNames: { '#type': 'type' } }),
    ExpressionAttributeValues: {
      ':event': EVENT_SORT_PREFIX,
      ':from': new Date(fromMs).toISOString(),
      ':to': new Date(toMs).toISOString(),
      ...(type !== undefined && { ':type': type }),
    },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateScan({ client: stack.dynamoDb }, query)) {
    yield (Items as EventItem[]).map(eventOf);
  }
}
