import fc from 'fast-check';
import { IllegalTransitionError } from '../../core/errors.ts';
import { dueMinor, isAllowed, isTerminal } from '../../core/lifecycle.ts';
import { applyChange, createOrder, type OrderChange, recordedStep } from '../../core/order-change.ts';
import { heldMinor } from '../../core/order-facts.ts';
import type { Order } from '../../core/order.ts';
import { CONTEXT, LATER, orderAfter, SAMPLE_CHANGES } from '../order-changes.ts';
import { CREATED_AT, newOrder, ORDER_ID } from '../orders.ts';

describe('a new order', () => {
  test('has version 1, the sum of its lines as total, and its first event', () => {
    const { order, event } = newOrder();
    expect(order).toMatchObject({ status: 'PENDING', version: 1, run: 1, hold: 'NONE' });
    expect(order.total).toEqual({ amountMinor: 2 * 1295 + 890, currency: 'EUR' });
    expect(event).toMatchObject({
      eventId: `${ORDER_ID}#1`,
      type: 'OrderCreated',
      occurredAt: CREATED_AT,
      correlationId: ORDER_ID,
      data: { statusBefore: null, statusAfter: 'PENDING', total: order.total },
    });
  });

  test('with a fractional price is refused', () => {
    const { order } = newOrder();
    const items = order.items.map((line) => ({ ...line, unitPriceMinor: 12.5 }));
    expect(() => createOrder({ ...order, items, currency: 'EUR', paymentToken: 'tok_visa' }, CONTEXT)).toThrow(
      RangeError,
    );
  });
});

describe('a change', () => {
  test('moves the order one version on and writes the event of that version', () => {
    const { order, event } = applyChange(newOrder().order, SAMPLE_CHANGES.InventoryReserved, CONTEXT);
    expect(order).toMatchObject({ status: 'INVENTORY_RESERVED', version: 2, hold: 'HELD', updatedAt: LATER });
    expect(event).toMatchObject({
      eventId: `${ORDER_ID}#2`,
      version: 2,
      type: 'InventoryReserved',
      causationId: CONTEXT.causationId,
      data: { statusBefore: 'PENDING', statusAfter: 'INVENTORY_RESERVED' },
    });
  });

  test('of a step records its visit, version and outcome under that step', () => {
    const step = { name: 'ReserveInventory', visit: 1, outcome: 'RESERVED' } as const;
    const { order } = applyChange(newOrder().order, SAMPLE_CHANGES.InventoryReserved, { ...CONTEXT, step });
    expect(order.steps).toEqual({ ReserveInventory: { visit: 1, version: 2, outcome: 'RESERVED' } });
    expect(recordedStep(order, { name: 'ReserveInventory', visit: 1 })?.outcome).toBe('RESERVED');
    expect(recordedStep(order, { name: 'ReserveInventory', visit: 2 })).toBeUndefined();
    expect(recordedStep(order, { name: 'ChargePayment', visit: 1 })).toBeUndefined();
  });

  test('takes the reason of a failure into the order and into the event', () => {
    const { order, event } = applyChange(newOrder().order, SAMPLE_CHANGES.OrderRejected, CONTEXT);
    expect(order.failure).toEqual({ reason: 'InsufficientStock', detail: 'MUG-BLUE' });
    expect(event.data).toMatchObject({ reason: 'InsufficientStock', detail: 'MUG-BLUE' });
  });
});

describe('the payment of an order', () => {
  test('is CHARGED with the amount, then REFUNDED with the same amount', () => {
    const charged = orderAfter('InventoryReserved', 'PaymentConfirmed');
    expect(charged.payment).toMatchObject({ status: 'CHARGED', chargedMinor: 3480, refundedMinor: 0 });
    const refunded = applyChange(charged, SAMPLE_CHANGES.PaymentRefunded, CONTEXT).order;
    expect(refunded.payment).toMatchObject({ status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 3480 });
  });

  test('that was charged without being recorded shows both the charge and the refund', () => {
    const order = orderAfter('InventoryReserved', 'PaymentRefunded', 'InventoryReleased', 'PaymentFailed');
    expect(order.payment).toMatchObject({ status: 'REFUNDED', chargedMinor: 3480, refundedMinor: 3480 });
  });

  test('that was declined keeps the code, and one that failed otherwise does not pretend to be declined', () => {
    const released = orderAfter('InventoryReserved', 'InventoryReleased');
    const declined = applyChange(released, SAMPLE_CHANGES.PaymentFailed, CONTEXT).order;
    expect(declined.payment).toMatchObject({ status: 'DECLINED', declineCode: 'card_declined' });
    const silent: OrderChange = {
      type: 'PaymentFailed',
      details: {},
      failure: { reason: 'PaymentGatewayUnavailable' },
    };
    expect(applyChange(released, silent, CONTEXT).order.payment.status).toBe('FAILED');
  });
});

