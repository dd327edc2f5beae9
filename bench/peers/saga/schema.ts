import type { Pool } from 'pg';
import { SAMPLE_CATALOGUE } from '../../../ops/catalogue.ts';

/** The business data, the same for both peers. An order's events are its audit trail; they are published nowhere. */
const TABLES = `
  CREATE TABLE orders (
    id text PRIMARY KEY,
    status text NOT NULL,
    version int NOT NULL,
    customer jsonb NOT NULL,
    lines jsonb NOT NULL,
    address jsonb NOT NULL,
    total_minor bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE order_events (
    order_id text NOT NULL,
    version int NOT NULL,
    type text NOT NULL,
    data jsonb NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, version)
  );
  CREATE TABLE holds (order_id text PRIMARY KEY, lines jsonb NOT NULL, status text NOT NULL);
  CREATE TABLE stock (
    sku text PRIMARY KEY,
    name text NOT NULL,
    price_minor bigint NOT NULL,
    received int NOT NULL,
    available int NOT NULL CHECK (available >= 0),
    held int NOT NULL DEFAULT 0 CHECK (held >= 0),
    committed int NOT NULL DEFAULT 0 CHECK (committed >= 0)
  );
  CREATE TABLE intents (key text PRIMARY KEY, order_id text NOT NULL, amount_minor bigint NOT NULL, status text NOT NULL);
  CREATE TABLE bookings (key text PRIMARY KEY, order_id text NOT NULL, tracking_number text NOT NULL);
`;

/** Makes the tables and fills the stock with the sample catalogue. */
export async function createSchema(pool: Pool): Promise<void> {
  await pool.query(TABLES);
  for (const { sku, name, priceMinor, received } of SAMPLE_CATALOGUE)
    await pool.query('INSERT INTO stock (sku, name, price_minor, received, available) VALUES ($1, $2, $3, $4, $4)', [
      sku,
      name,
      priceMinor,
      received,
    ]);
}
