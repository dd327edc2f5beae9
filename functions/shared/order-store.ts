import {
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import { OrderNotFoundError, StoreUnavailableError } from '../../core/errors.ts';
import type { OrderEvent } from '../../core/events.ts';
import type { OrderId } from '../../core/ids.ts';
import { orderKey, orderPartition } from '../../core/item-keys.ts';
import {
  applyChange,
  type ChangeContext,
  type ChangedOrder,
  type OrderChange,
  recordedStep,
} from '../../core/order-change.ts';
import { eventItem, type OrderItem, orderItem, orderOf } from '../../core/order-item.ts';
import { recordsIn } from '../../core/order-records.ts';
import type { Order } from '../../core/order.ts';
import { type Patience, REAL_PATIENCE, readFromStore, withContentionRetries } from './contention.ts';
import { dynamoDb } from './dynamodb-client.ts';
import { requireEnvironment } from './require-environment.ts';

/** One action of a transaction. */
export type TransactWrite = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A write besides the order and its event, which holds together with them or not at all. */
export interface Effect {
  /** What the write is about: a SKU, or `HOLD`. */
  readonly subject: string;
  readonly write: TransactWrite;
}

/** A change that is to be made to an order, decided anew on the order as it is whenever somebody else was faster. */
export interface Transition {
  /** The change, or several that happen in this order, each with its event. */
  change(order: Order): OrderChange | readonly OrderChange[];
  /** Whether the order has the change already; for one that is no step's outcome, and so is not recorded as such. */
  isMade?(order: Order): boolean;
  readonly effects?: {
    of(order: Order): readonly Effect[];
    /** The error to throw when it is an effect's condition that failed, and not that the step was here before. */
    refusal(refused: readonly Effect[], order: Order): Error | Promise<Error>;
  };
}

export interface Committed {
  readonly order: Order;
  /** What the step returned when it took effect: now, or when it was first invoked. */
  readonly outcome: string;
  readonly repeated: boolean;
}

/** Times that a decision is made again because the order has changed meanwhile; an order has few other writers. */
const DECISIONS = 5;

/**
 * The orders with their events. `commit` is the only way to change one: status, effect and event are written in one
 * transaction or not at all. Safety comes from its conditions; the SDK's ClientRequestToken only covers ten minutes.
 */
export class OrderStore {
  private readonly table: string;
  private readonly client: DynamoDBDocumentClient;
  private readonly patience: Patience;

  constructor(
    table: string = requireEnvironment(ENVIRONMENT.ordersTable),
    client: DynamoDBDocumentClient = dynamoDb,
    patience: Patience = REAL_PATIENCE,
  ) {
    this.table = table;
    this.client = client;
    this.patience = patience;
  }

  /** The order as of now (a consistent read). @throws OrderNotFoundError */
  async get(orderId: OrderId): Promise<Order> {
    const order = await this.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    return order;
  }

  /** The order as of now, or undefined. */
  async find(orderId: OrderId): Promise<Order | undefined> {
    const { Item } = await readFromStore(() =>
      this.client.send(new GetCommand({ TableName: this.table, Key: orderKey(orderId), ConsistentRead: true })),
    );
    return Item && orderOf(Item as OrderItem);
  }

  /** The order and its events, oldest first, as of now, in one query: they are one item collection. */
  async findWithEvents(orderId: OrderId): Promise<{ order: Order; events: readonly OrderEvent[] } | undefined> {
    const items: { sk: string }[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await readFromStore(() => this.client.send(this.collectionQuery(orderId, ExclusiveStartKey)));
      items.push(...((page.Items ?? []) as { sk: string }[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    const {
      orders: [order],
      events,
    } = recordsIn(items);
    return order && { order, events };
  }

  /** Stores a new order, or finds the one that was made under its id before. */
  async create({ order, event }: ChangedOrder): Promise<{ order: Order; created: boolean }> {
    const { failed } = await this.write([this.putOrder(order), this.putEvent(event)]);
    return failed.length === 0 ? { order, created: true } : { order: await this.get(order.orderId), created: false };
  }

  /**
   * Makes a change. When the order turns out to have it already (the step and visit are recorded), what was recorded is
   * returned; when the order has changed otherwise, the change is decided again on the order as it is now.
   * @param current the order as the caller has read it
   */
  async commit(current: Order, transition: Transition, context: ChangeContext): Promise<Committed> {
    let order = current;
    for (let decision = 1; decision <= DECISIONS; decision += 1) {
      const recorded = context.step && recordedStep(order, context.step);
      if (recorded) return { order, outcome: recorded.outcome, repeated: true };
      if (transition.isMade?.(order)) return { order, outcome: '', repeated: true };

      const changed = applyAll(order, transition.change(order), context);
      const effects = transition.effects?.of(order) ?? [];
      const writes = [
        ...effects.map(({ write }) => write),
        this.putOrder(changed.order, order),
        ...changed.events.map((event) => this.putEvent(event)),
      ];
      const { failed } = await this.write(writes);
      if (failed.length === 0) return { order: changed.order, outcome: context.step?.outcome ?? '', repeated: false };

      // Whichever condition failed: first see whether the order has the change already, perhaps with the last unit.
      const latest = await this.get(order.orderId);
      const isRecorded = context.step !== undefined && recordedStep(latest, context.step) !== undefined;
      const isMade = isRecorded || transition.isMade?.(latest) === true;
      const refused = effects.filter((_, index) => failed.includes(index));
      if (!isMade && refused.length > 0 && transition.effects) throw await transition.effects.refusal(refused, latest);
      order = latest;
    }
    throw new StoreUnavailableError(`Order ${order.orderId} was changed ${DECISIONS} times meanwhile; try again.`);
  }

  /** Writes all or nothing; returns the indexes of the writes whose condition failed. */
  private async write(TransactItems: TransactWrite[]): Promise<{ failed: readonly number[] }> {
    try {
      await withContentionRetries(() => this.client.send(new TransactWriteCommand({ TransactItems })), this.patience);
      return { failed: [] };
    } catch (error) {
      const reasons = (error as { CancellationReasons?: readonly { Code?: string }[] }).CancellationReasons ?? [];
      const failed = reasons.flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length === 0) throw error;
      return { failed };
    }
  }

  private putOrder(order: Order, previous?: Order): TransactWrite {
    const guard = previous
      ? {
          ConditionExpression: 'version = :version AND #status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':version': previous.version, ':status': previous.status },
        }
      : NOT_EXISTS;
    return { Put: { TableName: this.table, Item: orderItem(order), ...guard } };
  }

  private putEvent(event: OrderEvent): TransactWrite {
    return { Put: { TableName: this.table, Item: eventItem(event), ...NOT_EXISTS } };
  }

  private collectionQuery(orderId: OrderId, ExclusiveStartKey: Record<string, unknown> | undefined): QueryCommand {
    return new QueryCommand({
      TableName: this.table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': orderPartition(orderId) },
      ConsistentRead: true,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
  }
}

function applyAll(order: Order, change: OrderChange | readonly OrderChange[], context: ChangeContext) {
  const events: OrderEvent[] = [];
  let current = order;
  for (const one of Array.isArray(change) ? (change as readonly OrderChange[]) : [change as OrderChange]) {
    const changed = applyChange(current, one, context);
    current = changed.order;
    events.push(changed.event);
  }
  return { order: current, events };
}

const NOT_EXISTS = { ConditionExpression: 'attribute_not_exists(pk)' };
