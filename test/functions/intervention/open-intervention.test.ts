import { DECISIONS_BY_STEP, type FailedStep, type InterventionRecord } from '../../../core/intervention.ts';
import { orderItem } from '../../../core/order-item.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { closeIntervention } from '../../../functions/intervention/intervention-store.ts';
import { handler as openIntervention } from '../../../functions/intervention/open-intervention.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { handler as shipOrder } from '../../../functions/shipment/ship-order.ts';
import type { OpenPayload } from '../../../functions/shared/step-payload.ts';
import { ORDER_ID } from '../../orders.ts';
import { type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';
import { decideAsStaff, interventionsOf } from '../waiting-execution.ts';
import { DEADLINE_SECONDS, failureOf, opening } from './payloads.ts';

let saga: SagaUnderTest;
beforeEach(async () => {
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
});
afterEach(() => saga.close());

const open = (overrides: Partial<OpenPayload> = {}, step: FailedStep = 'ShipOrder') =>
  saga.invoke(openIntervention, opening(step, overrides));
const turn = (retries: number, redrives = 0) => ({ redrives, retries, enteredAt: '2026-11-20T13:00:00.000Z' });

async function latest(): Promise<InterventionRecord> {
  return (await interventionsOf(saga)).at(-1)!;
}

describe('the first invocation', () => {
  test('calls people: the record says why, to when, and what they can decide', async () => {
    const before = Date.now();
    expect(await open()).toEqual({ orderId: ORDER_ID, outcome: 'WAITING' });

    const record = await latest();
    expect(record).toMatchObject({
      ...{ number: 1, status: 'OPEN', reason: 'SHIPMENT_OUTCOME_UNKNOWN', failedStep: 'ShipOrder', attempts: 3 },
      ...{ error: { name: 'CarrierUnavailable', message: 'no answer' }, statusBefore: 'PAYMENT_CONFIRMED' },
      ...{ allowedDecisions: DECISIONS_BY_STEP.ShipOrder, escalations: 0, run: 1, taskToken: 'token-1' },
    });
    expect(Date.parse(record.deadline) - Date.parse(record.openedAt)).toBe(DEADLINE_SECONDS * 1000);
    expect(Date.parse(record.openedAt)).toBeGreaterThanOrEqual(before);
    expect(await saga.order()).toMatchObject({ status: 'MANUAL_INTERVENTION', interventions: 1, version: 4 });
  });

  test('tells the token to nobody: neither the event nor the log has it', async () => {
    await open({ taskToken: 'secret-token' });
    expect(JSON.stringify(await saga.events())).not.toContain('secret-token');
    expect(saga.logs.text()).not.toContain('secret-token');
    expect((await saga.events())[3]).toMatchObject({
      type: 'ManualInterventionRequired',
      data: { intervention: 1, reason: 'CarrierUnavailable', interventionReason: 'SHIPMENT_OUTCOME_UNKNOWN' },
    });
  });

  test.each<[FailedStep, string, string]>([
    ['ChargePayment', 'PaymentGatewayUnavailable', 'PAYMENT_OUTCOME_UNKNOWN'],
    ['ShipOrder', 'ShippingImpossible', 'SHIPPING_IMPOSSIBLE'],
    ['ShipOrder', 'CarrierUnavailable', 'SHIPMENT_OUTCOME_UNKNOWN'],
    ['RefundPayment', 'PaymentGatewayUnavailable', 'COMPENSATION_FAILED'],
  ])('after %s and %s says %s', async (step, resolving, reason) => {
    await open({ resolving }, step);
    expect(await latest()).toMatchObject({ reason, allowedDecisions: DECISIONS_BY_STEP[step] });
  });

  test.each(['', 'a text of Lambda', JSON.stringify({ errorType: 'Other', errorMessage: 'Ada Lovelace' })])(
    'keeps of a cause that is not our own only the name of the error: %j',
    async (cause) => {
      await open({ failure: { ...failureOf('ShipOrder'), cause } });
      expect((await latest()).error).toEqual({ name: 'CarrierUnavailable' });
    },
  );
});

describe('nobody is called', () => {
  test('to an order whose client has cancelled', async () => {
    await saga.tables.put('Orders', orderItem({ ...(await saga.order()), cancelRequested: true }));
    await expect(open()).rejects.toMatchObject({ name: 'OrderCancelled' });
    expect(await interventionsOf(saga)).toEqual([]);
  });

  test('but where its refund failed: somebody has to see to that', async () => {
    await saga.tables.put('Orders', orderItem({ ...(await saga.order()), cancelRequested: true }));
    expect(await open({}, 'RefundPayment')).toMatchObject({ outcome: 'WAITING' });
  });

  test('to an order that has gone out after all', async () => {
    await saga.invoke(shipOrder);
    await expect(open()).rejects.toMatchObject({ name: 'OrderAlreadyShipped' });
    expect(await saga.order()).toMatchObject({ status: 'SHIPPED' });
  });
});

describe('an invocation that comes again', () => {
  beforeEach(() => open());

  test('by a retry, leaves its token with the record that is open', async () => {
    await open({ taskToken: 'token-2', turn: turn(1) });
    expect(await interventionsOf(saga)).toMatchObject([{ number: 1, status: 'OPEN', taskToken: 'token-2' }]);
    expect(await saga.order()).toMatchObject({ version: 4 });
  });

  test('by a redrive, which begins to count its tries anew, does so too', async () => {
    await open({ taskToken: 'token-2', turn: turn(7) });
    await open({ taskToken: 'token-3', turn: turn(0, 1) });
    expect(await latest()).toMatchObject({ taskToken: 'token-3' });
  });

  test('moves the deadline to that of the task that waits now', async () => {
    await open();
    const { deadline } = await latest();
    await open({ taskToken: 'token-2', turn: turn(0, 1), deadlineSeconds: 2 * DEADLINE_SECONDS });
    expect(Date.parse((await latest()).deadline) - Date.parse(deadline)).toBeGreaterThanOrEqual(
      DEADLINE_SECONDS * 1000,
    );
  });

  test('late, leaves the token of a later one alone', async () => {
    await open({ taskToken: 'token-2', turn: turn(1) });
    await open({ taskToken: 'token-1', turn: turn(0) });
    expect(await latest()).toMatchObject({ status: 'OPEN', taskToken: 'token-2' });
  });

  test('finds a decision, which goes to its token', async () => {
    await decideAsStaff('RETRY');
    await open({ taskToken: 'token-2', turn: turn(1) });
    expect(await latest()).toMatchObject({ status: 'DECIDED', taskToken: 'token-2', decided: { decision: 'RETRY' } });
  });

  test('by a redrive, finds a decision that was heard of, and is sent it once more', async () => {
    await decideAsStaff('RETRY');
    await closeIntervention(await latest(), '2026-11-20T15:00:01.000Z');
    await open({ taskToken: 'token-2', turn: turn(0, 1) });
    const record = await latest();
    expect(record).toMatchObject({ status: 'DECIDED', taskToken: 'token-2' });
    expect(record.closedAt).toBeUndefined();
  });

  test('late, wakes no decision that was heard of', async () => {
    await decideAsStaff('RETRY');
    await closeIntervention(await latest(), '2026-11-20T15:00:01.000Z');
    await open({ taskToken: 'token-1', turn: turn(0) });
    const record = await latest();
    expect(record).toMatchObject({ status: 'CLOSED' });
    expect(record.taskToken).toBeUndefined();
  });

  test('by a new run, takes over an intervention that is open', async () => {
    await open({ run: 2, taskToken: 'token-2' });
    expect(await interventionsOf(saga)).toMatchObject([{ number: 1, status: 'OPEN', run: 2, taskToken: 'token-2' }]);
  });

  test('by a new run, behind a decision that is written on the order, calls people anew', async () => {
    await decideAsStaff('RETRY');
    await closeIntervention(await latest(), '2026-11-20T15:00:01.000Z');
    await open({ run: 2, taskToken: 'token-2' });
    expect(await latest()).toMatchObject({ number: 2, status: 'OPEN', run: 2, taskToken: 'token-2' });
  });

  test('behind a decision that it has followed, calls people anew', async () => {
    await decideAsStaff('RETRY');
    await closeIntervention(await latest(), '2026-11-20T15:00:01.000Z');
    await open({ followed: 1, taskToken: 'token-2', turn: { ...turn(0), enteredAt: '2026-11-20T16:00:00.000Z' } });
    expect(await latest()).toMatchObject({ number: 2, status: 'OPEN', taskToken: 'token-2' });
    expect(await saga.order()).toMatchObject({ interventions: 2 });
  });
});

test('given two at once, then there is one intervention, and the later try waits', async () => {
  await Promise.all([open(), open({ taskToken: 'token-2', turn: turn(1) })]);
  expect(await interventionsOf(saga)).toMatchObject([{ number: 1, status: 'OPEN', taskToken: 'token-2' }]);
});
