import { handler } from '../../../functions/recovery/reconcile-orders.ts';
import { lived } from '../../core/snapshots.ts';
import { ORDER_ID } from '../../orders.ts';
import { type RecoveryUnderTest, recoveryUnderTest } from './recovery-fixture.ts';

const RUN = `${ORDER_ID}-1`;

let under: RecoveryUnderTest;
beforeEach(async () => {
  under = await recoveryUnderTest();
  await under.given(lived(['InventoryReserved', 'PaymentConfirmed']));
});
afterEach(() => under.close());

const revive = (...orderIds: string[]) => under.run(handler, { revive: orderIds });

test('an order whose execution died is redriven, however often that was tried before', async () => {
  under.executions.set(RUN, { status: 'FAILED', redriveCount: 7 });
  expect(await revive(ORDER_ID)).toEqual({ revived: { [ORDER_ID]: 'redriven' } });
  expect(under.redriven()).toEqual([RUN]);
});

test('an order whose execution ended without it gets another run', async () => {
  under.executions.set(RUN, { status: 'SUCCEEDED' });
  expect(await revive(ORDER_ID)).toEqual({ revived: { [ORDER_ID]: 'restarted' } });
  expect(under.started()).toEqual([`${ORDER_ID}-2`]);
  expect((await under.order()).run).toBe(2);
});

test('an order that is carried on already is left alone, and one that does not exist has failed', async () => {
  under.executions.set(RUN, { status: 'RUNNING' });
  const stranger = '11111111-1111-5111-8111-111111111111';
  expect(await revive(ORDER_ID, stranger)).toEqual({ revived: { [ORDER_ID]: 'running', [stranger]: 'failed' } });
  expect(under.logs.lines().filter(({ level }) => level === 'ERROR')).toMatchObject([{ orderId: stranger }]);
});

test('what is no list of order ids is refused', async () => {
  await expect(under.run(handler, { revive: 'all' })).rejects.toThrow('a list of at most 100 order ids');
  await expect(revive('all')).rejects.toThrow('a list of at most 100 order ids');
});
