import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type Intervention, interventionView, type InterventionStatus } from '../../core/intervention.ts';
import { interventionShardOf, type ItemKey, ORDERS_BY_STATUS } from '../../core/item-keys.ts';
import { type InterventionItem, interventionOf } from '../../core/order-item.ts';
import type { LiveStack } from './live-stack.ts';
import { readItems } from './read-items.ts';

/** Interventions in a status, the next deadline first. What only the house may know (the task token) stays in the table. */
export async function listInterventions(stack: LiveStack, status: InterventionStatus): Promise<Intervention[]> {
  const query = {
    TableName: stack.outputs.OrdersTableName,
    IndexName: ORDERS_BY_STATUS.name,
    KeyConditionExpression: '#partition = :shard',
    ExpressionAttributeNames: { '#partition': ORDERS_BY_STATUS.partition },
    ExpressionAttributeValues: { ':shard': interventionShardOf(status) },
  };
  const keys: ItemKey[] = [];
  for await (const { Items = [] } of paginateQuery({ client: stack.dynamoDb }, query)) {
    keys.push(...(Items as ItemKey[]).map(({ pk, sk }) => ({ pk, sk })));
  }
  const items = await readItems<InterventionItem>(stack, keys);
  return (
    items
      .map((item) => interventionView(interventionOf(item)))
      // The index may be a moment behind the table.
      .filter((intervention) => intervention.status === status)
      .sort((left, right) => (left.deadline < right.deadline ? -1 : 1))
  );
}
