import { CapacityPerTable, type ReturnConsumedCapacity, wantedCapacity } from '../capacity.ts';
import { authorizeTable, type DynamoDb, type Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { type Change, commit } from '../items/change-set.ts';
import { changeOf, locate, readWriteAction, type WriteAction } from '../items/write-action.ts';
import {
  Constraints,
  RETURN_CONSUMED_CAPACITY,
  RETURN_ITEM_COLLECTION_METRICS,
  tableName,
} from '../request-constraints.ts';
import { checkIndexKeyTypes, keyMismatch } from '../tables/key-validation.ts';
import { keyAttributes } from '../tables/table.ts';
import { collectionMetrics } from './write-item.ts';

/** Requests in one batch. */
const MAX_REQUESTS = 25;

interface WriteRequest {
  readonly PutRequest?: { readonly Item?: unknown };
  readonly DeleteRequest?: { readonly Key?: unknown };
}

interface BatchWriteItemInput {
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
  readonly ReturnItemCollectionMetrics?: 'SIZE' | 'NONE';
}

export const batchWriteItem: Operation<BatchWriteItemInput> = async (db, input, principal) => {
  const requests = Object.entries(input.RequestItems ?? {});
  for (const [table] of requests) authorizeTable(db, principal, 'BatchWriteItem', tableName(table));
  checkParameters(input, requests);
  const actions = requests.flatMap(([table, writes]) => writes.map((write) => readAction(db, table, write)));
  const storeKeys = actions.map(locate);
  if (new Set(storeKeys).size < storeKeys.length) {
    throw validationError('Provided list of item keys contains duplicates');
  }
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  const capacity = detail && new CapacityPerTable(detail);
  const changes = actions.map((action, position): Change => {
    const storeKey = storeKeys[position] as string;
    return {
      ...changeOf(action, storeKey, db.items.get(storeKey)),
      capacity: capacity?.of(action.table.name),
    };
  });
  // DynamoDB promises less (each request for itself); all at once is one of the outcomes that it allows.
  await commit(db, changes);
  return {
    UnprocessedItems: {},
    ...(capacity ? { ConsumedCapacity: capacity.report() } : {}),
    ...(input.ReturnItemCollectionMetrics === 'SIZE' ? { ItemCollectionMetrics: metrics(actions) } : {}),
  };
};

function checkParameters(input: BatchWriteItemInput, requests: readonly [string, readonly WriteRequest[]][]): void {
  const constraints = new Constraints()
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY)
    .oneOf(input.ReturnItemCollectionMetrics, 'returnItemCollectionMetrics', RETURN_ITEM_COLLECTION_METRICS);
  if (requests.some(([, writes]) => writes.length < 1 || writes.length > MAX_REQUESTS)) {
    constraints.add(
      input.RequestItems,
      'requestItems',
      `Map value must satisfy constraint: [Member must have length less than or equal to ${String(MAX_REQUESTS)}, Member must have length greater than or equal to 1]`,
    );
  }
  constraints.check();
  if (requests.length === 0) throw validationError('The requestItems parameter is required for BatchWriteItem');
  const count = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
  if (count > MAX_REQUESTS) throw validationError('Too many items requested for the BatchWriteItem call');
}

function readAction(db: DynamoDb, table: string, { PutRequest, DeleteRequest }: WriteRequest): WriteAction {
  if (PutRequest && DeleteRequest) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (!PutRequest && !DeleteRequest) {
    throw validationError('Supplied WriteRequest is empty, must contain exactly one of PutRequest or DeleteRequest');
  }
  const name = tableName(table);
  if (DeleteRequest) return readWriteAction(db, 'Delete', name, DeleteRequest);
  const action = readWriteAction(db, 'Put', name, PutRequest ?? {});
  const { keys } = action.table;
  // A batch says of the item of a put what it says of a key.
  if (keyAttributes(keys).some(({ name: key, type }) => action.given[key]?.[type] === undefined)) throw keyMismatch();
  checkIndexKeyTypes(action.table, action.given);
  return action;
}

function metrics(actions: readonly WriteAction[]): Record<string, object[]> {
  const perTable: Record<string, object[]> = {};
  for (const action of actions) {
    if (action.table.hasLocalIndexes) (perTable[action.table.name] ??= []).push(collectionMetrics(action));
  }
  return perTable;
}
