import { OrderStore } from '../shared/order-store.ts';
import { sagaStep } from '../shared/saga-step.ts';

/** Ends an order whose parcel is with the carrier. */
export const handler = sagaStep('CompleteOrder', async ({ orderId, changeContext }) => {
  const store = new OrderStore();
  const { outcome } = await store.commit(
    await store.get(orderId),
    { change: ({ total }) => ({ type: 'OrderCompleted', details: { total } }) },
    changeContext('COMPLETED'),
  );
  return outcome;
});
