import { asClientId, type OrderId } from '../../core/ids.ts';
import { accessPath, mergePage, type OrderSummary, type PartitionRead } from '../../core/order-list.ts';
import { isCursor, pageCursor, positionIn } from '../../core/page-cursor.ts';

/** Positions are single letters here: a is the oldest. */
const entry = (position: string, parts: Partial<OrderSummary> = {}) => ({
  position,
  order: {
    orderId: position as OrderId,
    clientId: asClientId('client-1'),
    status: 'PENDING' as const,
    total: { amountMinor: 1, currency: 'EUR' },
    createdAt: '2026-11-20T13:00:00.000Z',
    updatedAt: '2026-11-20T13:00:00.000Z',
    ...parts,
  },
});
const read = (positions: string, readTo?: string): PartitionRead => ({
  entries: [...positions].map((position) => entry(position)),
  readTo,
});
const merged = (reads: PartitionRead[], limit: number) => {
  const { orders, next } = mergePage(reads, limit);
  return [orders.map(({ orderId }) => orderId).join(''), next];
};

describe('a page', () => {
  test('is put together newest first from all partitions', () => {
    expect(merged([read('hda'), read('g'), read('fecb')], 20)).toEqual(['hgfedcba', undefined]);
  });

  test('ends where it is full, and the next one begins there in every partition', () => {
    expect(merged([read('hda'), read('gf')], 3)).toEqual(['hgf', 'f']);
  });

  test('is the last one when nothing is left, even if it is full', () => {
    expect(merged([read('ca'), read('b')], 3)).toEqual(['cba', undefined]);
  });

  test('shows nothing older than what was read of every partition, and goes on there', () => {
    // The second partition was read down to e without finding more than g.
    expect(merged([read('hda'), read('g', 'e')], 20)).toEqual(['hg', 'e']);
  });

  test('may be empty, and still knows where the next one begins', () => {
    expect(merged([read('', 'c'), read('', 'e')], 20)).toEqual(['', 'e']);
  });

  test('shows an order that was met twice, on its way to another status, once and as it was last', () => {
    const later = entry('b', { status: 'SHIPPED', updatedAt: '2026-11-20T13:00:09.000Z' });

    expect(mergePage([{ entries: [later] }, read('cba')], 20).orders.map(({ status }) => status)).toEqual([
      'PENDING',
      'SHIPPED',
      'PENDING',
    ]);
  });
});

describe('the access path', () => {
  const pathOf = (filters: Parameters<typeof accessPath>[0]) => {
    const { index, rounds, filterByStatus } = accessPath(filters);
    return { index: index.name, queries: rounds.flat().length, filterByStatus };
  };

  test.each([
    [
      { clientId: 'c', customerId: 'x' },
      { index: 'byCustomer', queries: 1, filterByStatus: false },
    ],
    [
      { clientId: 'c', customerId: 'x', status: 'SHIPPED' as const },
      { index: 'byCustomer', queries: 1, filterByStatus: true },
    ],
    [{ clientId: 'c' }, { index: 'byClient', queries: 4, filterByStatus: false }],
    [
      { clientId: 'c', status: 'SHIPPED' as const },
      { index: 'byClient', queries: 4, filterByStatus: true },
    ],
    [{ status: 'SHIPPED' as const }, { index: 'byStatus', queries: 8, filterByStatus: false }],
    [{}, { index: 'byStatus', queries: 80, filterByStatus: false }],
  ])('of %j is the narrowest index', (filters, path) => {
    expect(pathOf(filters)).toEqual(path);
  });

  test('of everything reads the statuses in the order in which orders go through them', () => {
    const statuses = accessPath({}).rounds.map(([first = '']) => first.split('#')[0]);

    expect(statuses.slice(0, 6)).toEqual([
      'MANUAL_INTERVENTION',
      'PENDING',
      'INVENTORY_RESERVED',
      'PAYMENT_CONFIRMED',
      'SHIPPED',
      'MANUAL_INTERVENTION',
    ]);
    expect(statuses.slice(6).sort()).toEqual(['CANCELLED', 'COMPLETED', 'PAYMENT_FAILED', 'REJECTED']);
  });
});

describe('a cursor', () => {
  const cursor = pageCursor({ list: 'orders', status: 'SHIPPED' }, 'b#1');

  test('gives its position back to its own list, however that is spelt', () => {
    expect(positionIn(cursor, { status: 'SHIPPED', list: 'orders' })).toBe('b#1');
    expect(cursor).toMatch(/^[\w-]+$/);
    expect([isCursor(cursor), isCursor('bm9uZQ')]).toEqual([true, false]);
  });

  test.each([
    ['of another list', cursor, { list: 'orders', status: 'PENDING' }],
    ['that is none', 'bm9uZQ', { list: 'orders', status: 'SHIPPED' }],
    ['of JSON that is no cursor', Buffer.from('{"a":1}').toString('base64url'), { list: 'orders', status: 'SHIPPED' }],
  ])('%s has no position', (_, text, list) => {
    expect(positionIn(text, list)).toBeUndefined();
  });
});
