/** Where an order is. What has happened to it besides (refunded, cancellation requested) are fields of the order. */
export const ORDER_STATUSES = [
  'PENDING',
  'INVENTORY_RESERVED',
  'PAYMENT_CONFIRMED',
  'SHIPPED',
  'MANUAL_INTERVENTION',
  'COMPLETED',
  'REJECTED',
  'PAYMENT_FAILED',
  'CANCELLED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const TERMINAL_STATUSES = [
  'COMPLETED',
  'REJECTED',
  'PAYMENT_FAILED',
  'CANCELLED',
] as const satisfies OrderStatus[];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export function isTerminal(status: OrderStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly OrderStatus[]).includes(status);
}

/** Statuses that the saga passes through; an intervention begins in one of them and ends in one of them. */
const UNDER_WAY = ['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_CONFIRMED', 'SHIPPED'] as const satisfies OrderStatus[];

/**
 * Every change that an order can undergo, named by the event that publishes it: in which statuses it is allowed and where
 * it leads. `SAME`: the change leaves the status alone (a flag, a compensation), but bumps the version like any other.
 */
export const CHANGES = {
  OrderCreated: { from: [], to: ['PENDING'] },
  InventoryReserved: { from: ['PENDING'], to: ['INVENTORY_RESERVED'] },
  PaymentConfirmed: { from: ['INVENTORY_RESERVED'], to: ['PAYMENT_CONFIRMED'] },
  FulfillmentStarted: { from: ['PAYMENT_CONFIRMED'], to: 'SAME' },
  OrderShipped: { from: ['PAYMENT_CONFIRMED'], to: ['SHIPPED'] },
  OrderCompleted: { from: ['SHIPPED'], to: ['COMPLETED'] },

  OrderRejected: { from: ['PENDING'], to: ['REJECTED'] },
  PaymentFailed: { from: ['INVENTORY_RESERVED'], to: ['PAYMENT_FAILED'] },
  OrderCancelled: { from: ['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_CONFIRMED'], to: ['CANCELLED'] },

  // In INVENTORY_RESERVED too: the charge can have happened at the provider without having been recorded here.
  PaymentRefunded: { from: ['INVENTORY_RESERVED', 'PAYMENT_CONFIRMED'], to: 'SAME' },
  /** Staff gave up money that could not be given back by the provider. */
  PaymentWrittenOff: { from: ['INVENTORY_RESERVED', 'PAYMENT_CONFIRMED'], to: 'SAME' },
  // From an end too: the reconciler releases a hold that outlived its order.
  InventoryReleased: {
    from: ['INVENTORY_RESERVED', 'PAYMENT_CONFIRMED', 'REJECTED', 'PAYMENT_FAILED', 'CANCELLED'],
    to: 'SAME',
  },
  CancellationRequested: {
    from: ['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_CONFIRMED', 'MANUAL_INTERVENTION'],
    to: 'SAME',
  },

  ManualInterventionRequired: { from: UNDER_WAY, to: ['MANUAL_INTERVENTION'] },
  /** The deadline has passed without a decision, and none may be taken for staff: they are called again. */
  ManualInterventionEscalated: { from: ['MANUAL_INTERVENTION'], to: 'SAME' },
  ManualInterventionResolved: { from: ['MANUAL_INTERVENTION'], to: UNDER_WAY },

  /** The execution is dead and can no longer be redriven: another run walks the guarded steps again. */
  SagaRestarted: { from: [...UNDER_WAY, 'MANUAL_INTERVENTION'], to: 'SAME' },
  /** News of the parcel from the carrier. */
  ShipmentUpdated: { from: ['SHIPPED', 'COMPLETED'], to: 'SAME' },
} as const satisfies Record<string, { from: readonly OrderStatus[]; to: readonly OrderStatus[] | 'SAME' }>;

export type EventType = keyof typeof CHANGES;
export const EVENT_TYPES = Object.keys(CHANGES) as EventType[];

/** True when that change may lead from one status to the other (`null`: the order does not exist yet). */
export function isAllowed(change: EventType, from: OrderStatus | null, to: OrderStatus): boolean {
  const rule: { from: readonly OrderStatus[]; to: readonly OrderStatus[] | 'SAME' } = CHANGES[change];
  const begins = from === null ? rule.from.length === 0 : rule.from.includes(from);
  return begins && (rule.to === 'SAME' ? to === from : rule.to.includes(to));
}

/** How a saga that went back ends: the word that the machine passes to CloseOrder. */
export type ClosingStatus = 'REJECTED' | 'PAYMENT_FAILED' | 'CANCELLED';

/**
 * The change that ends an order which the saga gave up. A charge that was recorded and then refunded cannot end as
 * PAYMENT_FAILED, since the payment had not failed (its answer was lost): that order is cancelled.
 */
export function closingChange(
  status: OrderStatus,
  wanted: ClosingStatus,
): 'OrderRejected' | 'PaymentFailed' | 'OrderCancelled' {
  if (wanted === 'REJECTED') return 'OrderRejected';
  return wanted === 'PAYMENT_FAILED' && status !== 'PAYMENT_CONFIRMED' ? 'PaymentFailed' : 'OrderCancelled';
}

/** What of its total the customer owes and has paid when the order rests in a status. */
export function dueMinor(status: OrderStatus, totalMinor: number): number {
  return status === 'PAYMENT_CONFIRMED' || status === 'SHIPPED' || status === 'COMPLETED' ? totalMinor : 0;
}
