import type { DeliveryNews, DeliveryStatus, Order, OrderShipment } from './order.ts';
import type { OrderId } from './ids.ts';
import type { OrderStatus } from './lifecycle.ts';

/** The way of a parcel, which it goes forward only; one that was delivered can still be returned. */
export const DELIVERY_STATUSES = ['IN_TRANSIT', 'DELIVERED', 'RETURNED'] as const satisfies DeliveryStatus[];

type News = Pick<DeliveryNews, 'status'> & Partial<DeliveryNews>;

export function newsIn({ deliveryStatus, at }: { deliveryStatus: DeliveryStatus; at?: string }): News {
  return { status: deliveryStatus, ...(at !== undefined && { at }) };
}

/**
 * Whether these news are nothing new: a carrier repeats itself. News of an earlier place on the way count as repeated only if
 * they say that they are old; else they claim that the parcel has gone back.
 */
export function isRepeated(shipment: OrderShipment, news: News): boolean {
  if (shipment.delivery?.status === news.status) return true;
  return isKnown(shipment, news) && isOlder(news, shipment.delivery);
}

/**
 * Why news of a parcel cannot be taken; undefined when they can. News that arrive behind newer ones say when they happened: they
 * complete the history and take nothing back. News of an earlier place on the way that claim to be the newest contradict it.
 */
export function obstacleToNews(shipment: OrderShipment, news: News): string | undefined {
  const { delivery } = shipment;
  if (delivery === undefined || placeOf(news) > placeOf(delivery)) return undefined;
  if (!isOlder(news, delivery)) return `its parcel is ${delivery.status} already`;
  return isKnown(shipment, news) ? `its parcel is known to have been ${news.status}` : undefined;
}

export function withNews(shipment: OrderShipment, news: DeliveryNews): OrderShipment {
  const [delivery, ...earlier] = [...historyOf(shipment), news].sort((left, right) => placeOf(right) - placeOf(left));
  return { ...shipment, ...(delivery && { delivery }), ...(earlier.length > 0 && { earlier: earlier.reverse() }) };
}

/** What `GET /orders/{orderId}/tracking` answers. */
export interface TrackingView {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  /** `null` until the carrier has the parcel. */
  readonly shipment:
    | (Pick<OrderShipment, 'carrier' | 'trackingNumber' | 'estimatedDelivery'> & {
        /** How far the parcel has come; `null` before the first news of it. */
        readonly deliveryStatus: DeliveryStatus | null;
        /** All news of the parcel, in the order of its way. */
        readonly history: readonly DeliveryNews[];
      })
    | null;
}

export function trackingView({ orderId, status, shipment }: Order): TrackingView {
  if (!shipment) return { orderId, status, shipment: null };
  const { carrier, trackingNumber, estimatedDelivery, delivery } = shipment;
  const deliveryStatus = delivery?.status ?? null;
  const parcel = { carrier, trackingNumber, ...(estimatedDelivery !== undefined && { estimatedDelivery }) };
  return { orderId, status, shipment: { ...parcel, deliveryStatus, history: historyOf(shipment) } };
}

function historyOf({ earlier = [], delivery }: OrderShipment): DeliveryNews[] {
  return delivery ? [...earlier, delivery] : [...earlier];
}

function isKnown(shipment: OrderShipment, { status }: News): boolean {
  return historyOf(shipment).some((known) => known.status === status);
}

function isOlder({ at }: News, than: DeliveryNews | undefined): boolean {
  return at !== undefined && than !== undefined && at < than.at;
}

function placeOf({ status }: News): number {
  return DELIVERY_STATUSES.indexOf(status);
}
