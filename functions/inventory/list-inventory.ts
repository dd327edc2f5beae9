import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { type ItemKey, STOCK_BY_SKU, stockKey } from '../../core/item-keys.ts';
import { pageCursor, positionIn } from '../../core/page-cursor.ts';
import { stockView } from '../../core/stock-change.ts';
import type { StockItem } from '../../core/stock.ts';
import { apiHandler, jsonResponse } from '../shared/api-handler.ts';
import { batchGet } from '../shared/batch-get.ts';
import { readFromStore } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import { ListParameters } from '../shared/list-parameters.ts';
import { invalidRequest } from '../shared/problem.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

const LIST = { list: 'inventory' };

/** `GET /inventory`: one page of the stock, by SKU: a query for the keys, and one batch for what they stand for. */
export async function listInventory(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { limit, after } = readRequest(event);
  const keys = await readKeys(limit + 1, after);
  const page = keys.slice(0, limit);
  const items = await readStock(page);
  const last = page.at(-1);
  const nextCursor = keys.length > limit && last ? pageCursor(LIST, last.pk) : null;
  return jsonResponse(200, { items, nextCursor });
}

function readRequest(event: APIGatewayProxyEvent): { limit: number; after: string } {
  const parameters = new ListParameters(event, []);
  const limit = parameters.limit();
  const cursor = parameters.text('cursor', /^[\w-]{1,1024}$/, 'the nextCursor of a page of this list');
  const after = cursor === undefined ? stockKey('').pk : positionIn(cursor, LIST);
  if (after === undefined) {
    parameters.refuse('cursor', 'is no cursor of this list; send the nextCursor of the page before, or leave it out');
  }
  if (parameters.errors.length > 0 || after === undefined) throw invalidRequest(parameters.errors);
  return { limit, after };
}

async function readKeys(Limit: number, after: string): Promise<ItemKey[]> {
  const query = new QueryCommand({
    TableName: requireEnvironment(ENVIRONMENT.inventoryTable),
    IndexName: STOCK_BY_SKU.name,
    KeyConditionExpression: 'sk = :stock AND pk > :after',
    ExpressionAttributeValues: { ':stock': stockKey('').sk, ':after': after },
    Limit,
  });
  const { Items = [] } = await readFromStore(() => dynamoDb.send(query));
  return (Items as ItemKey[]).map(({ pk, sk }) => ({ pk, sk }));
}

/** Read consistently: staff look at what they have just changed. */
async function readStock(keys: readonly ItemKey[]): Promise<StockItem[]> {
  const table = requireEnvironment(ENVIRONMENT.inventoryTable);
  const items = await batchGet(table, keys, { ConsistentRead: true });
  return items
    .map((item) => stockView(item as unknown as StockItem))
    .sort((left, right) => (left.sku < right.sku ? -1 : 1));
}

export const handler = apiHandler(listInventory);
