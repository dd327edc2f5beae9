import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { orderKey } from '../core/item-keys.ts';
import type { OrderId } from '../core/ids.ts';
import { isTerminal, type OrderStatus } from '../core/lifecycle.ts';
import { clientConfiguration, type StackOutputs } from '../ops/stack.ts';

/** Between two looks at all orders that have not ended: half of it is the error of the end-to-end times. */
const LOOK_EVERY_MS = 25;
/** Items of one BatchGetItem. */
const BATCH = 100;

/**
 * Sees orders end. It looks into the table, at many orders with one request: clients that ask for each order again and again
 * would be measured along with it.
 */
export class OrderWatch {
  private readonly table: string;
  private readonly client: DynamoDBClient;
  private readonly waiting = new Map<OrderId, () => void>();
  private looking = false;

  constructor(outputs: StackOutputs) {
    this.table = outputs.OrdersTableName;
    this.client = new DynamoDBClient(clientConfiguration(outputs));
  }

  /** Resolves when the order has reached a terminal status. */
  ended(orderId: OrderId): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.set(orderId, resolve);
      if (!this.looking) this.lookOften().catch(reject);
    });
  }

  private async lookOften(): Promise<void> {
    this.looking = true;
    while (this.waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const orderIds = [...this.waiting.keys()];
      for (let first = 0; first < orderIds.length; first += BATCH)
        await this.look(orderIds.slice(first, first + BATCH));
    }
    this.looking = false;
  }

  private async look(orderIds: readonly OrderId[]): Promise<void> {
    const Keys = orderIds.map((orderId) => {
      const { pk, sk } = orderKey(orderId);
      return { pk: { S: pk }, sk: { S: sk } };
    });
    const ProjectionExpression = 'orderId, #status';
    const request = { Keys, ProjectionExpression, ExpressionAttributeNames: { '#status': 'status' } };
    const { Responses } = await this.client.send(new BatchGetItemCommand({ RequestItems: { [this.table]: request } }));
    for (const { orderId, status } of Responses?.[this.table] ?? []) {
      if (!isTerminal(status?.S as OrderStatus)) continue;
      const id = orderId?.S as OrderId;
      this.waiting.get(id)?.();
      this.waiting.delete(id);
    }
  }
}
