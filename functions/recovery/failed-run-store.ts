import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { type FailedRun, type FailedRunItem, failedRunItem, failedRunOf } from '../../core/failed-run.ts';
import type { OrderId } from '../../core/ids.ts';
import { failedRunKey } from '../../core/item-keys.ts';
import { type Patience, REAL_PATIENCE, readFromStore, writeUnlessRefused } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

/** An entry of the failed list, or undefined (a consistent read). */
export async function findFailedRun(orderId: OrderId, run: number): Promise<FailedRun | undefined> {
  const get = new GetCommand({ TableName: table(), Key: failedRunKey(orderId, run), ConsistentRead: true });
  const { Item } = await readFromStore(() => dynamoDb.send(get));
  return Item && failedRunOf(Item as FailedRunItem);
}

/**
 * Puts an execution on the failed list. Events come more than once and in any order: one that is older than what the list
 * says changes nothing.
 * @returns whether the list has changed
 */
export async function putFailedRun(failed: FailedRun, patience: Patience = REAL_PATIENCE): Promise<boolean> {
  const put = new PutCommand({
    TableName: table(),
    Item: failedRunItem(failed),
    ConditionExpression: 'attribute_not_exists(pk) OR stoppedAt < :stoppedAt',
    ExpressionAttributeValues: { ':stoppedAt': failed.stoppedAt },
  });
  return (await writeUnlessRefused(() => dynamoDb.send(put), patience)) !== undefined;
}

/** Takes an entry off the list, unless the execution has failed once more since it was read. */
export async function removeFailedRun(
  { orderId, run, stoppedAt }: FailedRun,
  patience: Patience = REAL_PATIENCE,
): Promise<boolean> {
  const remove = new DeleteCommand({
    TableName: table(),
    Key: failedRunKey(orderId, run),
    ConditionExpression: 'stoppedAt = :stoppedAt',
    ExpressionAttributeValues: { ':stoppedAt': stoppedAt },
  });
  return (await writeUnlessRefused(() => dynamoDb.send(remove), patience)) !== undefined;
}

function table(): string {
  return requireEnvironment(ENVIRONMENT.ordersTable);
}
