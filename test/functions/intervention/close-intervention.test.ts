import { jest } from '@jest/globals';
import type { FailedStep, InterventionRecord } from '../../../core/intervention.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as closeIntervention } from '../../../functions/intervention/close-intervention.ts';
import { handler as openIntervention } from '../../../functions/intervention/open-intervention.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { ORDER_ID } from '../../orders.ts';
import { type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';
import { decideAsStaff, interventionsOf, useStandingClock } from '../waiting-execution.ts';
import { closing, DEADLINE_SECONDS, opening } from './payloads.ts';

let saga: SagaUnderTest;
beforeEach(async () => {
  useStandingClock();
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
});
afterEach(async () => {
  await saga.close();
  jest.useRealTimers();
});

const close = () => saga.invoke(closeIntervention, closing);

/** An order that waits, a week later. */
async function givenDeadline(step: FailedStep, resolving: string): Promise<void> {
  await saga.invoke(openIntervention, opening(step, { resolving }));
  jest.setSystemTime(Date.now() + DEADLINE_SECONDS * 1000);
}

async function record(): Promise<InterventionRecord> {
  return (await interventionsOf(saga)).at(-1)!;
}

describe('given that shipping was impossible, and nobody has decided', () => {
  beforeEach(() => givenDeadline('ShipOrder', 'ShippingImpossible'));

  test('then the deadline refunds and cancels, and the record says so', async () => {
    const told = { intervention: 1, outcome: 'REFUND_AND_CANCEL', step: 'ShipOrder', reason: 'ShippingImpossible' };
    expect(await close()).toEqual({ orderId: ORDER_ID, ...told });
    expect(await record()).toMatchObject({ status: 'CLOSED', decided: { decidedBy: { kind: 'deadline' } } });
    expect((await record()).taskToken).toBeUndefined();
    expect(await saga.order()).toMatchObject({ status: 'PAYMENT_CONFIRMED', cancelRequested: true });
    expect((await saga.events()).at(-1)).toMatchObject({
      type: 'ManualInterventionResolved',
      data: { decision: 'REFUND_AND_CANCEL', decidedBy: 'deadline' },
    });
  });

  test('then a second invocation tells the same, and decides nothing more', async () => {
    const first = await close();
    const { version } = await saga.order();
    expect(await close()).toEqual(first);
    expect(await saga.order()).toMatchObject({ version });
  });
});

describe.each<[FailedStep, string, string]>([
  ['ChargePayment', 'PaymentGatewayUnavailable', 'PAYMENT_OUTCOME_UNKNOWN'],
  ['ShipOrder', 'CarrierUnavailable', 'SHIPMENT_OUTCOME_UNKNOWN'],
  ['RefundPayment', 'PaymentGatewayUnavailable', 'COMPENSATION_FAILED'],
])('given that %s failed by %s, and nobody has decided (%s)', (step, resolving) => {
  beforeEach(() => givenDeadline(step, resolving));

  test('then nothing is guessed: there is as much time again, and people are called again', async () => {
    expect(await close()).toMatchObject({ outcome: 'EXTENDED', step });
    const { status, escalations, deadline, taskToken } = await record();
    expect({ status, escalations, taskToken }).toEqual({ status: 'OPEN', escalations: 1, taskToken: 'token-1' });
    expect(Date.parse(deadline)).toBe(Date.now() + DEADLINE_SECONDS * 1000);
    expect(await saga.order()).toMatchObject({ status: 'MANUAL_INTERVENTION', cancelRequested: false });
    expect((await saga.events()).at(-1)).toMatchObject({
      type: 'ManualInterventionEscalated',
      data: { intervention: 1, escalation: 1, deadline },
    });
  });

  test('then an invocation that comes again gives no more time, and calls nobody again', async () => {
    await close();
    const { version } = await saga.order();
    expect(await close()).toMatchObject({ outcome: 'EXTENDED' });
    expect(await saga.order()).toMatchObject({ version });
    expect(await record()).toMatchObject({ escalations: 1 });
  });

  test('then the next deadline escalates once more', async () => {
    await close();
    jest.setSystemTime(Date.now() + DEADLINE_SECONDS * 1000);
    await close();
    expect(await record()).toMatchObject({ escalations: 2 });
  });
});

test('given a decision that was made in time and not heard of, then the record decides, not the clock', async () => {
  await givenDeadline('ShipOrder', 'ShippingImpossible');
  await decideAsStaff('SHIPPED_MANUALLY');
  expect(await close()).toMatchObject({ outcome: 'SHIPPED_MANUALLY', step: 'ShipOrder' });
  expect(await record()).toMatchObject({ status: 'CLOSED', decided: { decidedBy: { kind: 'person' } } });
  expect(await saga.order()).toMatchObject({ manualShipment: { trackingNumber: 'C-1' } });
});

test('given a decision at the same moment, then one of the two counts, for the record, the order and the execution', async () => {
  await givenDeadline('ShipOrder', 'ShippingImpossible');
  const [told] = await Promise.all([close(), decideAsStaff('RETRY').catch(() => undefined)]);
  const { decided } = await record();
  expect(told.outcome).toBe(decided?.decision);
  expect((await saga.order()).cancelRequested).toBe(decided?.decision === 'REFUND_AND_CANCEL');
  expect((await saga.events()).filter(({ type }) => type === 'ManualInterventionResolved')).toHaveLength(1);
});

test('given an invocation that comes late, when the next intervention is open, then it takes that for none of its own', async () => {
  await givenDeadline('ShipOrder', 'ShippingImpossible');
  await decideAsStaff('RETRY');
  await saga.invoke(openIntervention, opening('ShipOrder', { followed: 1, resolving: 'ShippingImpossible' }));
  expect(await close()).toMatchObject({ intervention: 2, outcome: 'EXTENDED' });
  expect(await record()).toMatchObject({ number: 2, status: 'OPEN', escalations: 0 });
  expect(await saga.order()).toMatchObject({ status: 'MANUAL_INTERVENTION', cancelRequested: false });
});

test('given an order that never waited, then that is an error', async () => {
  await expect(close()).rejects.toThrow('has no intervention to close');
});
