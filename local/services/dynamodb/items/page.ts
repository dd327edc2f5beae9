import { isAbsent } from '../absent.ts';
import { Capacity, readUnits, type ReturnConsumedCapacity, wantedCapacity } from '../capacity.ts';
import type { DynamoDb } from '../context.ts';
import { invalidParameter, validationError } from '../errors.ts';
import { holds } from '../expressions/condition.ts';
import { topLevelName } from '../expressions/placeholders.ts';
import { type Projector, projector } from '../expressions/projection.ts';
import type { RequestExpressions } from '../expressions/request-expressions.ts';
import { type Index, keyNamesOf, type Table } from '../tables/table.ts';
import type { AttributeValue, Item } from '../values/attribute-value.ts';
import { itemSize } from '../values/item-size.ts';
import { readEntry } from './index-entries.ts';
import { itemKey } from './item-store.ts';
import type { KeyRange } from './key-range.ts';

/** A page holds at most 1 MB of items as they are before the filter. */
const PAGE_BYTES = 1024 * 1024;

export type Select = 'SPECIFIC_ATTRIBUTES' | 'COUNT' | 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES';

interface SelectInput {
  readonly Select?: Select;
  readonly IndexName?: string;
  readonly AttributesToGet?: readonly string[];
}

export interface PageInput extends SelectInput {
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

export interface PageRequest {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly range: KeyRange;
  readonly forward: boolean;
  readonly expressions: RequestExpressions;
  readonly input: PageInput;
}

/** Reads one page of a Query or a Scan. */
export async function readPage(db: DynamoDb, request: PageRequest): Promise<object> {
  const { table, index, range, forward, expressions, input } = request;
  const project = itemProjector(request);
  const fetch = fetcher(db, request);
  const items: Item[] = [];
  let [scanned, count, bytes, fetchedBytes] = [0, 0, 0, 0];
  let last: Item | undefined;
  let more = false;
  const limit = input.Limit ?? Infinity;
  for await (const found of db.host.store.range({ ...range, reverse: !forward })) {
    const entry = index ? readEntry(db.items, { table, index }, found) : (JSON.parse(found[1]) as Item);
    if (!entry) continue;
    const size = itemSize(entry);
    if (scanned > 0 && bytes + size > PAGE_BYTES) {
      more = true;
      break;
    }
    scanned += 1;
    bytes += size;
    last = entry;
    const item = fetch ? fetch(entry) : entry;
    if (item !== entry) fetchedBytes += itemSize(item);
    if (!expressions.filter || holds(expressions.filter, item, expressions.placeholders)) {
      count += 1;
      if (input.Select !== 'COUNT') items.push(project ? project(item) : item);
    }
    // A page that the limit ends says so even when nothing follows.
    more = scanned === limit;
    if (more) break;
  }
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(more && last ? { LastEvaluatedKey: positionOf(table, index, last) } : {}),
    ...consumed(request, bytes, fetchedBytes),
  };
}

/** The table's key, and the index's when one is read. */
function positionOf(table: Table, index: Index | undefined, item: Item): Item {
  const position: Record<string, AttributeValue> = {};
  for (const name of positionNames(table, index)) position[name] = item[name] as AttributeValue;
  return position;
}

/** The attributes of `LastEvaluatedKey` and `ExclusiveStartKey`. */
export function positionNames(table: Table, index: Index | undefined): readonly string[] {
  return [...new Set([...keyNamesOf(table.keys), ...(index ? keyNamesOf(index.keys) : [])])];
}

/** A local index can be asked for what it does not hold: the item itself is then read as well. */
function fetcher(db: DynamoDb, { table, index, expressions, input }: PageRequest): ((entry: Item) => Item) | undefined {
  const projected = index?.projected;
  if (!projected) return undefined;
  const wanted = (expressions.projection ?? []).map((path) => topLevelName(path, expressions.placeholders.names));
  const missing = wanted.filter((name) => !projected.has(name));
  if (input.Select !== 'ALL_ATTRIBUTES' && missing.length === 0) return undefined;
  if (index.global) {
    throw invalidParameter(
      input.Select === 'ALL_ATTRIBUTES'
        ? `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`
        : `Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
    );
  }
  return (entry) => db.items.get(itemKey(table, entry)) ?? entry;
}

function itemProjector({ expressions }: PageRequest): Projector | undefined {
  return expressions.projection && projector(expressions.projection, expressions.placeholders.names);
}

function consumed({ table, index, input }: PageRequest, bytes: number, fetchedBytes: number): object {
  const detail = wantedCapacity(input.ReturnConsumedCapacity);
  if (!detail) return {};
  const capacity = new Capacity(table.name);
  const consistent = input.ConsistentRead === true;
  capacity.read(readUnits(bytes, consistent), index);
  if (fetchedBytes > 0) capacity.read(readUnits(fetchedBytes, consistent));
  return { ConsumedCapacity: capacity.report(detail) };
}

/** The index that a request names. */
export function findIndex(table: Table, input: PageInput): Index | undefined {
  if (input.IndexName === undefined) return undefined;
  const index = table.indexes.find(({ name }) => name === input.IndexName);
  if (!index) throw validationError(`The table does not have the specified index: ${input.IndexName}`);
  if (index.filling) throw validationError(`Cannot read from backfilling global secondary index: ${index.name}`);
  if (index.global && input.ConsistentRead === true) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  return index;
}

/** What goes with which Select. Query wraps its complaints about attributes to get like one of a parameter, Scan does not. */
export function checkSelect(operation: 'Query' | 'Scan', input: SelectInput, hasProjection: boolean): void {
  const { Select, IndexName } = input;
  const complaint = (text: string) =>
    validationError(operation === 'Query' ? `1 validation error detected: ${text}` : text);
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw invalidParameter('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (Select === 'SPECIFIC_ATTRIBUTES' && !hasProjection) {
    throw complaint(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (hasProjection && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    const given = isAbsent(input.AttributesToGet) ? 'ProjectionExpression' : 'AttributesToGet';
    const wanted = Select === 'COUNT' ? 'only the Count' : Select;
    throw complaint(`Cannot specify the ${given} when choosing to get ${wanted}`);
  }
}
