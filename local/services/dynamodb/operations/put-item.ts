import { authorizeTable, type Operation } from '../context.ts';
import { tableName } from '../request-constraints.ts';
import { writeItem, type WriteItemInput } from './write-item.ts';

export const putItem: Operation<WriteItemInput> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'PutItem', name);
  return writeItem(db, 'Put', name, input, principal, ({ before }) =>
    input.ReturnValues === 'ALL_OLD' ? before : undefined,
  );
};
