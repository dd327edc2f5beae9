import { OrderCancelledError } from '../../core/errors.ts';
import type { Order } from '../../core/order.ts';

/**
 * The outcome of a step, unless the client has asked for cancellation: then the saga goes back from here. The step has
 * recorded its effect before, so that the compensations know of it.
 * @throws OrderCancelledError
 */
export function unlessCancelled(order: Order, outcome = ''): string {
  if (order.cancelRequested) throw new OrderCancelledError(`The cancellation of order ${order.orderId} was requested.`);
  return outcome;
}