describe('what an order refuses', () => {
  test.each([
    ['to be reserved after it released', ['InventoryReserved', 'InventoryReleased'], 'InventoryReserved'],
    ['to be charged after it was refunded', ['InventoryReserved', 'PaymentRefunded'], 'PaymentConfirmed'],
    ['to be charged without stock', ['InventoryReserved', 'InventoryReleased'], 'PaymentConfirmed'],
    ['to be refunded twice', ['InventoryReserved', 'PaymentRefunded'], 'PaymentRefunded'],
    ['to release twice', ['InventoryReserved', 'InventoryReleased'], 'InventoryReleased'],
    ['to be claimed twice', ['InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted'], 'FulfillmentStarted'],
    [
      'to be claimed when cancellation is requested',
      ['InventoryReserved', 'PaymentConfirmed', 'CancellationRequested'],
      'FulfillmentStarted',
    ],
    [
      'to be claimed after it was refunded',
      ['InventoryReserved', 'PaymentConfirmed', 'PaymentRefunded'],
      'FulfillmentStarted',
    ],
    [
      'to be claimed without stock',
      ['InventoryReserved', 'PaymentConfirmed', 'InventoryReleased'],
      'FulfillmentStarted',
    ],
    [
      'cancellation once it is claimed',
      ['InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted'],
      'CancellationRequested',
    ],
    ['a second request for cancellation', ['CancellationRequested'], 'CancellationRequested'],
    ['to ship unclaimed', ['InventoryReserved', 'PaymentConfirmed'], 'OrderShipped'],
    [
      'to ship after it was refunded',
      ['InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted', 'PaymentRefunded'],
      'OrderShipped',
    ],
    [
      'to ship what it released',
      ['InventoryReserved', 'PaymentConfirmed', 'FulfillmentStarted', 'InventoryReleased'],
      'OrderShipped',
    ],
    ['to end while it holds stock', ['InventoryReserved'], 'OrderCancelled'],
    ['to end while it holds money', ['InventoryReserved', 'PaymentConfirmed', 'InventoryReleased'], 'OrderCancelled'],
    ['to fail its payment while it holds stock', ['InventoryReserved'], 'PaymentFailed'],
    ['to be rejected after it was reserved', ['InventoryReserved'], 'OrderRejected'],
    ['to be refunded after it was written off', ['InventoryReserved', 'PaymentWrittenOff'], 'PaymentRefunded'],
    ['to be written off after it was refunded', ['InventoryReserved', 'PaymentRefunded'], 'PaymentWrittenOff'],
    ['news of a parcel that was not sent', ['InventoryReserved', 'PaymentConfirmed'], 'ShipmentUpdated'],
  ] as const)('%s', (_, before, change) => {
    expect(() => applyChange(orderAfter(...before), SAMPLE_CHANGES[change], CONTEXT)).toThrow(IllegalTransitionError);
  });

  test('a resolved intervention that leads to a terminal status', () => {
    const order = orderAfter('InventoryReserved', 'ManualInterventionRequired');
    const change: OrderChange = { ...SAMPLE_CHANGES.ManualInterventionResolved, to: 'CANCELLED' };
    expect(() => applyChange(order, change, CONTEXT)).toThrow('cannot lead to CANCELLED');
  });
});

describe('whatever changes are tried, in whatever order', () => {
  const changes = fc.array(fc.constantFrom(...Object.values(SAMPLE_CHANGES)), { maxLength: 25 });

  test('versions have no gap, events chain from status to status, and no event carries personal data', () => {
    fc.assert(
      fc.property(changes, (tried) => {
        let current = newOrder();
        for (const change of tried) {
          const next = attempt(current.order, change);
          if (!next) continue;
          expect(next.order.version).toBe(current.order.version + 1);
          expect(next.event.version).toBe(next.order.version);
          expect(next.event.data.statusBefore).toBe(current.order.status);
          expect(next.event.data.statusAfter).toBe(next.order.status);
          expect(isAllowed(change.type, current.order.status, next.order.status)).toBe(true);
          const { customer, shippingAddress, payment } = next.order;
          for (const secret of [customer.email, customer.name, shippingAddress.line1, payment.token]) {
            expect(JSON.stringify(next.event)).not.toContain(secret);
          }
          current = next;
        }
      }),
    );
  });

  test('an order that has ended keeps exactly the money that its status owes, and holds no stock', () => {
    fc.assert(
      fc.property(changes, (tried) => {
        const order = tried.reduce((current, change) => attempt(current, change)?.order ?? current, newOrder().order);
        if (!isTerminal(order.status)) return;
        expect(heldMinor(order)).toBe(dueMinor(order.status, order.total.amountMinor));
        expect(order.hold).not.toBe('HELD');
        expect(order.hold === 'COMMITTED').toBe(order.status === 'COMPLETED');
      }),
    );
  });
});

function attempt(order: Order, change: OrderChange) {
  try {
    return applyChange(order, change, CONTEXT);
  } catch (error) {
    if (error instanceof IllegalTransitionError) return undefined;
    throw error;
  }
}
