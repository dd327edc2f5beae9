import type { Pool } from 'pg';
import { TERMINAL_STATUSES } from './order.ts';

/** Each finds rows that must not be, once every order has come to its end: the house's own invariants, as far as they apply. */
const RULES: Readonly<Record<string, string>> = {
  'an order has not ended': `SELECT id FROM orders WHERE status NOT IN (${TERMINAL_STATUSES.map((status) => `'${status}'`).join(', ')})`,
  'stock is not conserved': 'SELECT sku AS id FROM stock WHERE available + held + committed <> received',
  'stock is held for nobody': `SELECT s.sku AS id FROM stock s WHERE s.held <> (
      SELECT coalesce(sum((line->>'quantity')::int), 0) FROM holds h, jsonb_array_elements(h.lines) line
      WHERE h.status = 'HELD' AND line->>'sku' = s.sku)`,
  'a hold does not fit its order': `SELECT o.id FROM orders o LEFT JOIN holds h ON h.order_id = o.id WHERE h.status IS DISTINCT FROM
      CASE o.status WHEN 'COMPLETED' THEN 'COMMITTED' WHEN 'PAYMENT_FAILED' THEN 'RELEASED' END`,
  'money is not conserved': `SELECT o.id FROM orders o LEFT JOIN intents i ON i.order_id = o.id AND i.status = 'CHARGED'
      WHERE coalesce(i.amount_minor, 0) <> CASE o.status WHEN 'COMPLETED' THEN o.total_minor ELSE 0 END`,
  'versions have a gap': `SELECT o.id FROM orders o JOIN order_events e ON e.order_id = o.id GROUP BY o.id, o.version
      HAVING count(*) <> o.version OR max(e.version) <> o.version`,
  'a parcel does not fit its order': `SELECT o.id FROM orders o LEFT JOIN bookings b ON b.order_id = o.id
      GROUP BY o.id, o.status HAVING count(b.key) <> CASE o.status WHEN 'COMPLETED' THEN 1 ELSE 0 END`,
};

/** One sentence for each rule that is broken; and the number of orders there are. */
export async function checkOrders(pool: Pool): Promise<{ orders: number; violations: string[] }> {
  const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM orders');
  const violations: string[] = [];
  for (const [rule, query] of Object.entries(RULES)) {
    const found = await pool.query<{ id: string }>(query);
    if (found.rows.length > 0) violations.push(`${rule}: ${found.rows.length}, first ${found.rows[0]?.id}`);
  }
  return { orders: Number(rows[0]?.count), violations };
}
