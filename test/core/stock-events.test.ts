import { asSku } from '../../core/ids.ts';
import { driftDetected, lowStock, STOCK_EVENT_SCHEMA_VERSION, STOCK_EVENT_TYPES } from '../../core/stock-events.ts';
import { EVENT_TYPES } from '../../core/lifecycle.ts';
import { hasFallenLow, type StockItem } from '../../core/stock.ts';
import { STOCK_EVENT_SCHEMAS, stockEventErrors } from '../../functions/shared/stock-event-schemas.ts';
import metadata from '../../schemas/events/stock-metadata.json' with { type: 'json' };

const AT = '2026-11-20T13:00:00.000Z';
const LOW = lowStock(
  { sku: asSku('MUG-BLUE'), available: 10, lowStockThreshold: 10 },
  { sequenceNumber: '42', at: AT },
);
const DRIFT = { kind: 'held-is-in-holds', keys: ['MUG-BLUE'], detail: 'held is 3, the holds say 2' };
const FOUND = { now: AT, causationId: 'reconciler/1' };

test.each([LOW, driftDetected(DRIFT, FOUND)])('$detailType is as its schema says', (event) => {
  expect(stockEventErrors(event)).toEqual([]);
  expect(STOCK_EVENT_SCHEMAS[event.detailType]['title']).toBe(event.detailType);
});

test('what the schema does not know is refused', () => {
  const { detail } = LOW;

  expect(stockEventErrors({ ...LOW, detail: { ...detail, data: { ...detail.data, orderId: '1' } as never } })).toEqual([
    { field: 'data.orderId', message: 'is not a known property; remove it' },
  ]);
});

test('there is a schema for every type, of this version, and no order event is called the same', () => {
  expect(Object.keys(STOCK_EVENT_SCHEMAS)).toEqual(STOCK_EVENT_TYPES);
  expect(metadata.properties.schemaVersion.const).toBe(STOCK_EVENT_SCHEMA_VERSION);
  expect(EVENT_TYPES.filter((type) => (STOCK_EVENT_TYPES as readonly string[]).includes(type))).toEqual([]);
});

test('the same happening has the same event id, another one another', () => {
  const { eventId } = driftDetected(DRIFT, FOUND).detail.metadata;
  const idOf = (drift: Partial<typeof DRIFT>, found: Partial<typeof FOUND> = {}) =>
    driftDetected({ ...DRIFT, ...drift }, { ...FOUND, ...found }).detail.metadata.eventId;

  expect(idOf({}, { now: '2026-11-20T14:00:00.000Z' })).toBe(eventId);
  expect(idOf({ detail: 'worded otherwise' })).toBe(eventId);
  expect(idOf({ keys: ['TEE'] })).not.toBe(eventId);
  expect(idOf({}, { causationId: 'reconciler/2' })).not.toBe(eventId);
  expect(LOW.detail.metadata).toMatchObject({ eventId: 'low-stock#MUG-BLUE#42', correlationId: 'MUG-BLUE' });
});

describe('a SKU has fallen low', () => {
  const at = (available: number, lowStockThreshold: number) => ({ available, lowStockThreshold }) as StockItem;

  test.each([
    ['when the last unit above the threshold goes', at(11, 10), at(10, 10), true],
    ['when many go at once', at(50, 10), at(0, 10), true],
    ['when the threshold is raised to it', at(11, 10), at(11, 11), true],
    ['not while it stays above', at(50, 10), at(11, 10), false],
    ['not again while it stays low', at(10, 10), at(9, 10), false],
    ['not when units come in', at(9, 10), at(20, 10), false],
    ['not when the threshold is lowered', at(10, 10), at(10, 5), false],
  ])('%s', (_, before, after, low) => {
    expect(hasFallenLow(before, after)).toBe(low);
  });
});
