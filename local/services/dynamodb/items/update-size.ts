import { validationError } from '../errors.ts';
import { topLevelName } from '../expressions/placeholders.ts';
import type { Path } from '../expressions/syntax.ts';
import { textSize, MAX_ITEM_BYTES, valueSize } from '../values/item-size.ts';
import type { WriteAction } from './write-action.ts';
import type { Item } from '../values/attribute-value.ts';

/**
 * What UpdateItem counts besides the attributes that it writes, measured on AWS at items of 400 KB: so many bytes for the
 * update, for each clause that sets or adds, for each that removes or deletes, and one more for a path into a list.
 */
const UPDATE_BYTES = 3;
const ASSIGNMENT_BYTES = 19;
const REMOVAL_BYTES = 2;
const LIST_INDEX_BYTES = 1;

/**
 * Refuses an update that writes more than an item may hold, even where the item itself would just fit: UpdateItem looks at
 * both, an Update in a transaction at the item only. `after` is the item as it would be.
 */
export function checkUpdateSize({ expressions }: WriteAction, after: Item): void {
  const { update, placeholders } = expressions;
  if (!update) return;
  const assigned = [...update.set, ...update.add].map(({ path }) => path);
  const removals = update.remove.length + update.delete.length;
  let bytes = UPDATE_BYTES + REMOVAL_BYTES * removals;
  for (const path of assigned) bytes += ASSIGNMENT_BYTES + (isIntoList(path) ? LIST_INDEX_BYTES : 0);
  for (const name of new Set(assigned.map((path) => topLevelName(path, placeholders.names)))) {
    const value = after[name];
    if (value) bytes += textSize(name) + valueSize(value);
  }
  if (bytes > MAX_ITEM_BYTES) throw validationError('Item size to update has exceeded the maximum allowed size');
}

function isIntoList({ steps }: Path): boolean {
  return steps.some((step) => typeof step === 'number');
}
