import { obstacleToCancelling } from './cancellation.ts';
import { newsIn, obstacleToNews } from './delivery.ts';
import type { OrderChange } from './order-change.ts';
import { heldMinor } from './order-facts.ts';
import type { Order } from './order.ts';

/** What besides the status stands in the way of a change; undefined when nothing does. */
export function obstacleTo(order: Order, change: OrderChange): string | undefined {
  switch (change.type) {
    case 'InventoryReserved':
      return order.hold === 'NONE' ? undefined : `its stock is ${order.hold} already`;
    case 'PaymentConfirmed':
      if (order.payment.status !== 'NOT_CHARGED') return `its payment is ${order.payment.status} already`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'FulfillmentStarted':
      if (order.cancelRequested) return 'its cancellation was requested';
      if (order.shipping) return 'its shipping was claimed already';
      if (order.payment.status !== 'CHARGED') return `its payment is ${order.payment.status}, not CHARGED`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'CancellationRequested':
      if (order.cancelRequested) return 'it is requested already';
      return obstacleToCancelling(order);
    case 'OrderShipped':
      if (!order.shipping) return 'its shipping was not claimed';
      if (order.cancelRequested) return 'its cancellation was requested';
      if (order.payment.status !== 'CHARGED') return `its payment is ${order.payment.status}, not CHARGED`;
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'InventoryReleased':
      return order.hold === 'HELD' ? undefined : `its stock is ${order.hold}, not HELD`;
    case 'PaymentRefunded':
    case 'PaymentWrittenOff':
      return heldMinor(order) === order.payment.chargedMinor ? undefined : 'its payment is settled already';
    case 'OrderRejected':
    case 'PaymentFailed':
    case 'OrderCancelled':
      // Only the last step of going back ends the order: what is undone late would be undone behind its end.
      if (order.hold === 'HELD') return 'it still holds stock';
      return heldMinor(order) > 0 ? 'it still holds money' : undefined;
    case 'ManualInterventionRequired':
      return change.details.intervention === (order.interventions ?? 0) + 1
        ? undefined
        : `its latest intervention is ${order.interventions ?? 0}`;
    case 'ManualInterventionEscalated':
    case 'ManualInterventionResolved':
      return change.details.intervention === order.interventions
        ? undefined
        : `its latest intervention is ${order.interventions ?? 0}`;
    case 'SagaRestarted':
      return change.details.run === order.run + 1 ? undefined : `it is in run ${order.run}`;
    case 'ShipmentUpdated':
      return order.shipment && obstacleToNews(order.shipment, newsIn(change.details));
    case 'OrderCompleted':
      return undefined;
  }
}
