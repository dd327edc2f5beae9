import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';

/** Ends an order whose parcel is with the carrier. */
export const handler = sagaStep('CompleteOrder', async ({ orderId, at }) => {
  const store = new OrderStore();
  const order = await store.get(orderId);
  const { outcome } = await store.commit(
    order,
    { change: ({ total }) => ({ type: 'OrderCompleted', details: { total } }) },
    at(order).changeContext('COMPLETED'),
  );
  return outcome;
});
