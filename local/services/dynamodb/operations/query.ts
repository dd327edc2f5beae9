import { isAbsent } from '../absent.ts';
import { authorizeTable, type Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { conditionPaths } from '../expressions/condition-paths.ts';
import { readKeyCondition } from '../expressions/key-condition.ts';
import { topLevelName } from '../expressions/placeholders.ts';
import { type ExpressionInput, readExpressions, type RequestExpressions } from '../expressions/request-expressions.ts';
import { continueAfter, isInRange, queryRange } from '../items/key-range.ts';
import { checkSelect, findIndex, type PageInput, readPage } from '../items/page.ts';
import { startKey } from '../items/start-key.ts';
import { Constraints, RETURN_CONSUMED_CAPACITY, SELECT, tableName } from '../request-constraints.ts';
import { keyNamesOf, type KeySchema } from '../tables/table.ts';

interface QueryInput extends ExpressionInput, PageInput {
  readonly TableName?: string;
  readonly ExclusiveStartKey?: unknown;
  readonly ScanIndexForward?: boolean;
}

export const query: Operation<QueryInput> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'Query', name, input.IndexName);
  new Constraints()
    .oneOf(input.Select, 'select', SELECT)
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY)
    .own(isAbsent(input.Limit) || input.Limit >= 1, 'Limit', 'Member must have value greater than or equal to 1')
    .check();
  if (isAbsent(input.KeyConditionExpression) && isAbsent(input.KeyConditions)) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const expressions = readExpressions(input, ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression']);
  checkSelect('Query', input, expressions.projection !== undefined);
  const table = db.tables.get(name);
  const index = findIndex(table, input);
  const keys = index?.keys ?? table.keys;
  const condition = readKeyCondition(
    expressions.keyCondition as NonNullable<typeof expressions.keyCondition>,
    keys,
    expressions.placeholders,
  );
  checkFilter(isAbsent(input.QueryFilter) ? 'Filter Expression' : 'QueryFilter', expressions, keys);
  const forward = input.ScanIndexForward !== false;
  let range = queryRange(index?.prefix ?? table.itemPrefix, keys, condition);
  if (!isAbsent(input.ExclusiveStartKey)) {
    const start = startKey('Query', table, index, input.ExclusiveStartKey);
    if (!isInRange(range, start)) {
      throw validationError('The provided starting key is outside query boundaries based on provided conditions');
    }
    range = continueAfter(range, start, forward);
  }
  return readPage(db, { table, index, range, forward, expressions, input });
};

/** What the key condition can say, the filter may not. */
function checkFilter(parameter: string, { filter, placeholders }: RequestExpressions, keys: KeySchema): void {
  if (!filter) return;
  const keyNames = keyNamesOf(keys);
  for (const path of conditionPaths(filter)) {
    const name = topLevelName(path, placeholders.names);
    if (keyNames.includes(name)) {
      throw validationError(`${parameter} can only contain non-primary key attributes: Primary key attribute: ${name}`);
    }
  }
}
