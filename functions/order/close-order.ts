import { CHANGES, closingChange } from '../../core/lifecycle.ts';
import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';
import { CLOSE_PAYLOAD_SCHEMA, type ClosePayload } from '../shared/step-payload.ts';

/** Ends an order that could not be fulfilled, after everything was given back, with the reason that the saga passes. */
export const handler = sagaStep<ClosePayload>(
  'CloseOrder',
  async ({ orderId, payload: { closing }, at }) => {
    const store = new OrderStore();
    const order = await store.get(orderId);
    const { status, ...failure } = closing;
    const type = closingChange(order.status, status);
    const { outcome } = await store.commit(
      order,
      { change: () => ({ type, details: {}, failure }) },
      at(order).changeContext(CHANGES[type].to[0]),
    );
    return outcome;
  },
  CLOSE_PAYLOAD_SCHEMA,
);
