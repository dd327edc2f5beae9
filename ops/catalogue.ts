/** One product of the sample catalogue: what it costs and how many there are to begin with. */
export interface CatalogueEntry {
  readonly sku: string;
  readonly name: string;
  /** Euro cents. */
  readonly priceMinor: number;
  readonly received: number;
  readonly lowStockThreshold: number;
}

export const CATALOGUE_CURRENCY = 'EUR';

/** The one product of which there is too little for everybody: for trying out what happens then. */
export const SCARCE_SKU = 'LIMITED-PRINT';

/** Enough of everything for a rehearsal of 100,000 orders, except of the limited print. */
export const SAMPLE_CATALOGUE: readonly CatalogueEntry[] = [
  { sku: 'MUG-BLUE', name: 'Blue mug', priceMinor: 1290, received: 1_000_000, lowStockThreshold: 100 },
  { sku: 'TEE-BLACK-M', name: 'Black T-shirt, M', priceMinor: 2490, received: 1_000_000, lowStockThreshold: 100 },
  { sku: 'NOTEBOOK-A5', name: 'Notebook, A5, dotted', priceMinor: 990, received: 1_000_000, lowStockThreshold: 100 },
  { sku: 'HEADPHONES-PRO', name: 'Studio headphones', priceMinor: 24_900, received: 500_000, lowStockThreshold: 50 },
  { sku: 'DESK-LAMP', name: 'Desk lamp, oak', priceMinor: 8_900, received: 500_000, lowStockThreshold: 50 },
  { sku: 'BACKPACK-20L', name: 'Backpack, 20 litres', priceMinor: 6_950, received: 500_000, lowStockThreshold: 50 },
  { sku: SCARCE_SKU, name: 'Limited print, numbered', priceMinor: 4_500, received: 20, lowStockThreshold: 5 },
];
