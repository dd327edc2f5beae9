import type { Principal } from '../../../aws-service.ts';
import { Capacity, type ReturnConsumedCapacity, wantedCapacity } from '../capacity.ts';
import type { DynamoDb } from '../context.ts';
import { conditionalCheckFailed, validationError } from '../errors.ts';
import { type Change, commit } from '../items/change-set.ts';
import { checkUpdateSize } from '../items/update-size.ts';
import {
  changeOf,
  conditionHolds,
  locate,
  mayBeLarge,
  readWriteAction,
  type WriteAction,
  type WriteInput,
} from '../items/write-action.ts';
import {
  Constraints,
  RETURN_CONSUMED_CAPACITY,
  RETURN_ITEM_COLLECTION_METRICS,
  RETURN_ON_FAILURE,
  RETURN_VALUES,
} from '../request-constraints.ts';
import { transactionConflict } from '../ongoing-transactions.ts';
import type { Item } from '../values/attribute-value.ts';

/** The parameters that PutItem, UpdateItem and DeleteItem share. */
export interface WriteItemInput extends WriteInput {
  readonly TableName?: string;
  readonly ReturnValues?: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW';
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
  readonly ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** Writes one item under its condition; `attributes` picks what the response shows of it. */
export async function writeItem(
  db: DynamoDb,
  kind: 'Put' | 'Update' | 'Delete',
  tableName: string,
  input: WriteItemInput,
  principal: Principal,
  attributes: (change: Change, action: WriteAction) => Item | undefined,
): Promise<object> {
  checkParameters(kind, input);
  const action = readWriteAction(db, kind, tableName, input);
  const storeKey = locate(action);
  if (db.ongoing.conflictsWith(storeKey, principal)) {
    // Whoever tries again on this answer comes when the transaction has ended.
    await db.host.store.flushed();
    throw transactionConflict();
  }
  const before = db.items.get(storeKey);
  if (!conditionHolds(action, before)) {
    // What the condition saw may still be on its way to the disk, and the answer tells of it.
    await db.host.store.flushed();
    throw conditionalCheckFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined);
  }
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  const capacity = detail && new Capacity(action.table.name);
  const change = changeOf(action, storeKey, before);
  if (kind === 'Update' && change.after && mayBeLarge(change.afterJson ?? '')) checkUpdateSize(action, change.after);
  await commit(db, [{ ...change, capacity }]);
  const shown = attributes(change, action);
  return {
    ...(shown ? { Attributes: shown } : {}),
    ...(capacity && detail ? { ConsumedCapacity: capacity.report(detail) } : {}),
    ...(input.ReturnItemCollectionMetrics === 'SIZE' && action.table.hasLocalIndexes
      ? { ItemCollectionMetrics: collectionMetrics(action) }
      : {}),
  };
}

function checkParameters(kind: string, input: WriteItemInput): void {
  const constraints = new Constraints();
  constraints
    .notNull(kind === 'Put' ? input.Item : input.Key, kind === 'Put' ? 'item' : 'key')
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY)
    .oneOf(input.ReturnItemCollectionMetrics, 'returnItemCollectionMetrics', RETURN_ITEM_COLLECTION_METRICS)
    .oneOf(input.ReturnValues, 'returnValues', RETURN_VALUES)
    .oneOf(input.ReturnValuesOnConditionCheckFailure, 'returnValuesOnConditionCheckFailure', RETURN_ON_FAILURE)
    .check();
  if (kind !== 'Update' && input.ReturnValues && input.ReturnValues !== 'NONE' && input.ReturnValues !== 'ALL_OLD') {
    throw validationError('Return values set to invalid value');
  }
}

/** Item collections are not measured: their limit of 10 GB is far away here, and the estimate is the lowest range. */
export function collectionMetrics({ table, given }: WriteAction): object {
  const { name } = table.keys.partition;
  return { ItemCollectionKey: { [name]: given[name] }, SizeEstimateRangeGB: [0, 1] };
}
