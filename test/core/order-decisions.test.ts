import { IllegalTransitionError } from '../../core/errors.ts';
import type { Decision, FailedStep } from '../../core/intervention.ts';
import { applyChange, type OrderChange, type Resolution } from '../../core/order-change.ts';
import { heldMinor, visitOf } from '../../core/order-facts.ts';
import type { DeliveryStatus, Order } from '../../core/order.ts';
import { CONTEXT, LATER, orderAfter, SAMPLE_CHANGES } from '../order-changes.ts';

const CLAIMED = ['InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted'] as const;
const STUCK = orderAfter(...CLAIMED, 'ManualInterventionRequired');

function after(order: Order, ...changes: readonly OrderChange[]): Order {
  return changes.reduce((current, change) => applyChange(current, change, CONTEXT).order, order);
}

function decided(decision: Decision, details: Partial<Resolution> = {}): OrderChange {
  const failedStep: FailedStep = details.failedStep ?? 'ShipOrder';
  return {
    ...SAMPLE_CHANGES.ManualInterventionResolved,
    details: { intervention: 1, decision, decidedBy: 'person' },
    resolution: { decision, failedStep, ...details },
  };
}

describe('an intervention', () => {
  test('counts from 1, and leaves no failure on an order that has not failed', () => {
    expect(STUCK).toMatchObject({ status: 'MANUAL_INTERVENTION', interventions: 1 });
    expect(STUCK.failure).toBeUndefined();
  });

  test('of a number that is not the next one is refused', () => {
    const third = { ...SAMPLE_CHANGES.ManualInterventionRequired.details, intervention: 3 };
    const again = after(STUCK, decided('RETRY'));
    expect(() => after(again, SAMPLE_CHANGES.ManualInterventionRequired)).toThrow('its latest intervention is 1');
    expect(() => after(again, { type: 'ManualInterventionRequired', details: third })).toThrow(IllegalTransitionError);
  });

  test('that is not the latest can be neither decided nor escalated', () => {
    const old = { intervention: 0, decision: 'RETRY', decidedBy: 'person' } as const;
    expect(() => after(STUCK, { ...decided('RETRY'), details: old } as OrderChange)).toThrow(IllegalTransitionError);
    const escalated = { ...SAMPLE_CHANGES.ManualInterventionEscalated.details, intervention: 2 };
    expect(() => after(STUCK, { type: 'ManualInterventionEscalated', details: escalated })).toThrow(
      IllegalTransitionError,
    );
  });

  test('is decided once', () => {
    expect(() => after(STUCK, decided('RETRY'), decided('REFUND_AND_CANCEL'))).toThrow(IllegalTransitionError);
  });

  test('that is escalated leaves the order as it is', () => {
    const { version: _version, ...order } = after(STUCK, SAMPLE_CHANGES.ManualInterventionEscalated);
    expect(STUCK).toMatchObject(order);
  });
});

describe('a decision is written on the order', () => {
  test.each<FailedStep>(['ChargePayment', 'ShipOrder', 'RefundPayment'])(
    'RETRY sends it to %s another time',
    (step) => {
      const order = after(STUCK, decided('RETRY', { failedStep: step }));
      expect(visitOf(order, step)).toBe(2);
      expect(order.visits).toEqual({ [step]: 2 });
      expect(order).toMatchObject({ status: 'PAYMENT_CONFIRMED', cancelRequested: false });
    },
  );

  test('each RETRY is a visit of its own, of its own step', () => {
    const again: OrderChange = {
      ...SAMPLE_CHANGES.ManualInterventionRequired,
      details: { ...SAMPLE_CHANGES.ManualInterventionRequired.details, intervention: 2 },
    };
    const second = { intervention: 2, decision: 'RETRY', decidedBy: 'person' } as const;
    const order = after(STUCK, decided('RETRY'), again, { ...decided('RETRY'), details: second } as OrderChange);
    expect(visitOf(order, 'ShipOrder')).toBe(3);
    expect(visitOf(order, 'ChargePayment')).toBe(1);
  });

  test('REFUND_AND_CANCEL asks for cancellation', () => {
    expect(after(STUCK, decided('REFUND_AND_CANCEL'))).toMatchObject({ cancelRequested: true, shipping: true });
  });

  test('SHIPPED_MANUALLY keeps the parcel, and claims the order: nobody can cancel it any more', () => {
    const unclaimed = orderAfter('InventoryReserved', 'PaymentConfirmed', 'ManualInterventionRequired');
    const order = after(unclaimed, decided('SHIPPED_MANUALLY', { carrier: 'Courier', trackingNumber: 'C-1' }));
    expect(order).toMatchObject({ shipping: true, manualShipment: { carrier: 'Courier', trackingNumber: 'C-1' } });
    expect(visitOf(order, 'ShipOrder')).toBe(2);
    expect(() => after(order, SAMPLE_CHANGES.CancellationRequested)).toThrow('it is shipped');
  });

  test.each([
    ['MARK_REFUNDED', 'REFUNDED_OUTSIDE'],
    ['WRITE_OFF', 'WRITTEN_OFF'],
  ] as const)('%s settles the payment as %s, with the amount that staff name', (decision, kind) => {
    expect(after(STUCK, decided(decision)).payment.settlement).toEqual({ kind });
    expect(after(STUCK, decided(decision, { amountMinor: 100 }))).toMatchObject({
      cancelRequested: true,
      payment: { status: 'CHARGED', settlement: { kind, amountMinor: 100 } },
    });
  });

  test('and its event says what and by whom, but not the rest', () => {
    const { event } = applyChange(STUCK, decided('SHIPPED_MANUALLY', { carrier: 'C', trackingNumber: 'T-1' }), CONTEXT);
    expect(event.data).toMatchObject({ intervention: 1, decision: 'SHIPPED_MANUALLY', decidedBy: 'person' });
    expect(JSON.stringify(event)).not.toContain('T-1');
  });
});

