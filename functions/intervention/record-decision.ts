import { InterventionDecidedError } from '../../core/errors.ts';
import type { DecisionRecord, InterventionRecord } from '../../core/intervention.ts';
import type { ChangeContext, OrderChange } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import type { OrderStore } from '../shared/order-store.ts';
import { decidedIntervention, findIntervention } from './intervention-store.ts';

export interface DecisionRequest {
  readonly order: Order;
  readonly intervention: InterventionRecord;
  readonly decided: DecisionRecord;
  /** Changes that belong to it and come first, such as the client's request to cancel. */
  readonly before?: (order: Order) => readonly OrderChange[];
  /** CLOSED when the caller itself tells the execution, as the deadline does; else the stream does. */
  readonly status?: 'DECIDED' | 'CLOSED';
}

/**
 * Makes a decision: the record goes from OPEN to DECIDED, and the order back to where it was, with what the decision means
 * for it, in one transaction. The record decides: of two people at once, or of a person and the deadline, the first wins.
 * @throws InterventionDecidedError when somebody else was first
 */
export async function recordDecision(
  store: OrderStore,
  { order, intervention, decided, before = () => [], status = 'DECIDED' }: DecisionRequest,
  context: ChangeContext,
): Promise<Order> {
  const { number } = intervention;
  const decidedAlready = (): Error =>
    new InterventionDecidedError(`Intervention ${number} of order ${order.orderId} is decided already.`);
  const committed = await store.commit(
    order,
    {
      change(current) {
        if (current.status !== 'MANUAL_INTERVENTION' || current.interventions !== number) throw decidedAlready();
        return [...before(current), resolved(intervention, decided)];
      },
      effects: { of: () => [decidedIntervention(intervention, decided, status)], refusal: decidedAlready },
    },
    context,
  );
  return committed.order;
}

function resolved({ number, statusBefore, failedStep }: InterventionRecord, decided: DecisionRecord): OrderChange {
  return {
    type: 'ManualInterventionResolved',
    details: { intervention: number, decision: decided.decision, decidedBy: decided.decidedBy.kind },
    to: statusBefore,
    resolution: { ...decided, failedStep },
  };
}

/** The intervention that the order waits in, or undefined. */
export async function currentIntervention(order: Order): Promise<InterventionRecord | undefined> {
  return order.interventions === undefined ? undefined : findIntervention(order.orderId, order.interventions);
}
