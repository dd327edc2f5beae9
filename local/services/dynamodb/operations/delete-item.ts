import { authorizeTable, type Operation } from '../context.ts';
import { tableName } from '../request-constraints.ts';
import { writeItem, type WriteItemInput } from './write-item.ts';

export const deleteItem: Operation<WriteItemInput> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'DeleteItem', name);
  return writeItem(db, 'Delete', name, input, principal, ({ before }) =>
    input.ReturnValues === 'ALL_OLD' ? before : undefined,
  );
};
