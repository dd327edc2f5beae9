import { AwsError } from '../../../aws-error.ts';
import { CapacityPerTable, readUnits, type ReturnConsumedCapacity, wantedCapacity } from '../capacity.ts';
import { authorizeTable, type DynamoDb, type Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { type Projector, projector } from '../expressions/projection.ts';
import { type ExpressionInput, readExpressions } from '../expressions/request-expressions.ts';
import { itemKey } from '../items/item-store.ts';
import { CONFLICT } from '../ongoing-transactions.ts';
import { Constraints, RETURN_CONSUMED_CAPACITY, tableName } from '../request-constraints.ts';
import { checkKeyShape, checkKeyValues } from '../tables/key-validation.ts';
import { itemSize } from '../values/item-size.ts';
import { acceptItem } from '../values/validation.ts';
import { cancelled, NO_REASON } from './cancelled-transaction.ts';

const MAX_ITEMS = 100;

interface GetInput extends ExpressionInput {
  readonly TableName?: string;
  readonly Key?: unknown;
}

interface TransactGetItemsInput {
  readonly TransactItems?: readonly { readonly Get?: GetInput }[];
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

export const transactGetItems: Operation<TransactGetItemsInput> = async (db, input, principal) => {
  checkParameters(input);
  const gets = (input.TransactItems ?? []).map(({ Get }) => Get as GetInput);
  for (const name of new Set(gets.map(({ TableName }) => tableName(TableName)))) {
    authorizeTable(db, principal, 'GetItem', name);
  }
  const planned = gets.map((get) => plan(db, get));
  checkPlanned(planned);
  const conflicts = planned.map(({ storeKey }) =>
    db.ongoing.conflictsWith(storeKey as string, principal) ? CONFLICT : NO_REASON,
  );
  const items = planned.map(({ storeKey }) => db.items.get(storeKey as string));
  await db.host.store.flushed();
  if (conflicts.includes(CONFLICT)) throw cancelled(conflicts);
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  const capacity = detail && new CapacityPerTable(detail, 'ReadCapacityUnits');
  const responses = items.map((item, position) => {
    const { table, project } = planned[position] as Planned;
    capacity?.of(table).read(readUnits(item ? itemSize(item) : 0, true));
    return item ? { Item: project ? project(item) : item } : {};
  });
  return { Responses: responses, ...(capacity ? { ConsumedCapacity: capacity.report() } : {}) };
};

function checkParameters(input: TransactGetItemsInput): void {
  const constraints = new Constraints()
    .notNull(input.TransactItems, 'transactItems')
    .length(input.TransactItems, 'transactItems', 1, MAX_ITEMS)
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY);
  (input.TransactItems ?? []).forEach(({ Get }, position) => {
    const path = `transactItems.${String(position + 1)}.member.get`;
    constraints.notNull(Get, path);
    if (Get) constraints.notNull(Get.Key, `${path}.key`);
  });
  constraints.check();
}

interface Planned {
  readonly table: string;
  readonly storeKey: string | undefined;
  /** Why the key is none of this table. */
  readonly invalid: string | undefined;
  readonly project: Projector | undefined;
}

function plan(db: DynamoDb, get: GetInput): Planned {
  const key = acceptItem(get.Key);
  const { projection, placeholders } = readExpressions(get, ['ProjectionExpression']);
  const table = db.tables.get(tableName(get.TableName));
  checkKeyValues(table.keys, key);
  const project = projection && projector(projection, placeholders.names);
  try {
    checkKeyShape(table.keys, key);
    return { table: table.name, storeKey: itemKey(table, key), invalid: undefined, project };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { table: table.name, storeKey: undefined, invalid: error.message, project };
  }
}

function checkPlanned(planned: readonly Planned[]): void {
  const keys = planned.flatMap(({ storeKey }) => storeKey ?? []);
  if (new Set(keys).size < keys.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
  if (planned.every(({ invalid }) => invalid === undefined)) return;
  throw cancelled(
    planned.map(({ invalid }) => (invalid === undefined ? NO_REASON : { Code: 'ValidationError', Message: invalid })),
  );
}
