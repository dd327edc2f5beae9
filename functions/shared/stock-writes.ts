import { ENVIRONMENT } from '../../core/environment.ts';
import { HoldClosedError, StockMismatchError } from '../../core/errors.ts';
import { holdKey, stockKey } from '../../core/item-keys.ts';
import type { Order, OrderLine } from '../../core/order.ts';
import type { Hold } from '../../core/stock.ts';
import type { Effect, TransactWrite } from './order-store.ts';
import { requireEnvironment } from './require-environment.ts';

export const HOLD_SUBJECT = 'HOLD';

/** Where units of stock can be; they only ever move from one place to another, so their sum stays. */
type Place = 'available' | 'held' | 'committed';

/** Holds every line and writes the hold: all of it or nothing, and once for ever. */
export function holdStock(order: Order): readonly Effect[] {
  const put: TransactWrite = {
    Put: {
      TableName: requireEnvironment(ENVIRONMENT.ordersTable),
      Item: holdItem(order, { status: 'HELD', items: linesOf(order) }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  return [...move(order, 'available', 'held'), { subject: HOLD_SUBJECT, write: put }];
}

/** Gives back what the order holds. */
export function releaseStock(order: Order): readonly Effect[] {
  return [...move(order, 'held', 'available'), endHold(order, 'RELEASED')];
}

/**
 * Takes what the order holds out of the house for good, unless the saga has begun to go back, or has sent the order to its
 * shipping another time: then this visit comes late.
 */
export function commitStock(order: Order, visit: number): readonly Effect[] {
  const unlessFenced = ' AND attribute_not_exists(frozen) AND (attribute_not_exists(fence) OR fence <= :visit)';
  return [...move(order, 'held', 'committed'), endHold(order, 'COMMITTED', unlessFenced, { ':visit': visit })];
}

/** Why what an order holds could not be moved. */
export function whyNotMoved(refused: readonly Effect[], order: Order): Error {
  const subjects = refused.map(({ subject }) => subject);
  if (subjects.includes(HOLD_SUBJECT))
    return new HoldClosedError(`The hold of order ${order.orderId} is closed or frozen.`);
  return new StockMismatchError(`Order ${order.orderId} holds stock that is not there: ${subjects.join(', ')}.`);
}

/** A HOLD item. */
export function holdItem(order: Order, hold: Omit<Hold, 'orderId'>): Record<string, unknown> {
  return { ...holdKey(order.orderId), orderId: order.orderId, ...hold };
}

/** What an order takes of each SKU; its lines are merged, so every SKU is one item of the transaction, as it must be. */
export function linesOf(order: Order): { sku: OrderLine['sku']; quantity: number }[] {
  return order.items.map(({ sku, quantity }) => ({ sku, quantity }));
}

function move(order: Order, from: Place, to: Place): readonly Effect[] {
  const TableName = requireEnvironment(ENVIRONMENT.inventoryTable);
  return linesOf(order).map(({ sku, quantity }) => ({
    subject: sku,
    write: {
      Update: {
        TableName,
        Key: stockKey(sku),
        UpdateExpression: 'SET #from = #from - :quantity, #to = #to + :quantity',
        // Fails for a SKU that does not exist too: the comparison with a missing attribute is false.
        ConditionExpression: '#from >= :quantity',
        ExpressionAttributeNames: { '#from': from, '#to': to },
        ExpressionAttributeValues: { ':quantity': quantity },
      },
    },
  }));
}

function endHold(
  order: Order,
  status: 'RELEASED' | 'COMMITTED',
  alsoRequired = '',
  values: Readonly<Record<string, unknown>> = {},
): Effect {
  const write: TransactWrite = {
    Update: {
      TableName: requireEnvironment(ENVIRONMENT.ordersTable),
      Key: holdKey(order.orderId),
      UpdateExpression: 'SET #status = :status',
      ConditionExpression: `#status = :held${alsoRequired}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status, ':held': 'HELD', ...values },
    },
  };
  return { subject: HOLD_SUBJECT, write };
}
