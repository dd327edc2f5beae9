import { isAbsent } from '../absent.ts';
import { CapacityPerTable, readUnits, type ReturnConsumedCapacity, wantedCapacity } from '../capacity.ts';
import { authorizeTable, type DynamoDb, type Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { projector } from '../expressions/projection.ts';
import { type ExpressionInput, readExpressions } from '../expressions/request-expressions.ts';
import { itemKey } from '../items/item-store.ts';
import { checkNotMixed } from '../legacy/legacy-parameters.ts';
import { Constraints, RETURN_CONSUMED_CAPACITY, tableName } from '../request-constraints.ts';
import { checkKey } from '../tables/key-validation.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemSize } from '../values/item-size.ts';
import { acceptItem } from '../values/validation.ts';

/** Limits of one batch: keys asked for, and bytes answered; what does not fit comes back as unprocessed. */
const MAX_KEYS = 100;
const MAX_BYTES = 16 * 1024 * 1024;

interface KeysInput extends ExpressionInput {
  readonly Keys?: readonly unknown[];
  readonly ConsistentRead?: boolean;
}

interface BatchGetItemInput {
  readonly RequestItems?: Readonly<Record<string, KeysInput>>;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

export const batchGetItem: Operation<BatchGetItemInput> = async (db, input, principal) => {
  const requests = Object.entries(input.RequestItems ?? {});
  for (const [table] of requests) authorizeTable(db, principal, 'BatchGetItem', tableName(table));
  checkParameters(input, requests);
  checkOneKindOfProjection(requests);
  const reads = requests.map(([name, request]) => readRequest(db, name, request));
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  const capacity = detail && new CapacityPerTable(detail);
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, KeysInput> = {};
  let bytes = 0;
  for (const { name, request, keys, project, table } of reads) {
    const items: Item[] = [];
    const left: unknown[] = [];
    for (const [position, storeKey] of keys.entries()) {
      const item = db.items.get(storeKey);
      const size = item ? itemSize(item) : 0;
      if (bytes + size > MAX_BYTES) {
        left.push((request.Keys as readonly unknown[])[position]);
        continue;
      }
      bytes += size;
      capacity?.of(table).read(readUnits(size, request.ConsistentRead === true));
      if (item) items.push(project ? project(item) : item);
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
  }
  await db.host.store.flushed();
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ...(capacity ? { ConsumedCapacity: capacity.report() } : {}),
  };
};

function checkParameters(input: BatchGetItemInput, requests: readonly [string, KeysInput][]): void {
  const constraints = new Constraints().oneOf(
    input.ReturnConsumedCapacity,
    'returnConsumedCapacity',
    RETURN_CONSUMED_CAPACITY,
  );
  for (const [name, { Keys }] of requests) {
    constraints.notNull(Keys, `requestItems.${name}.member.keys`);
    constraints.length(Keys, `requestItems.${name}.member.keys`, 1, Infinity);
    constraints.own(
      (Keys?.length ?? 0) <= MAX_KEYS,
      `RequestItems.${name}.member.Keys`,
      `Member must have length less than or equal to ${String(MAX_KEYS)}`,
    );
  }
  constraints.check();
  if (requests.length === 0) throw validationError('The requestItems parameter is required for BatchGetItem');
  const asked = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
  if (asked > MAX_KEYS) throw validationError('Too many items requested for the BatchGetItem call');
}

/** What one table's part may not mix, the whole request may not either. */
function checkOneKindOfProjection(requests: readonly [string, KeysInput][]): void {
  checkNotMixed(
    requests.some(([, request]) => !isAbsent(request.AttributesToGet)) ? ['AttributesToGet'] : [],
    requests.some(([, request]) => !isAbsent(request.ProjectionExpression)) ? ['ProjectionExpression'] : [],
  );
}

function readRequest(db: DynamoDb, name: string, request: KeysInput) {
  const given = (request.Keys ?? []).map(acceptItem);
  const { projection, placeholders } = readExpressions(request, ['ProjectionExpression']);
  const table = db.tables.get(tableName(name));
  const keys = given.map((key) => {
    checkKey(table.keys, key);
    return itemKey(table, key);
  });
  if (new Set(keys).size < keys.length) throw validationError('Provided list of item keys contains duplicates');
  return { name, request, keys, table: table.name, project: projection && projector(projection, placeholders.names) };
}
