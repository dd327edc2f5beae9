import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { holdKey } from '../../core/item-keys.ts';
import type { Order } from '../../core/order.ts';
import type { Hold } from '../../core/stock.ts';
import { type Patience, REAL_PATIENCE, readFromStore, writeUnlessRefused } from './contention.ts';
import { dynamoDb } from './dynamodb-client.ts';
import { requireEnvironment } from './require-environment.ts';
import { holdItem } from './stock-writes.ts';

/**
 * Writes that an order holds nothing and never will, where no hold exists yet: an invocation of ReserveInventory that
 * comes late finds it and cannot hold stock behind the saga's back. Nothing on the order changes, so there is no event.
 * @returns the hold as it stands: the new one, or the one that was there
 */
export async function closeHold(
  order: Order,
  hold: Pick<Hold, 'status' | 'shortages'>,
  patience: Patience = REAL_PATIENCE,
): Promise<Hold> {
  const closed: Hold = { orderId: order.orderId, ...hold, items: [] };
  const put = new PutCommand({
    TableName: requireEnvironment(ENVIRONMENT.ordersTable),
    Item: holdItem(order, closed),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  return (await writeUnlessRefused(() => dynamoDb.send(put), patience)) ? closed : readHold(order);
}

/**
 * Fences a hold: from now on its goods do not go out any more (ShipOrder commits a hold only if it is not frozen), so the
 * money can go back. An invocation of ShipOrder that comes late, or is still under way, fails at its last write.
 * @returns the hold as it stands; COMMITTED when the goods had gone out before
 */
export async function freezeHold(order: Order, patience: Patience = REAL_PATIENCE): Promise<Hold> {
  return updateHeld(order, 'SET frozen = :true', { ':true': true }, patience);
}

/**
 * Fences the visits of ShipOrder before this one: an invocation of theirs that comes late cannot commit the goods any more.
 * @returns the hold as it stands; COMMITTED when the goods had gone out before
 */
export async function fenceHold(order: Order, visit: number, patience: Patience = REAL_PATIENCE): Promise<Hold> {
  return updateHeld(order, 'SET fence = :visit', { ':visit': visit }, patience);
}

/** Changes a hold while it is HELD; either way returns it as it then stands. */
async function updateHeld(
  order: Order,
  UpdateExpression: string,
  values: Record<string, unknown>,
  patience: Patience,
): Promise<Hold> {
  const update = new UpdateCommand({
    TableName: requireEnvironment(ENVIRONMENT.ordersTable),
    Key: holdKey(order.orderId),
    UpdateExpression,
    ConditionExpression: '#status = :held',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ...values, ':held': 'HELD' },
    ReturnValues: 'ALL_NEW',
  });
  const written = await writeUnlessRefused(() => dynamoDb.send(update), patience);
  return written ? (written.Attributes as Hold & Record<string, unknown>) : readHold(order);
}

async function readHold(order: Order): Promise<Hold> {
  const TableName = requireEnvironment(ENVIRONMENT.ordersTable);
  const get = new GetCommand({ TableName, Key: holdKey(order.orderId), ConsistentRead: true });
  const { Item } = await readFromStore(() => dynamoDb.send(get));
  if (!Item) throw new Error(`Order ${order.orderId} has no hold, though it says ${order.hold}.`);
  return Item as Hold & Record<string, unknown>;
}
