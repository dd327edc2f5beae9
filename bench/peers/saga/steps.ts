import type { Pool, PoolClient } from 'pg';
import type { Change, OrderRequest } from './order.ts';

type Items = OrderRequest['items'];

/** Tokens that the mock payment provider declines, as it does in the house's own saga. */
const DECLINED_TOKENS = new Set(['tok_declined', 'tok_insufficient_funds']);

/** Order and event in one statement, which is a transaction of its own when there is none around it. */
const CHANGE_ORDER = {
  name: 'change-order',
  text: `WITH changed AS (
      UPDATE orders SET status = $3, version = version + 1, updated_at = now() WHERE id = $1 AND version = $2
      RETURNING id, version)
    INSERT INTO order_events (order_id, version, type, data) SELECT id, version, $4, $5 FROM changed`,
};

/** The steps of the saga in PostgreSQL. Each may be run again: the version of the order, or a key, tells that it was done. */
export class SagaSteps {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The catalogue says the prices, not the client. */
  async createOrder(id: string, { customer, items, shippingAddress }: OrderRequest): Promise<{ totalMinor: number }> {
    const { rows } = await this.pool.query<{ sku: string; price_minor: string }>({
      name: 'prices',
      text: 'SELECT sku, price_minor FROM stock WHERE sku = ANY($1)',
      values: [items.map(({ sku }) => sku)],
    });
    const prices = new Map(rows.map(({ sku, price_minor }) => [sku, Number(price_minor)]));
    const totalMinor = items.reduce((sum, { sku, quantity }) => sum + (prices.get(sku) ?? NaN) * quantity, 0);
    if (Number.isNaN(totalMinor)) throw new Error(`${id} has a product that is not in the catalogue`);
    await this.pool.query({
      name: 'create-order',
      text: `WITH created AS (
          INSERT INTO orders (id, status, version, customer, lines, address, total_minor)
          VALUES ($1, 'PENDING', 1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id)
        INSERT INTO order_events (order_id, version, type, data) SELECT id, 1, 'OrderCreated', $3 FROM created`,
      values: [id, customer, JSON.stringify(items), shippingAddress, totalMinor],
    });
    return { totalMinor };
  }

  async reserveInventory(id: string, items: Items): Promise<'reserved' | 'InsufficientStock'> {
    return this.transaction<'reserved' | 'InsufficientStock'>(async (client) => {
      const change = { version: 1, status: 'INVENTORY_RESERVED', event: 'InventoryReserved', data: items } as const;
      if (!(await changeOrder(client, id, change))) return 'reserved';
      await client.query({
        name: 'hold',
        text: `INSERT INTO holds (order_id, lines, status) VALUES ($1, $2, 'HELD')`,
        values: [id, JSON.stringify(items)],
      });
      for (const { sku, quantity } of sorted(items)) {
        const { rowCount } = await client.query({
          name: 'reserve',
          text: 'UPDATE stock SET available = available - $2, held = held + $2 WHERE sku = $1 AND available >= $2',
          values: [sku, quantity],
        });
        if (rowCount !== 1) throw new RolledBack('InsufficientStock');
      }
      return 'reserved';
    });
  }

  async releaseInventory(id: string, items: Items): Promise<void> {
    await this.settleHold(id, items, 'RELEASED', {
      version: 2,
      status: 'INVENTORY_RESERVED',
      event: 'InventoryReleased',
    });
  }

  /** The mock provider's own ledger: the same key is charged once, and answered the same every time. */
  async chargePayment(
    key: string,
    id: string,
    amountMinor: number,
    token: string,
  ): Promise<'charged' | 'PaymentDeclined'> {
    const status = DECLINED_TOKENS.has(token) ? 'DECLINED' : 'CHARGED';
    await this.pool.query({
      name: 'charge',
      text: 'INSERT INTO intents (key, order_id, amount_minor, status) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      values: [key, id, amountMinor, status],
    });
    return status === 'CHARGED' ? 'charged' : 'PaymentDeclined';
  }

  /** The mock carrier's own ledger, likewise. */
  async bookShipment(key: string, id: string): Promise<string> {
    const trackingNumber = `TRACK-${id}`;
    await this.pool.query({
      name: 'book',
      text: 'INSERT INTO bookings (key, order_id, tracking_number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      values: [key, id, trackingNumber],
    });
    return trackingNumber;
  }

  async shipOrder(id: string, items: Items, trackingNumber: string): Promise<void> {
    await this.settleHold(id, items, 'COMMITTED', {
      version: 3,
      status: 'SHIPPED',
      event: 'OrderShipped',
      data: { trackingNumber },
    });
  }

  /** A change of the order that touches nothing else. */
  async change(id: string, change: Change): Promise<void> {
    await changeOrder(this.pool, id, change);
  }

  private async settleHold(id: string, items: Items, status: 'COMMITTED' | 'RELEASED', change: Change): Promise<void> {
    const column = status === 'COMMITTED' ? 'committed' : 'available';
    await this.transaction(async (client) => {
      if (!(await changeOrder(client, id, change))) return;
      await client.query({
        name: 'settle-hold',
        text: 'UPDATE holds SET status = $2 WHERE order_id = $1',
        values: [id, status],
      });
      for (const { sku, quantity } of sorted(items))
        await client.query({
          name: `settle-${column}`,
          text: `UPDATE stock SET held = held - $2, ${column} = ${column} + $2 WHERE sku = $1`,
          values: [sku, quantity],
        });
    });
  }

  private async transaction<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const result = await run(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      if (error instanceof RolledBack) return error.outcome as T;
      throw error;
    } finally {
      client.release();
    }
  }
}

/** Leaves a transaction without its effects, and with an outcome. */
class RolledBack extends Error {
  readonly outcome: string;

  constructor(outcome: string) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** Whether the change was made now; false when it was made before. Throws when something else has changed the order. */
async function changeOrder(
  client: Pool | PoolClient,
  id: string,
  { version, status, event, data = {} }: Change,
): Promise<boolean> {
  const values = [id, version, status, event, JSON.stringify(data)];
  const { rowCount } = await client.query({ ...CHANGE_ORDER, values });
  if (rowCount === 1) return true;
  const { rows } = await client.query<{ type: string }>(
    'SELECT type FROM order_events WHERE order_id = $1 AND version = $2',
    [id, version + 1],
  );
  if (rows[0]?.type === event) return false;
  throw new Error(`${id} is not at version ${version}: ${event} is not possible`);
}

/** In one order for everybody, so that two orders of the same products cannot lock each other out. */
function sorted(items: Items): Items {
  return items.toSorted((left, right) => left.sku.localeCompare(right.sku));
}
