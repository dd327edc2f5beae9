import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { OrderId } from '../../core/ids.ts';
import type { InterventionRecord, InterventionStatus } from '../../core/intervention.ts';
import {
  INTERVENTION_SORT_PREFIX,
  interventionShardOf,
  type ItemKey,
  orderKey,
  orderPartition,
  ORDERS_BY_STATUS,
} from '../../core/item-keys.ts';
import { type InterventionItem, interventionOf, type OrderItem, orderOf } from '../../core/order-item.ts';
import type { Order } from '../../core/order.ts';
import { batchGet } from '../shared/batch-get.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

export interface InterventionPage {
  readonly interventions: readonly InterventionRecord[];
  /** Sort key of the last entry that was read; undefined when there are no more. */
  readonly next?: string;
}

/**
 * One page of the interventions of a status, the oldest first. The index knows which there are; the items are read from the
 * table, as of now: one that has another status meanwhile is left out, so a page may be shorter than asked for.
 */
export async function readInterventionPage(
  status: InterventionStatus,
  limit: number,
  after?: string,
): Promise<InterventionPage> {
  const TableName = requireEnvironment(ENVIRONMENT.ordersTable);
  const { name, partition, sort } = ORDERS_BY_STATUS;
  const query = new QueryCommand({
    TableName,
    IndexName: name,
    KeyConditionExpression: `${partition} = :shard${after === undefined ? '' : ` AND ${sort} > :after`}`,
    ExpressionAttributeValues: {
      ':shard': interventionShardOf(status),
      ...(after !== undefined && { ':after': after }),
    },
    // One more than the page shows whether there is another.
    Limit: limit + 1,
  });
  const { Items = [] } = await readFromStore(() => dynamoDb.send(query));
  const entries = Items.slice(0, limit) as (ItemKey & { readonly createdAtId: string })[];
  const keys = entries.map(({ pk, sk }) => ({ pk, sk }));
  const items = (await batchGet(TableName, keys, { ConsistentRead: true })) as unknown[] as InterventionItem[];
  const interventions = keys
    .map((key) => items.find(({ pk, sk }) => pk === key.pk && sk === key.sk))
    .filter((item): item is InterventionItem => item?.status === status)
    .map(interventionOf);
  const last = entries.at(-1);
  return { interventions, ...(Items.length > limit && last && { next: last.createdAtId }) };
}

export interface OrderWithInterventions {
  readonly order: Order;
  /** Oldest first; there is at least one. */
  readonly interventions: readonly InterventionRecord[];
}

/** An order and its interventions as of now, in one query; undefined for an order that nobody was ever called to. */
export async function findWithInterventions(orderId: OrderId): Promise<OrderWithInterventions | undefined> {
  // In the order's partition only the interventions stand in this range, and behind them the order itself.
  const query = new QueryCommand({
    TableName: requireEnvironment(ENVIRONMENT.ordersTable),
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':pk': orderPartition(orderId),
      ':first': INTERVENTION_SORT_PREFIX,
      ':last': orderKey(orderId).sk,
    },
    ConsistentRead: true,
  });
  const { Items = [] } = await readFromStore(() => dynamoDb.send(query));
  const order = Items.at(-1) as OrderItem | undefined;
  if (order?.sk !== orderKey(orderId).sk || Items.length === 1) return undefined;
  return { order: orderOf(order), interventions: (Items.slice(0, -1) as InterventionItem[]).map(interventionOf) };
}
