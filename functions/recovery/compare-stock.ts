import { ENVIRONMENT } from '../../core/environment.ts';
import type { Violation } from '../../core/invariants/snapshot.ts';
import { addUnits, countViolations, sumViolations, type UnitsInHolds } from '../../core/invariants/stock-rules.ts';
import { stockKey } from '../../core/item-keys.ts';
import type { Hold, StockItem } from '../../core/stock.ts';
import { scanPages } from './scan-table.ts';

/** How far the counts of a SKU are from the sums of the holds. */
interface Difference {
  readonly held: number;
  readonly committed: number;
  readonly violations: readonly Violation[];
}

/**
 * Compares the stock of every SKU with the sums of the holds. These are no snapshot: while they are read, orders go on. So a
 * difference only counts if a second look, at all holds once more, finds the very same; goods that were on the move have
 * moved on by then.
 * @param units of the first look at the holds
 */
export async function compareStock(
  units: ReadonlyMap<string, UnitsInHolds>,
  onPage: () => void,
): Promise<{ readonly skus: number; readonly confirmed: readonly Violation[] }> {
  const stock = await readStock(onPage);
  const counts = [...stock.values()].flatMap(countViolations);
  const doubts = differencesOf(stock, units);
  if (doubts.size === 0) return { skus: stock.size, confirmed: counts };

  const again = differencesOf(await readStock(onPage), await sumHolds(onPage));
  const confirmed = [...again].flatMap(([sku, { held, committed, violations }]) => {
    const before = doubts.get(sku);
    return before?.held === held && before.committed === committed ? violations : [];
  });
  return { skus: stock.size, confirmed: [...counts, ...confirmed] };
}

function differencesOf(
  stock: ReadonlyMap<string, StockItem>,
  units: ReadonlyMap<string, UnitsInHolds>,
): Map<string, Difference> {
  const differences = new Map<string, Difference>();
  for (const sku of new Set([...stock.keys(), ...units.keys()])) {
    const { held, committed } = units.get(sku) ?? { held: 0, committed: 0 };
    const item = stock.get(sku) ?? ({ sku, held: 0, committed: 0 } as StockItem);
    const violations = sumViolations(item, { held, committed });
    if (violations.length === 0) continue;
    differences.set(sku, { held: item.held - held, committed: item.committed - committed, violations });
  }
  return differences;
}

async function readStock(onPage: () => void): Promise<Map<string, StockItem>> {
  const stock = new Map<string, StockItem>();
  for await (const page of scanPages(ENVIRONMENT.inventoryTable, { sk: stockKey('').sk })) {
    onPage();
    for (const item of page as unknown as StockItem[]) stock.set(item.sku, item);
  }
  return stock;
}

async function sumHolds(onPage: () => void): Promise<Map<string, UnitsInHolds>> {
  const units = new Map<string, UnitsInHolds>();
  for await (const page of scanPages(ENVIRONMENT.ordersTable, { sk: 'HOLD' })) {
    onPage();
    for (const hold of page as unknown as Hold[]) addUnits(units, hold);
  }
  return units;
}
