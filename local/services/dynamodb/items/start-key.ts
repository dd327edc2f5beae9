import { validationError } from '../errors.ts';
import { checkKey } from '../tables/key-validation.ts';
import { type Index, keyAttributes, type Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { acceptItem } from '../values/validation.ts';
import { entryKey } from './index-entries.ts';
import { itemKey } from './item-store.ts';
import { positionNames } from './page.ts';

const INVALID = 'The provided starting key is invalid';

/**
 * The key of the store after which a page goes on, from an `ExclusiveStartKey`. Where the key has other attributes than the
 * table's, a Scan of the table says so and a Query does not.
 */
export function startKey(operation: 'Query' | 'Scan', table: Table, index: Index | undefined, given: unknown): string {
  const position = acceptItem(given);
  const names = positionNames(table, index);
  if (Object.keys(position).length !== names.length || names.some((name) => position[name] === undefined)) {
    throw validationError(
      index || operation === 'Query' ? INVALID : `${INVALID}: The provided key element does not match the schema`,
    );
  }
  for (const { name, type } of index ? keyAttributes(index.keys) : []) {
    if (position[name]?.[type] === undefined) throw validationError(INVALID);
  }
  checkTableKey(table, position);
  return index ? entryKey(table, index, position) : itemKey(table, position);
}

function checkTableKey(table: Table, position: Item): void {
  const key = Object.fromEntries(keyAttributes(table.keys).map(({ name }) => [name, position[name] as AttributeValue]));
  try {
    checkKey(table.keys, key);
  } catch (error) {
    throw validationError(`${INVALID}: ${(error as Error).message}`);
  }
}
