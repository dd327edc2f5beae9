import { isAbsent } from '../absent.ts';
import { authorizeTable, type Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { type ExpressionInput, readExpressions } from '../expressions/request-expressions.ts';
import { continueAfter, isInRange, scanRange } from '../items/key-range.ts';
import { checkSelect, findIndex, type PageInput, readPage } from '../items/page.ts';
import { startKey } from '../items/start-key.ts';
import { Constraints, RETURN_CONSUMED_CAPACITY, SELECT, tableName } from '../request-constraints.ts';

/** Segments of a parallel scan. */
const MAX_SEGMENTS = 1_000_000;

interface ScanInput extends ExpressionInput, PageInput {
  readonly TableName?: string;
  readonly ExclusiveStartKey?: unknown;
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

export const scan: Operation<ScanInput> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'Scan', name, input.IndexName);
  checkParameters(input);
  const expressions = readExpressions(input, ['ProjectionExpression', 'FilterExpression']);
  checkSelect('Scan', input, expressions.projection !== undefined);
  const table = db.tables.get(name);
  const index = findIndex(table, input);
  let range = scanRange(index?.prefix ?? table.itemPrefix, input.Segment ?? 0, input.TotalSegments ?? 1);
  if (!isAbsent(input.ExclusiveStartKey)) {
    const start = startKey('Scan', table, index, input.ExclusiveStartKey);
    if (!isInRange(range, start)) {
      throw validationError(
        'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ' +
          `${String(input.TotalSegments ?? 1)} Segment: ${String(input.Segment ?? 0)}`,
      );
    }
    range = continueAfter(range, start, true);
  }
  return readPage(db, { table, index, range, forward: true, expressions, input });
};

function checkParameters(input: ScanInput): void {
  const { Segment, TotalSegments } = input;
  new Constraints()
    .oneOf(input.Select, 'select', SELECT)
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', RETURN_CONSUMED_CAPACITY)
    .atLeast(input.Limit, 'limit', 1)
    .atLeast(Segment, 'segment', 0)
    .atMost(Segment, 'segment', MAX_SEGMENTS - 1)
    .atLeast(TotalSegments, 'totalSegments', 1)
    .atMost(TotalSegments, 'totalSegments', MAX_SEGMENTS)
    .check();
  if (!isAbsent(Segment) && isAbsent(TotalSegments)) {
    throw validationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (!isAbsent(TotalSegments) && isAbsent(Segment)) {
    throw validationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (!isAbsent(Segment) && !isAbsent(TotalSegments) && Segment >= TotalSegments) {
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${String(Segment)} is not less than TotalSegments: ${String(TotalSegments)}`,
    );
  }
}
