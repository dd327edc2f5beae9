import type { OrderEvent } from './events.ts';
import type { OrderId } from './ids.ts';
import type { EventType, OrderStatus } from './lifecycle.ts';
import type { Money } from './money.ts';
import type {
  Customer,
  Failure,
  Instant,
  Order,
  OrderLine,
  OrderPayment,
  OrderShipment,
  ShippingAddress,
} from './order.ts';

/** One line of an order's history. */
export interface TimelineEntry {
  readonly type: EventType;
  readonly time: Instant;
  readonly version: number;
  readonly statusBefore: OrderStatus | null;
  readonly statusAfter: OrderStatus;
  readonly reason?: string;
  readonly detail?: string;
}

/** What `GET /orders/{orderId}` answers to the client that submitted the order. */
export interface OrderView {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  readonly version: number;
  readonly customer: Customer;
  readonly items: readonly (OrderLine & { readonly lineTotalMinor: number })[];
  readonly total: Money;
  readonly shippingAddress: ShippingAddress;
  /** `UNKNOWN`: the provider has not said whether it charged, and people are finding out. */
  readonly payment: Omit<OrderPayment, 'token' | 'key' | 'settlement' | 'status'> & {
    readonly status: OrderPayment['status'] | 'UNKNOWN';
  };
  readonly shipment: Omit<OrderShipment, 'key' | 'earlier'> | null;
  readonly cancelRequested: boolean;
  readonly cancelReason?: string;
  readonly failure?: Failure;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly timeline: readonly TimelineEntry[];
}

/** Shows an order and its events. The payment token and the provider's keys stay inside. */
export function orderView(order: Order, events: readonly OrderEvent[]): OrderView {
  const { token: _token, key: _key, settlement: _settlement, ...payment } = order.payment;
  // Nobody is called to an order that was not charged, but to one of which nobody knows.
  const isUnknown = order.status === 'MANUAL_INTERVENTION' && payment.status === 'NOT_CHARGED';
  return {
    orderId: order.orderId,
    status: order.status,
    version: order.version,
    customer: order.customer,
    items: order.items.map((line) => ({ ...line, lineTotalMinor: line.unitPriceMinor * line.quantity })),
    total: order.total,
    shippingAddress: order.shippingAddress,
    payment: isUnknown ? { ...payment, status: 'UNKNOWN' } : payment,
    shipment: order.shipment ? shipmentView(order.shipment) : null,
    cancelRequested: order.cancelRequested,
    ...(order.cancelReason !== undefined && { cancelReason: order.cancelReason }),
    ...(order.failure && { failure: order.failure }),
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    timeline: [...events].sort((left, right) => left.version - right.version).map(timelineEntry),
  };
}

function shipmentView({
  key: _key,
  earlier: _earlier,
  ...shipment
}: OrderShipment): Omit<OrderShipment, 'key' | 'earlier'> {
  return shipment;
}

function timelineEntry({ type, occurredAt, version, data }: OrderEvent): TimelineEntry {
  return {
    type,
    time: occurredAt,
    version,
    statusBefore: data.statusBefore,
    statusAfter: data.statusAfter,
    ...(data.reason !== undefined && { reason: data.reason }),
    ...(data.detail !== undefined && { detail: data.detail }),
  };
}
