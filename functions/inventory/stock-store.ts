import { GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { Sku } from '../../core/ids.ts';
import { type ItemKey, stockChangeKey, stockKey } from '../../core/item-keys.ts';
import { deltaOf, type StockChange, type StockRequest, stockView } from '../../core/stock-change.ts';
import type { StockItem } from '../../core/stock.ts';
import { type Patience, REAL_PATIENCE, readFromStore, withContentionRetries } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import type { TransactWrite } from '../shared/order-store.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

/** The stock of a SKU as of now. */
export async function findStock(sku: string): Promise<StockItem | undefined> {
  const item = await getItem<StockItem>(stockKey(sku));
  return item && stockView(item);
}

/** A change that was made under the key that `digest` stands for. */
export function findChange(sku: Sku, digest: string): Promise<StockChange | undefined> {
  return getItem<StockChange>(stockChangeKey(sku, digest));
}

/**
 * Writes a change of stock and what tells of it, together or not at all.
 * @param made the new SKU, where there is none yet
 * @returns false when the stock or the ledger is not as it was read: look again
 */
export async function writeChange(
  change: StockChange,
  digest: string,
  made: StockItem | undefined,
  patience: Patience = REAL_PATIENCE,
): Promise<boolean> {
  const table = requireEnvironment(ENVIRONMENT.inventoryTable);
  const entry: TransactWrite = {
    Put: {
      TableName: table,
      Item: { ...stockChangeKey(change.sku, digest), ...change },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  const stock = made ? newItem(table, made) : update(table, change);
  try {
    const transaction = new TransactWriteCommand({ TransactItems: [stock, entry] });
    await withContentionRetries(() => dynamoDb.send(transaction), patience);
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: readonly { Code?: string }[] }).CancellationReasons ?? [];
    if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) return false;
    throw error;
  }
}

/**
 * What a change is answered: the stock as it stood after it. A transaction does not say how it left an item, so the first who
 * reads it afterwards settles that, for all who ask again.
 */
export async function settleAnswer(change: StockChange, digest: string): Promise<StockItem> {
  if (change.answer) return change.answer;
  const stock = await findStock(change.sku);
  const settle = new UpdateCommand({
    TableName: requireEnvironment(ENVIRONMENT.inventoryTable),
    Key: stockChangeKey(change.sku, digest),
    UpdateExpression: 'SET #answer = if_not_exists(#answer, :answer)',
    ExpressionAttributeNames: { '#answer': 'answer' },
    ExpressionAttributeValues: { ':answer': stock },
    ReturnValues: 'ALL_NEW',
  });
  const { Attributes } = await withContentionRetries(() => dynamoDb.send(settle), REAL_PATIENCE);
  return stockView((Attributes as unknown as Required<StockChange>).answer);
}

async function getItem<Item>(Key: ItemKey): Promise<Item | undefined> {
  const get = new GetCommand({
    TableName: requireEnvironment(ENVIRONMENT.inventoryTable),
    Key,
    ConsistentRead: true,
  });
  return (await readFromStore(() => dynamoDb.send(get))).Item as Item | undefined;
}

function newItem(TableName: string, stock: StockItem): TransactWrite {
  const Item = { ...stockKey(stock.sku), ...stock };
  return { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

function update(TableName: string, { sku, request }: StockChange): TransactWrite {
  const { receive = 0, adjust = 0 } = request;
  const attributes = ATTRIBUTES.filter((name) => request[name] !== undefined);
  const delta = deltaOf(request);
  const sets = [
    ...attributes.map((name) => `#${name} = :${name}`),
    'available = available + :delta',
    'received = received + :receive',
    'adjusted = adjusted + :adjust',
  ];
  return {
    Update: {
      TableName,
      Key: stockKey(sku),
      UpdateExpression: `SET ${sets.join(', ')}`,
      // Fails for a SKU that does not exist too: the comparison with a missing attribute is false.
      ConditionExpression: 'available >= :taken',
      ...(attributes.length > 0 && {
        ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
      }),
      ExpressionAttributeValues: {
        ...Object.fromEntries(attributes.map((name) => [`:${name}`, request[name]])),
        ...{ ':delta': delta, ':receive': receive, ':adjust': adjust, ':taken': Math.max(0, -delta) },
      },
    },
  };
}

/** What a request sets, as it is. */
const ATTRIBUTES = ['name', 'priceMinor', 'currency', 'lowStockThreshold'] as const satisfies (keyof StockRequest)[];
