import { AwsError } from '../../../aws-error.ts';
import type { Principal } from '../../../aws-service.ts';
import { CapacityPerTable, readUnits, wantedCapacity } from '../capacity.ts';
import type { DynamoDb, Operation } from '../context.ts';
import { CONDITION_FAILED, validationError } from '../errors.ts';
import { type Change, commit } from '../items/change-set.ts';
import { changeOf, conditionHolds, locate, readWriteAction, type WriteAction } from '../items/write-action.ts';
import { CONFLICT } from '../ongoing-transactions.ts';
import { fingerprintOf } from '../transaction-tokens.ts';
import { itemSize } from '../values/item-size.ts';
import { cancelled, NO_REASON, type Reason } from './cancelled-transaction.ts';
import {
  authorizeAll,
  checkParameters,
  type ReadElement,
  readElement,
  type TransactWriteItemsInput,
} from './transact-elements.ts';
import { collectionMetrics } from './write-item.ts';

/** The items of one transaction, together. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Planned {
  readonly action: WriteAction;
  readonly returnOld: boolean;
  /** Where the item is kept, or why that cannot be said. */
  readonly storeKey: string | Reason;
}

export const transactWriteItems: Operation<TransactWriteItemsInput> = async (db, input, principal) => {
  checkParameters(input);
  const elements = (input.TransactItems ?? []).map((element, position) => readElement(element, position));
  authorizeAll(db, principal, elements);
  const planned = elements.map((element) => plan(db, element));
  checkDistinct(planned);
  const token = input.ClientRequestToken;
  const fingerprint = token === undefined ? undefined : fingerprintOf(input.TransactItems);
  if (token !== undefined && fingerprint !== undefined && db.tokens.isRepeated(token, fingerprint)) {
    await db.host.store.flushed();
    return respond(input, planned, repeatedCapacity(db, input, planned));
  }
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  const capacity = detail && new CapacityPerTable(detail, 'WriteCapacityUnits');
  const changes = changesOrCancellation(db, planned, principal, capacity);
  if (changes instanceof AwsError) {
    // What the conditions saw may still be on its way to the disk, and the answer tells of it.
    await db.host.store.flushed();
    throw changes;
  }
  const keptToken = token !== undefined && fingerprint !== undefined ? [db.tokens.keep(token, fingerprint)] : [];
  await db.ongoing.during(storeKeysOf(planned), commit(db, changes, keptToken));
  return respond(input, planned, capacity);
};

function plan(db: DynamoDb, { kind, name, input }: ReadElement): Planned {
  const action = readWriteAction(db, kind, name, input);
  const returnOld = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  try {
    return { action, returnOld, storeKey: locate(action) };
  } catch (error) {
    return { action, returnOld, storeKey: invalid(error) };
  }
}

/** What is wrong with one action only becomes its reason; any other error is one of the whole request. */
function invalid(error: unknown): Reason {
  if (error instanceof AwsError && error.code === 'ValidationException') {
    return { Code: 'ValidationError', Message: error.message };
  }
  throw error;
}

function checkDistinct(planned: readonly Planned[]): void {
  const seen = new Set<string>();
  for (const { storeKey } of planned) {
    if (typeof storeKey !== 'string') continue;
    if (seen.has(storeKey)) {
      throw validationError('Transaction request cannot include multiple operations on one item');
    }
    seen.add(storeKey);
  }
}

function storeKeysOf(planned: readonly Planned[]): string[] {
  return planned.map(({ storeKey }) => storeKey as string);
}

/**
 * The changes of all actions, or the cancellation. Not async: even the turn that an `await` takes would let somebody write
 * between the check and the commit that follows.
 */
function changesOrCancellation(
  db: DynamoDb,
  planned: readonly Planned[],
  principal: Principal,
  capacity: CapacityPerTable | undefined,
): Change[] | AwsError {
  const changes: Change[] = [];
  let bytes = 0;
  const reasons = planned.map((plan) => {
    const outcome = evaluate(db, plan, principal);
    if (!('storeKey' in outcome)) return outcome;
    changes.push({ ...outcome, capacity: capacity?.of(plan.action.table.name) });
    if (outcome.afterJson !== undefined) bytes += outcome.afterJson.length;
    return NO_REASON;
  });
  if (reasons.some((reason) => reason !== NO_REASON)) return cancelled(reasons);
  if (bytes > MAX_BYTES / 2) checkTotalSize(changes);
  return changes;
}

function evaluate(db: DynamoDb, { action, returnOld, storeKey }: Planned, principal: Principal): Change | Reason {
  if (typeof storeKey !== 'string') return storeKey;
  if (db.ongoing.conflictsWith(storeKey, principal)) return CONFLICT;
  const before = db.items.get(storeKey);
  if (!conditionHolds(action, before)) {
    const reason = { Code: 'ConditionalCheckFailed', Message: CONDITION_FAILED };
    return returnOld && before ? { ...reason, Item: before } : reason;
  }
  if (action.kind === 'ConditionCheck') {
    return { table: action.table, storeKey, before: undefined, after: undefined, afterJson: undefined };
  }
  try {
    return changeOf(action, storeKey, before);
  } catch (error) {
    return invalid(error);
  }
}

function checkTotalSize(changes: readonly Change[]): void {
  const bytes = changes.reduce((sum, { after }) => sum + (after ? itemSize(after) : 0), 0);
  if (bytes > MAX_BYTES) {
    throw validationError('The aggregate size of the items in the transaction exceeds the limit of 4 MB');
  }
}

/** A repeated request reads, and pays for reading, what it wrote the first time. */
function repeatedCapacity(
  db: DynamoDb,
  input: TransactWriteItemsInput,
  planned: readonly Planned[],
): CapacityPerTable | undefined {
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  if (!detail) return undefined;
  const capacity = new CapacityPerTable(detail, 'ReadCapacityUnits');
  for (const { action, storeKey } of planned) {
    const item = typeof storeKey === 'string' ? db.items.get(storeKey) : undefined;
    capacity.of(action.table.name).read(readUnits(item ? itemSize(item) : 0, true));
  }
  return capacity;
}

function respond(
  input: TransactWriteItemsInput,
  planned: readonly Planned[],
  capacity: CapacityPerTable | undefined,
): object {
  if (!capacity && input.ReturnItemCollectionMetrics !== 'SIZE') return {};
  const metrics: Record<string, object[]> = {};
  for (const { action } of planned) {
    if (action.table.hasLocalIndexes) (metrics[action.table.name] ??= []).push(collectionMetrics(action));
  }
  return {
    ...(capacity ? { ConsumedCapacity: capacity.report() } : {}),
    ...(input.ReturnItemCollectionMetrics === 'SIZE' ? { ItemCollectionMetrics: metrics } : {}),
  };
}
