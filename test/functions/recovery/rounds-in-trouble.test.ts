import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { asOrderId } from '../../../core/ids.ts';
import { handler, type RoundResult } from '../../../functions/recovery/reconcile-orders.ts';
import { lived } from '../../core/snapshots.ts';
import { ORDER_ID } from '../../orders.ts';
import { type RecoveryUnderTest, recoveryUnderTest } from './recovery-fixture.ts';

const RUN = `${ORDER_ID}-1`;

let under: RecoveryUnderTest;
beforeEach(async () => {
  under = await recoveryUnderTest();
});
afterEach(() => under.close());

const round = (remainingMs?: number) => under.run<RoundResult>(handler, {}, remainingMs);

describe('a round that meets trouble', () => {
  const OTHER = asOrderId('11111111-1111-5111-8111-111111111111');

  test('goes on with the other orders, and fails in the end for somebody to hear of it', async () => {
    await under.given(lived([]));
    // An entry whose order is gone from the table but not from the index.
    const [order] = lived([]).orders;
    await under.given({ orders: [{ ...order!, orderId: OTHER }] });
    await under.tables.put('Orders', {
      pk: `ORDER#${OTHER}`,
      sk: 'GHOST',
      statusShard: 'PENDING#0',
      createdAtId: '0',
      updatedAt: '0',
    });
    await under.tables.remove('Orders', { pk: `ORDER#${OTHER}`, sk: 'ORDER' });
    await expect(round()).rejects.toThrow('1 orders could not be reconciled');
    expect(under.started()).toEqual([RUN]);
    expect(under.logs.lines().filter(({ level }) => level === 'ERROR')).toMatchObject([{ orderId: OTHER }]);
  });

  test('stops in time, and says that there is more', async () => {
    await under.given(lived([]));
    expect(await round(10_000)).toMatchObject({ acted: 0, isCutShort: true });
    expect(under.logs.lines()).toContainEqual(expect.objectContaining({ level: 'WARN', isCutShort: true }));
  });

  test('looks at 200 orders, oldest first in each partition, and leaves the others to the next', async () => {
    const [order] = lived([]).orders;
    const orders = Array.from({ length: 250 }, (_, index) => ({
      ...order!,
      orderId: asOrderId(`${String(index).padStart(8, '0')}-1111-5111-8111-111111111111`),
    }));
    await under.given({ orders });
    expect(await round()).toMatchObject({ started: 200, isCutShort: true });
    expect(under.tables.sdk.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });
});
