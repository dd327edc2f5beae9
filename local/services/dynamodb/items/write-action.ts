import type { DynamoDb } from '../context.ts';
import { invalidParameter, validationError } from '../errors.ts';
import { holds } from '../expressions/condition.ts';
import { topLevelName } from '../expressions/placeholders.ts';
import { type ExpressionInput, readExpressions, type RequestExpressions } from '../expressions/request-expressions.ts';
import { applyUpdate } from '../expressions/update.ts';
import { updatedPaths } from '../expressions/update-check.ts';
import {
  checkIndexKeyTypes,
  checkIndexKeyValues,
  checkItemKeyShape,
  checkKeyShape,
  checkKeyValues,
} from '../tables/key-validation.ts';
import { keyNamesOf, type Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { itemSize, MAX_ITEM_BYTES } from '../values/item-size.ts';
import { acceptItem } from '../values/validation.ts';
import type { Change } from './change-set.ts';
import { itemKey } from './item-store.ts';

/** One write of one item: alone, in a batch or in a transaction. */
export interface WriteAction {
  readonly kind: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly table: Table;
  /** What was given as `Item` (for a put) or `Key`. */
  readonly given: Item;
  /** The text of the item of a put. */
  readonly json: string | undefined;
  readonly expressions: RequestExpressions;
}

export interface WriteInput extends ExpressionInput {
  readonly Item?: unknown;
  readonly Key?: unknown;
}

/**
 * Reads the request of a write as far as it can be judged without the table's items. What is wrong with it here is refused as
 * a whole, even inside a transaction.
 */
export function readWriteAction(
  db: DynamoDb,
  kind: WriteAction['kind'],
  tableName: string,
  input: WriteInput,
): WriteAction {
  const given = acceptItem(kind === 'Put' ? input.Item : input.Key);
  const expressions = readExpressions(
    input,
    kind === 'Update' ? ['UpdateExpression', 'ConditionExpression'] : ['ConditionExpression'],
  );
  const table = db.tables.get(tableName);
  const json = kind === 'Put' ? JSON.stringify(given) : undefined;
  const action = { kind, table, given, json, expressions };
  checkKeyValues(table.keys, given);
  if (kind === 'Put') {
    checkIndexKeyValues(table, given, false);
    if (isTooLarge(given, json as string)) throw validationError('Item size has exceeded the maximum allowed size');
  }
  if (kind === 'Update') checkUpdatedAttributes(action);
  return action;
}

/** UTF-8 bytes that one character of JSON text can at most stand for: a short text cannot be a large item. */
const LARGEST_BYTES_PER_CHAR = 3;

/** Whether an item with this JSON text can be anywhere near the limit: nearly none is, and none has to be measured then. */
export function mayBeLarge(json: string): boolean {
  return json.length * LARGEST_BYTES_PER_CHAR > MAX_ITEM_BYTES;
}

function isTooLarge(item: Item, json: string): boolean {
  return mayBeLarge(json) && itemSize(item) > MAX_ITEM_BYTES;
}

/** Keys cannot be updated, and index keys not to an empty value. */
function checkUpdatedAttributes({ table, expressions }: WriteAction): void {
  const { update, placeholders } = expressions;
  if (!update) return;
  const keyNames = keyNamesOf(table.keys);
  for (const path of updatedPaths(update)) {
    const name = topLevelName(path, placeholders.names);
    if (keyNames.includes(name)) {
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  if (table.indexes.length === 0) return;
  const assigned: Record<string, AttributeValue> = {};
  for (const { path, value } of update.set) {
    const given = value.kind === 'value' ? placeholders.values[value.name] : undefined;
    if (given && path.steps.length === 1) assigned[topLevelName(path, placeholders.names)] = given;
  }
  checkIndexKeyValues(table, assigned, true);
}

/** Checks the shape of the key, and says where the item is kept. */
export function locate(action: WriteAction): string {
  const { kind, table, given } = action;
  if (kind === 'Put') checkItemKeyShape(table.keys, given);
  else checkKeyShape(table.keys, given);
  return itemKey(table, given);
}

/** Whether the action's condition holds for the item as it is. */
export function conditionHolds({ expressions }: WriteAction, before: Item | undefined): boolean {
  const { condition, placeholders } = expressions;
  return condition === undefined || holds(condition, before ?? NO_ITEM, placeholders);
}

const NO_ITEM: Item = {};

/** The change that an action makes to an item, or throws why it cannot be made. */
export function changeOf(action: WriteAction, storeKey: string, before: Item | undefined): Change {
  const { table } = action;
  const after = itemAfter(action, before);
  if (!after) return { table, storeKey, before, after, afterJson: undefined };
  if (table.indexes.length > 0) checkIndexKeyTypes(table, after);
  const afterJson = action.json ?? JSON.stringify(after);
  if (action.kind === 'Update') {
    if (table.indexes.length > 0) checkIndexKeyValues(table, after, true);
    if (isTooLarge(after, afterJson)) {
      throw validationError('Item size to update has exceeded the maximum allowed size');
    }
  }
  return { table, storeKey, before, after, afterJson };
}

function itemAfter(action: WriteAction, before: Item | undefined): Item | undefined {
  const { kind, given, expressions } = action;
  if (kind === 'Delete') return undefined;
  if (kind === 'Put') return given;
  const { update, placeholders } = expressions;
  if (before === undefined && expressions.makesNoItem) return undefined;
  const base = before ?? given;
  return update ? applyUpdate(update, base, placeholders) : base;
}
