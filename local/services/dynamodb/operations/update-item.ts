import { authorizeTable, type Operation } from '../context.ts';
import { projector } from '../expressions/projection.ts';
import { updatedPaths } from '../expressions/update-check.ts';
import type { Change } from '../items/change-set.ts';
import type { WriteAction } from '../items/write-action.ts';
import { tableName } from '../request-constraints.ts';
import type { Item } from '../values/attribute-value.ts';
import { writeItem, type WriteItemInput } from './write-item.ts';

export const updateItem: Operation<WriteItemInput> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'UpdateItem', name);
  return writeItem(db, 'Update', name, input, principal, (change, action) => shown(input.ReturnValues, change, action));
};

function shown(wanted: WriteItemInput['ReturnValues'], change: Change, action: WriteAction): Item | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return change.before;
    case 'ALL_NEW':
      return change.after;
    case 'UPDATED_OLD':
      return updatedPart(change.before, action);
    case 'UPDATED_NEW':
      return updatedPart(change.after, action);
    default:
      return undefined;
  }
}

/** Only what the update expression names; nothing rather than an empty map. */
function updatedPart(item: Item | undefined, { expressions }: WriteAction): Item | undefined {
  const { update, placeholders } = expressions;
  if (!item || !update) return undefined;
  const part = projector(updatedPaths(update), placeholders.names)(item);
  return Object.keys(part).length > 0 ? part : undefined;
}