describe('the cancellation of an order that waits for people', () => {
  test('is accepted although its shipping was claimed', () => {
    const order = after(STUCK, SAMPLE_CHANGES.CancellationRequested);
    expect(order).toMatchObject({ status: 'MANUAL_INTERVENTION', cancelRequested: true });
  });

  test('is refused when staff have shipped it', () => {
    const manual = after(STUCK, decided('SHIPPED_MANUALLY', { carrier: 'Courier', trackingNumber: 'C-1' }));
    const again: OrderChange = {
      ...SAMPLE_CHANGES.ManualInterventionRequired,
      details: { ...SAMPLE_CHANGES.ManualInterventionRequired.details, intervention: 2 },
    };
    expect(() => after(manual, again, SAMPLE_CHANGES.CancellationRequested)).toThrow('it is shipped');
  });
});

describe('money that staff settle', () => {
  const paid = orderAfter('InventoryReserved', 'PaymentConfirmed');
  const refunded = SAMPLE_CHANGES.PaymentRefunded;

  test('is refunded outside of the provider, and shown apart from what the provider gave back', () => {
    const order = after(paid, { ...refunded, details: { ...refunded.details, outside: true } });
    expect(order.payment).toMatchObject({ status: 'REFUNDED', refundedMinor: 0, refundedOutsideMinor: 3480 });
    expect(heldMinor(order)).toBe(0);
  });

  test('or is written off', () => {
    const order = after(paid, SAMPLE_CHANGES.PaymentWrittenOff);
    expect(order.payment).toMatchObject({ status: 'WRITTEN_OFF', refundedMinor: 0, writtenOffMinor: 3480 });
    expect(heldMinor(order)).toBe(0);
  });

  test('had been charged, even if nobody had recorded it', () => {
    const order = after(orderAfter('InventoryReserved'), SAMPLE_CHANGES.PaymentWrittenOff);
    expect(order.payment).toMatchObject({ chargedMinor: 3480, writtenOffMinor: 3480 });
  });

  test('keeps saying so when the order ends for want of payment', () => {
    const order = after(
      orderAfter('InventoryReserved'),
      SAMPLE_CHANGES.PaymentWrittenOff,
      SAMPLE_CHANGES.InventoryReleased,
      { type: 'PaymentFailed', details: {}, failure: { reason: 'PaymentOutcomeUnknown' } },
    );
    expect(order).toMatchObject({ status: 'PAYMENT_FAILED', payment: { status: 'WRITTEN_OFF' } });
  });
});

describe('news of a parcel', () => {
  const shipped = orderAfter(...CLAIMED, 'OrderShipped');
  const news = (deliveryStatus: DeliveryStatus): OrderChange => ({
    type: 'ShipmentUpdated',
    details: { deliveryStatus },
  });

  test('are kept with their time, before and after the order is complete', () => {
    const order = after(
      shipped,
      news('IN_TRANSIT'),
      SAMPLE_CHANGES.OrderCompleted,
      news('DELIVERED'),
      news('RETURNED'),
    );
    expect(order).toMatchObject({ status: 'COMPLETED', shipment: { delivery: { status: 'RETURNED', at: LATER } } });
  });

  test.each<[DeliveryStatus, DeliveryStatus]>([
    ['IN_TRANSIT', 'IN_TRANSIT'],
    ['DELIVERED', 'IN_TRANSIT'],
    ['DELIVERED', 'DELIVERED'],
    ['RETURNED', 'DELIVERED'],
  ])('go forward only: after %s comes no %s', (now, next) => {
    expect(() => after(shipped, news(now), news(next))).toThrow(`its parcel is ${now} already`);
  });
});

test('another run of the saga is the next one, and no other', () => {
  const restarted = (run: number): OrderChange => ({ type: 'SagaRestarted', details: { run, reason: 'ABORTED' } });
  expect(after(STUCK, restarted(2))).toMatchObject({ run: 2, status: 'MANUAL_INTERVENTION' });
  expect(() => after(STUCK, restarted(3))).toThrow('it is in run 1');
  expect(() => after(STUCK, restarted(2), restarted(2))).toThrow('it is in run 2');
});
