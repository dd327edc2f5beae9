import { Capacity, type ReturnConsumedCapacity, readUnits, wantedCapacity } from '../capacity.ts';
import { authorizeTable, type Operation } from '../context.ts';
import { projector } from '../expressions/projection.ts';
import { type ExpressionInput, readExpressions } from '../expressions/request-expressions.ts';
import { itemKey } from '../items/item-store.ts';
import { Constraints, RETURN_CONSUMED_CAPACITY, tableName } from '../request-constraints.ts';
import { checkKey } from '../tables/key-validation.ts';
import { itemSize } from '../values/item-size.ts';
import { acceptItem } from '../values/validation.ts';

interface GetItemInput extends ExpressionInput {
  readonly TableName?: string;
  readonly Key?: unknown;
  readonly ConsistentRead?: boolean;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

export const getItem: Operation<GetItemInput> = async (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'GetItem', name);
  new Constraints()
    .notNull(input.Key, 'key')
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY)
    .check();
  const key = acceptItem(input.Key);
  const { projection, placeholders } = readExpressions(input, ['ProjectionExpression']);
  const table = db.tables.get(name);
  checkKey(table.keys, key);
  const item = db.items.get(itemKey(table, key));
  // The item may still be on its way to the disk; nobody may learn of what a crash could take back.
  await db.host.store.flushed();
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  const capacity = detail && new Capacity(name);
  capacity?.read(readUnits(item ? itemSize(item) : 0, input.ConsistentRead === true));
  const shown = item && projection ? projector(projection, placeholders.names)(item) : item;
  return {
    ...(shown ? { Item: shown } : {}),
    ...(capacity && detail ? { ConsumedCapacity: capacity.report(detail) } : {}),
  };
};
