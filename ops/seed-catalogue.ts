import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { CATALOGUE_CURRENCY, type CatalogueEntry, SAMPLE_CATALOGUE } from './catalogue.ts';
import { clientConfiguration, type StackOutputs } from './stack.ts';

/** Writes the sample catalogue into an empty inventory; returns how many products it wrote (0: there were some already). */
export async function seedCatalogue(outputs: StackOutputs): Promise<number> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfiguration(outputs)));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: outputs.InventoryTableName, Limit: 1 }));
  if (Items.length > 0) return 0;
  const written = await Promise.all(
    SAMPLE_CATALOGUE.map((entry) => putProduct(client, outputs.InventoryTableName, entry)),
  );
  return written.filter(Boolean).length;
}

/** False when the product is there already: its stock is never overwritten. */
async function putProduct(client: DynamoDBDocumentClient, table: string, entry: CatalogueEntry): Promise<boolean> {
  const { sku, name, priceMinor, received, lowStockThreshold } = entry;
  const item = {
    ...{ pk: `SKU#${sku}`, sk: 'STOCK', sku, name, priceMinor, currency: CATALOGUE_CURRENCY, lowStockThreshold },
    ...{ received, available: received, held: 0, committed: 0, adjusted: 0 },
  };
  try {
    await client.send(
      new PutCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
