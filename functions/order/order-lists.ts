import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import {
  accessPath,
  mergePage,
  type AccessPath,
  type OrderPage,
  type OrderSummary,
  type PartitionRead,
} from '../../core/order-list.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import type { OrderListRequest } from './read-list-request.ts';

/**
 * Entries that one query reads where entries of other statuses are left out, and queries for one page of one partition: a
 * page reads at most a thousand entries (300 KB) per partition, and is shorter if that was not enough.
 */
const ENTRIES_PER_QUERY = 200;
const QUERIES = 5;

/** Before every instant, and after every one. */
const FIRST_POSITION = '0';
const LAST_POSITION = '~';

/**
 * One page of the orders, newest first. Where the filters are those of the index it costs one query per partition (customer 1,
 * client 4, status 8, everything 80) of a page's length. Read eventually consistent, as indexes are: what was written in the last moment may be missing.
 */
export async function readOrderPage(request: OrderListRequest): Promise<OrderPage> {
  const path = accessPath(request.filters);
  const reads: PartitionRead[] = [];
  for (const partitions of path.rounds) {
    reads.push(...(await Promise.all(partitions.map((partition) => readPartition(request, path, partition)))));
  }
  return mergePage(reads, request.limit);
}

type Entry = OrderSummary & { readonly createdAtId: string };

async function readPartition(request: OrderListRequest, path: AccessPath, partition: string): Promise<PartitionRead> {
  const { after, limit } = request;
  const query = partitionQuery(request, path, partition);
  if (!query) return { entries: [] };
  const entries: Entry[] = [];
  // One more than the page shows whether there is another; the range begins with the last entry of the page before.
  const wanted = limit + (after === undefined ? 1 : 2);
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  for (let queries = 0; queries < (path.filterByStatus ? QUERIES : 1); queries += 1) {
    const Limit = queries === 0 ? wanted : ENTRIES_PER_QUERY;
    const page = await readFromStore(() =>
      dynamoDb.send(new QueryCommand({ ...query, Limit, ...(ExclusiveStartKey && { ExclusiveStartKey }) })),
    );
    entries.push(...((page.Items ?? []) as Entry[]).filter(({ createdAtId }) => createdAtId !== after));
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (!ExclusiveStartKey || entries.length > limit) break;
  }
  return {
    entries: entries.map((entry) => ({ position: entry.createdAtId, order: summaryOf(entry) })),
    readTo: ExclusiveStartKey?.['createdAtId'] as string | undefined,
  };
}

/** Undefined when nothing can be in the range. */
function partitionQuery(
  { filters, after }: OrderListRequest,
  { index, filterByStatus }: AccessPath,
  partition: string,
): QueryCommandInput | undefined {
  const first = filters.from ?? FIRST_POSITION;
  // No position is an instant alone, so `to` itself is not in the range.
  const last = after ?? filters.to ?? LAST_POSITION;
  if (first > last) return undefined;
  return {
    TableName: requireEnvironment(ENVIRONMENT.ordersTable),
    IndexName: index.name,
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :first AND :last',
    ...(filterByStatus && { FilterExpression: '#status = :status' }),
    ExpressionAttributeNames: {
      '#partition': index.partition,
      '#sort': index.sort,
      ...(filterByStatus && { '#status': 'status' }),
    },
    ExpressionAttributeValues: {
      ':partition': partition,
      ':first': first,
      ':last': last,
      ...(filterByStatus && { ':status': filters.status }),
    },
    ScanIndexForward: false,
  };
}

function summaryOf({ orderId, clientId, status, total, createdAt, updatedAt }: Entry): OrderSummary {
  return { orderId, clientId, status, total, createdAt, updatedAt };
}
