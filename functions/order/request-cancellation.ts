import { isCancelling, obstacleToCancelling } from '../../core/cancellation.ts';
import { InterventionDecidedError, StoreUnavailableError } from '../../core/errors.ts';
import type { DecisionRecord, InterventionRecord } from '../../core/intervention.ts';
import type { ChangeContext, OrderChange } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import { decider } from '../intervention/decider.ts';
import { currentIntervention, recordDecision } from '../intervention/record-decision.ts';
import type { ApiPrincipal } from '../shared/api-handler.ts';
import type { OrderStore } from '../shared/order-store.ts';
import { Problem } from '../shared/problem.ts';

export interface CancellationRequest {
  readonly principal: ApiPrincipal;
  readonly reason: string | undefined;
}

/** Looks at an order that moves in and out of interventions; each look but the last has lost a race against somebody. */
const LOOKS = 5;

/**
 * Writes on an order that it is to be cancelled. Whether that comes before ShipOrder has claimed the order, its version
 * decides: of the two writes one fails, and looks at the order again. An order that waits for people is decided with it.
 * @returns the order, which was or is now to be cancelled
 * @throws Problem 409 when it is too late
 */
export async function requestCancellation(
  store: OrderStore,
  found: Order,
  request: CancellationRequest,
  context: ChangeContext,
): Promise<Order> {
  let order = found;
  for (let look = 1; look <= LOOKS; look += 1) {
    try {
      const intervention = order.status === 'MANUAL_INTERVENTION' ? await currentIntervention(order) : undefined;
      return intervention?.allowedDecisions.includes('REFUND_AND_CANCEL')
        ? await decideForCancelling(store, { order, intervention, request }, context)
        : await askForCancelling(store, { order, request }, context);
    } catch (error) {
      if (!(error instanceof InterventionDecidedError)) throw error;
      order = await store.get(order.orderId);
    }
  }
  throw new StoreUnavailableError(`Order ${order.orderId} was changed ${LOOKS} times meanwhile; try again.`);
}

/**
 * The flag alone. Also where an intervention is open whose money is on its way back already: it stays with staff, who may be
 * giving it back by other means at this moment.
 */
async function askForCancelling(
  store: OrderStore,
  { order, request }: { readonly order: Order; readonly request: CancellationRequest },
  context: ChangeContext,
): Promise<Order> {
  const waitsIn = (one: Order) => (one.status === 'MANUAL_INTERVENTION' ? one.interventions : undefined);
  const committed = await store.commit(
    order,
    {
      isMade: isCancelling,
      change(current) {
        refuseTooLate(current);
        if (waitsIn(current) !== waitsIn(order)) throw new InterventionDecidedError('People were called meanwhile.');
        return requested(request);
      },
    },
    context,
  );
  return committed.order;
}

/** The flag together with the decision that follows from it. */
async function decideForCancelling(
  store: OrderStore,
  parts: { readonly order: Order; readonly intervention: InterventionRecord; readonly request: CancellationRequest },
  context: ChangeContext,
): Promise<Order> {
  const { order, intervention, request } = parts;
  const decided: DecisionRecord = {
    decision: 'REFUND_AND_CANCEL',
    decidedBy: decider(request.principal),
    decidedAt: context.now,
  };
  const before = (current: Order): OrderChange[] => {
    refuseTooLate(current);
    return current.cancelRequested ? [] : [requested(request)];
  };
  return recordDecision(store, { order, intervention, decided, before }, context);
}

function requested({ reason }: CancellationRequest): OrderChange {
  return { type: 'CancellationRequested', details: {}, ...(reason !== undefined && { cancelReason: reason }) };
}

function refuseTooLate(order: Order): void {
  const obstacle = obstacleToCancelling(order);
  if (obstacle === undefined) return;
  const detail = `The order can no longer be cancelled: ${obstacle}.`;
  const members = { orderStatus: order.status };
  throw new Problem(409, 'too-late-to-cancel', 'Too late to cancel', detail, { members });
}
