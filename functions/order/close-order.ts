import { StoreUnavailableError } from '../../core/errors.ts';
import { CHANGES, closingChange } from '../../core/lifecycle.ts';
import type { OrderChange } from '../../core/order-change.ts';
import type { Failure, Order } from '../../core/order.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { CLOSE_PAYLOAD_SCHEMA, type ClosePayload } from '../shared/step-payload.ts';

type Ending = OrderChange & { readonly type: ReturnType<typeof closingChange>; readonly failure: Failure };

/**
 * Ends an order that could not be fulfilled, after everything was given back, with the reason that the saga passes; unless
 * the client has cancelled it on the way back: what was accepted is what happens.
 */
export const handler = sagaStep<ClosePayload>(
  'CloseOrder',
  async ({ orderId, payload: { closing }, at }) => {
    const store = new OrderStore();
    const order = await store.get(orderId);
    const change = ending(order, closing);
    const { outcome } = await store.commit(
      order,
      {
        change(current) {
          if (ending(current, closing).type === change.type) return change;
          throw new StoreUnavailableError(`Order ${orderId} was cancelled meanwhile; try again.`);
        },
      },
      at(order).changeContext(CHANGES[change.type].to[0]),
    );
    return outcome;
  },
  CLOSE_PAYLOAD_SCHEMA,
);

function ending({ status, cancelRequested }: Order, { status: wanted, ...failure }: ClosePayload['closing']): Ending {
  // A way back on which a cancellation was requested too: of a payment that failed, or of goods that are short.
  if (cancelRequested && wanted !== 'CANCELLED')
    return { type: 'OrderCancelled', details: {}, failure: { reason: 'OrderCancelled' } };
  return { type: closingChange(status, wanted), details: {}, failure };
}
