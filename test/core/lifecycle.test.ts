import {
  CHANGES,
  closingChange,
  EVENT_TYPES,
  isAllowed,
  isTerminal,
  ORDER_STATUSES,
  type OrderStatus,
  TERMINAL_STATUSES,
} from '../../core/lifecycle.ts';

const UNDER_WAY = ['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_CONFIRMED', 'SHIPPED'];

/** The lifecycle as it was drawn, written a second time by hand: `from>to` for each change. */
const DRAWN: Record<string, string[]> = {
  OrderCreated: ['null>PENDING'],
  InventoryReserved: ['PENDING>INVENTORY_RESERVED'],
  PaymentConfirmed: ['INVENTORY_RESERVED>PAYMENT_CONFIRMED'],
  FulfillmentStarted: ['PAYMENT_CONFIRMED>PAYMENT_CONFIRMED'],
  OrderShipped: ['PAYMENT_CONFIRMED>SHIPPED'],
  OrderCompleted: ['SHIPPED>COMPLETED'],
  OrderRejected: ['PENDING>REJECTED'],
  PaymentFailed: ['INVENTORY_RESERVED>PAYMENT_FAILED'],
  OrderCancelled: ['PENDING>CANCELLED', 'INVENTORY_RESERVED>CANCELLED', 'PAYMENT_CONFIRMED>CANCELLED'],
  PaymentRefunded: ['INVENTORY_RESERVED>INVENTORY_RESERVED', 'PAYMENT_CONFIRMED>PAYMENT_CONFIRMED'],
  PaymentWrittenOff: ['INVENTORY_RESERVED>INVENTORY_RESERVED', 'PAYMENT_CONFIRMED>PAYMENT_CONFIRMED'],
  // From the ends that went back too: a hold that outlived its order.
  InventoryReleased: staying('INVENTORY_RESERVED', 'PAYMENT_CONFIRMED', 'REJECTED', 'PAYMENT_FAILED', 'CANCELLED'),
  CancellationRequested: staying('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_CONFIRMED', 'MANUAL_INTERVENTION'),
  ManualInterventionRequired: UNDER_WAY.map((status) => `${status}>MANUAL_INTERVENTION`),
  ManualInterventionEscalated: staying('MANUAL_INTERVENTION'),
  ManualInterventionResolved: UNDER_WAY.map((status) => `MANUAL_INTERVENTION>${status}`),
  SagaRestarted: staying(...UNDER_WAY, 'MANUAL_INTERVENTION'),
  ShipmentUpdated: staying('SHIPPED', 'COMPLETED'),
};

test.each(EVENT_TYPES)('%s leads from and to exactly the statuses that the drawing shows', (change) => {
  const froms: (OrderStatus | null)[] = [null, ...ORDER_STATUSES];
  const allowed = froms.flatMap((from) =>
    ORDER_STATUSES.filter((to) => isAllowed(change, from, to)).map((to) => `${from}>${to}`),
  );
  expect(allowed.sort()).toEqual([...(DRAWN[change] ?? [])].sort());
});

test('the drawing knows every change', () => {
  expect(Object.keys(DRAWN).sort()).toEqual([...EVENT_TYPES].sort());
});

test('no change leaves a terminal status', () => {
  const leaving = EVENT_TYPES.filter((change) => {
    const { from, to }: { from: readonly OrderStatus[]; to: readonly OrderStatus[] | 'SAME' } = CHANGES[change];
    return to !== 'SAME' && from.some(isTerminal);
  });
  expect(leaving).toEqual([]);
});

test('behind its end an order still hears of its parcel, gives back a hold that outlived it, and no more', () => {
  const late = EVENT_TYPES.filter((change) => TERMINAL_STATUSES.some((status) => isAllowed(change, status, status)));
  expect(late).toEqual(['InventoryReleased', 'ShipmentUpdated']);
});

test('every status but the first is reached by some change, and every status that is not terminal is left by one', () => {
  const reached = ORDER_STATUSES.filter((to) => EVENT_TYPES.some((change) => leadsTo(change, to)));
  const left = ORDER_STATUSES.filter((from) => EVENT_TYPES.some((change) => departsFrom(change, from)));
  expect(reached).toEqual([...ORDER_STATUSES]);
  expect(left).toEqual(ORDER_STATUSES.filter((status) => !(TERMINAL_STATUSES as readonly string[]).includes(status)));
});

test.each([
  ['PENDING', 'REJECTED', 'OrderRejected'],
  ['PENDING', 'CANCELLED', 'OrderCancelled'],
  ['INVENTORY_RESERVED', 'PAYMENT_FAILED', 'PaymentFailed'],
  ['INVENTORY_RESERVED', 'CANCELLED', 'OrderCancelled'],
  ['PAYMENT_CONFIRMED', 'CANCELLED', 'OrderCancelled'],
  // The charge was recorded and only its answer was lost: the payment had not failed.
  ['PAYMENT_CONFIRMED', 'PAYMENT_FAILED', 'OrderCancelled'],
] as const)('an order in %s that is to end as %s ends by %s', (status, wanted, change) => {
  expect(closingChange(status, wanted)).toBe(change);
});

function staying(...statuses: readonly string[]): string[] {
  return statuses.map((status) => `${status}>${status}`);
}

function leadsTo(change: (typeof EVENT_TYPES)[number], to: OrderStatus): boolean {
  return [null, ...ORDER_STATUSES].some((from) => from !== to && isAllowed(change, from, to));
}

function departsFrom(change: (typeof EVENT_TYPES)[number], from: OrderStatus): boolean {
  return ORDER_STATUSES.some((to) => to !== from && isAllowed(change, from, to));
}
